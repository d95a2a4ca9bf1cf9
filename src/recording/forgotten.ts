// Which calls were erased, so that a write that began earlier does not bring a record back: a hung disk answers after
// the recorder has given up, a record that waits for room is just being written, a repair has read it already.

import type { Disk } from './disk.ts'
import type { CallRecord } from './files.ts'

/**
 * Ids of calls: `erased` completely, and `live`: in progress or not on disk yet, and kept. `unmatched` counts the
 * recordings that hold no whole number at all, so that no request finds them.
 */
export type Erased = { erased: string[]; recordings: number; live: string[]; unmatched: number }

/** Erased calls remembered; beyond this the oldest is dropped. No disk hangs for that many erasures. */
const capacity = 10_000

export class ForgottenCalls {
  private erasures = 0
  /** The number of the erasure, by call id. */
  private readonly erasedAs = new Map<string, number>()

  /** Notes that a call was erased; call it before its files are deleted. */
  add(callId: string): void {
    this.erasedAs.delete(callId)
    this.erasedAs.set(callId, ++this.erasures)
    for (const oldest of this.erasedAs.keys()) {
      if (this.erasedAs.size <= capacity) break
      this.erasedAs.delete(oldest)
    }
  }

  /**
   * For a write that begins now. A call that comes back with its UUID after an erasure is recorded again, so only
   * erasures from now on count.
   *
   * @returns whether a call was erased since
   */
  watch(): (callId: string) => boolean {
    const before = this.erasures
    return (callId) => (this.erasedAs.get(callId) ?? 0) > before
  }
}

/**
 * Writes a record, unless its call was erased; an erasure during the write deletes it again. Every record of a call is
 * written here.
 *
 * @returns false when the call was erased: nothing is on the disk
 * @throws what the disk throws
 */
export async function writeRecord(
  disk: Pick<Disk, 'replace' | 'remove'>,
  path: string,
  record: CallRecord,
  isForgotten: (callId: string) => boolean,
): Promise<boolean> {
  const text = `${JSON.stringify(record, null, 1)}\n`
  return await writeUnlessForgotten(disk, path, text, () => isForgotten(record.callId))
}

/** @param isForgotten whether the call was erased @returns false when it was: nothing is on the disk */
export async function writeUnlessForgotten(
  disk: Pick<Disk, 'replace' | 'remove'>,
  path: string,
  text: string,
  isForgotten: () => boolean,
): Promise<boolean> {
  if (isForgotten()) return false
  await disk.replace(path, text)
  if (!isForgotten()) return true
  await disk.remove(path)
  return false
}
