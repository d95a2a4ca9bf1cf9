// Erases a caller: the recordings, what the running server remembers of ended calls, and the next steps still kept for
// Asterisk. A call in progress goes on; its id is returned, so that it can be erased when it has ended. Log lines are
// not deleted here (tools/erase.ts strips a log file); they hold a number only when the operator asked for private
// fields.

import { rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../base/log.ts'
import { isOfCaller, readDay, removeFiles } from './library.ts'
import { dayFolders } from './retention.ts'

/** Ids of calls: `erased` completely, and `live`: in progress or not on disk yet, and kept. */
export type Erased = { erased: string[]; recordings: number; live: string[] }

/**
 * Deletes audio and transcript of every call in which the caller gave this number, confirmed or not.
 *
 * @param options.phone all digits, in national form: `0612345678`
 * @param options.isBeingWritten whether a call is still being recorded: it is kept, because its files would come back
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
    // Fails while the folder holds anything, as it should.
    await rmdir(join(dir, day)).catch(() => undefined)
  }
  return { erased: [...erased], recordings, live: [...live] }
}

/** What the running server remembers of a caller, by number. */
export type Remembered = {
  /** Forgets ended calls. @returns their ids */
  forgetCaller(phone: string): string[]
  /** Calls in progress. */
  liveOf(phone: string): string[]
  isBeingWritten(callId: string): boolean
}

/** @returns erases a caller. Its log line does not contain the number, which must not survive there */
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
    // Again, for calls that ended while the folders were read.
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
