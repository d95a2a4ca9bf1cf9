// Which parts of a call are one sound: a call that two machines recorded, because the first one died, was one call for
// its caller. Pure; the page has it too.

import type { RecordingInfo } from './entry.ts'

/** A call has a part for each return from a queue and each rescue, of which there is one. */
export const mostParts = 20

/** Further apart they are heard one by one: the caller was with people in between. */
const togetherMs = 60_000

type Part = Pick<RecordingInfo, 'audio' | 'record'>

/**
 * The parts that are heard together with one of them, itself included.
 *
 * @param parts of one call, the first one first
 * @param at place of that part in `parts`
 */
export function together<P extends Part>(parts: readonly P[], at: number): P[] {
  const areOne = (before: P | undefined, after: P | undefined): boolean => {
    if (before === undefined || after === undefined || before.record.endedAt === null) return false
    if (before.audio === 'none' || after.audio === 'none') return false
    const gapMs = Date.parse(after.record.startedAt) - Date.parse(before.record.endedAt)
    return gapMs <= togetherMs
  }
  let first = at
  while (areOne(parts[first - 1], parts[first])) first--
  let last = at
  while (areOne(parts[last], parts[last + 1])) last++
  return parts.slice(first, last + 1)
}
