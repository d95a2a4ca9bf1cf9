// Erases a caller: recordings, what the running server remembers of ended calls, and what Asterisk would still be told
// of them. A call in progress goes on and is named, to be erased when it has ended. Log lines are not ours to delete
// (tools/erase.ts strips a log file); they hold a number only when the operator asked for private fields.

import { rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../base/log.ts'
import { isOfCaller, readDay, removeFiles } from './library.ts'
import { dayFolders } from './retention.ts'

/** Ids of calls: those of which nothing is left, and those in progress or not on disk yet, which are kept. */
export type Erased = { erased: string[]; recordings: number; live: string[] }

/**
 * Deletes audio and transcript of every call in which the caller gave this number, confirmed or not.
 *
 * @param options.phone national form, digits only, whole: `0612345678`
 * @param options.isBeingWritten of a call's id: its recording is left alone, because what is deleted would come back
 */
export async function eraseCaller(options: {
  dir: string
  phone: string
  isBeingWritten?: (callId: string) => boolean
}): Promise<Erased> {
  const { dir, phone, isBeingWritten = () => false } = options
  const erased = new Set<string>()
  const live = new Set<string>()
  let recordings = 0
  for (const day of await dayFolders(dir)) {
    for (const { files, record } of await readDay(dir, day, (one) => isOfCaller(one, phone))) {
      if (record.endedAt === null && isBeingWritten(record.callId)) {
        live.add(record.callId)
        continue
      }
      await removeFiles(files)
      erased.add(record.callId)
      recordings++
    }
    // Fails while anything is left in it, which is right.
    await rmdir(join(dir, day)).catch(() => undefined)
  }
  return { erased: [...erased], recordings, live: [...live] }
}

/** What the running server remembers, by the caller's number. */
export type Remembered = {
  /** Forgets ended calls. @returns their ids */
  forgetCaller(phone: string): string[]
  /** Calls in progress. */
  liveOf(phone: string): string[]
  isBeingWritten(callId: string): boolean
}

/** @returns what erases a caller; the line it logs does not hold the number, which was to go */
export function createErasure(deps: {
  dir: string
  calls: Remembered
  nextSteps: { forget(callId: string): void }
  log: Log
}): (phone: string) => Promise<Erased> {
  const { dir, calls, nextSteps, log } = deps
  const isBeingWritten = (callId: string) => calls.isBeingWritten(callId)
  return async (phone) => {
    const erased = new Set<string>()
    const live = new Set<string>()
    let recordings = 0
    let forgotten: string[]
    // Once more for those that ended while the folders were read.
    do {
      const gone = await eraseCaller({ dir, phone, isBeingWritten })
      forgotten = calls.forgetCaller(phone)
      recordings += gone.recordings
      for (const id of [...gone.erased, ...forgotten]) erased.add(id)
      for (const id of gone.live) live.add(id)
    } while (forgotten.length > 0)
    for (const id of calls.liveOf(phone)) live.add(id)
    for (const id of erased) nextSteps.forget(id)
    log.info('caller erased', { calls: erased.size, recordings, live: live.size })
    return { erased: [...erased], recordings, live: [...live] }
  }
}
