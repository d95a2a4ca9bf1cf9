// Erases a caller, found by a number in any spelling: the recordings, unfinished files, records that wait for a full
// disk, and what the running server remembers. A call in progress goes on; its id is returned, so that it can be erased
// when it has ended. Log lines are not deleted here (tools/erase.ts strips a log file); they hold a number only when
// the operator asked for private fields.

import { readFile, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../base/log.ts'
import { gaveAnyNumber, saysNumberInAny } from '../understanding/spoken-number.ts'
import { isOfCaller, type RecordingEntry, readDay, removeFiles } from './entry.ts'
import { inputsEnd } from './files.ts'
import type { Erased } from './forgotten.ts'
import { dayFolders } from './retention.ts'
import { dropGoneHere } from './search/search.ts'

/**
 * Deletes everything of the calls in which this number was given: confirmed, rejected, only spoken or keyed.
 *
 * @param options.phone all digits, in national form: `0612345678`
 * @param options.isBeingWritten whether a call is still being recorded: it is kept, because its files would come back
 * @param options.calls calls to delete in any case: those that the server knows to be of this caller
 * @param options.dropGone takes out of the index what is no longer in the folder
 * @param options.forget called before the files of a call are deleted, so that no write brings them back
 */
export async function eraseCaller(options: {
  dir: string
  phone: string
  isBeingWritten?: (callId: string) => boolean
  calls?: ReadonlySet<string>
  forget?: (callId: string) => void
  dropGone?: () => Promise<void>
}): Promise<Erased> {
  const { dir, phone, isBeingWritten = () => false, calls = new Set(), forget = () => {} } = options
  const { dropGone = () => dropGoneHere(dir) } = options
  const erased = new Set<string>()
  const live = new Set<string>()
  let recordings = 0
  let unmatched = 0
  for (const day of await dayFolders(dir)) {
    for (const entry of await readDay(dir, day)) {
      const { callId, endedAt } = entry.record
      const isOurs = calls.has(callId) || (await holdsNumber(dir, entry, phone))
      if (!isOurs) {
        if (isUnmatched(entry)) unmatched++
        continue
      }
      if (endedAt === null && isBeingWritten(callId)) {
        live.add(callId)
        continue
      }
      forget(callId)
      await removeFiles(entry)
      erased.add(callId)
      recordings++
    }
    // Fails while the folder holds anything, as it should.
    await rmdir(join(dir, day)).catch(() => undefined)
  }
  await dropGone()
  return { erased: [...erased].sort(), recordings, live: [...live], unmatched }
}

/** Whether the record or an unfinished file of the recording holds the number. @param phone national form */
export async function holdsNumber(dir: string, entry: RecordingEntry, phone: string): Promise<boolean> {
  const { record, stage, day, names } = entry
  if (stage === 'whole' && isOfCaller(record, phone)) return true
  const texts = names.filter(
    (name) =>
      name.endsWith('.json.tmp') ||
      (stage !== 'whole' && name.includes(inputsEnd)) ||
      (stage === 'unreadable' && /\.json$/.test(name)),
  )
  for (const name of texts) {
    const text = await readFile(join(dir, day, name), 'utf8').catch(() => '')
    if (torn(text).some((lines) => saysNumberInAny(lines, phone))) return true
  }
  return false
}

/** What a torn or broken record says: the texts of each speaker, one after the other, and all its strings. */
function torn(text: string): string[][] {
  const strings = [...text.matchAll(/"((?:[^"\\]|\\.)*)(?:"|$)/g)].map(([, inside]) => inside ?? '')
  const said = (who: string) => {
    const pattern = new RegExp(`"who":\\s*"${who}",\\s*"text":\\s*"((?:[^"\\\\]|\\\\.)*)`, 'g')
    return [...text.matchAll(pattern)].map(([, inside]) => inside ?? '')
  }
  return [...strings.map((one) => [one]), said('caller'), said('agent')]
}

/** Statistics hold nothing of anybody, so they do not count. */
const isUnmatched = ({ stage, record }: RecordingEntry): boolean =>
  stage === 'whole' ? !gaveAnyNumber(record) : stage !== 'statistics'

/** What the running server remembers of a caller, by number. */
export type Remembered = {
  /** Forgets ended calls in which the number was given. @returns their ids */
  forgetCaller(phone: string): string[]
  /** Calls in progress in which it was given. */
  liveOf(phone: string): string[]
  isBeingWritten(callId: string): boolean
}

/**
 * @returns erases a caller, and the calls `also`, whose other parts were the caller's. Its log line does not contain
 *   the number, which must not survive there
 */
export function createErasure(deps: {
  dir: string
  calls: Remembered
  /** Removes a call from every memory of the server. */
  forget: (callId: string) => void
  /** Calls whose record waits for a full disk. */
  unwrittenOf?: (phone: string) => string[]
  dropGone?: (() => Promise<void>) | undefined
  log: Log
}): (phone: string, also?: readonly string[]) => Promise<Erased> {
  const { dir, calls, forget, unwrittenOf = () => [], dropGone, log } = deps
  const isBeingWritten = (callId: string) => calls.isBeingWritten(callId)
  return async (phone, also = []) => {
    const erased = new Set<string>()
    const live = new Set<string>()
    let recordings = 0
    let unmatched = 0
    let known: string[]
    // Again, for calls that ended while the folders were read.
    do {
      const forgotten = [...calls.forgetCaller(phone), ...unwrittenOf(phone)]
      for (const id of forgotten.filter(isBeingWritten)) live.add(id)
      known = forgotten.filter((id) => !isBeingWritten(id))
      for (const id of known) {
        erased.add(id)
        forget(id)
      }
      const gone = await eraseCaller({
        dir,
        phone,
        isBeingWritten,
        calls: new Set([...erased, ...also]),
        forget,
        ...(dropGone && { dropGone }),
      })
      for (const id of gone.erased) erased.add(id)
      for (const id of gone.live) live.add(id)
      recordings += gone.recordings
      unmatched = gone.unmatched
    } while (known.length > 0)
    for (const id of calls.liveOf(phone)) live.add(id)
    log.info('caller erased', { calls: erased.size, recordings, live: live.size, unmatched })
    return { erased: [...erased].sort(), recordings, live: [...live], unmatched }
  }
}
