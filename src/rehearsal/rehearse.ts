// Plays many recorded calls again, one after the other, and says where each differs from its record first. Between two
// inputs of a call the event loop runs, so that a server that rehearses sends its frames in time.

import { errorText } from '../base/errors.ts'
import { type Difference, firstDifference } from './compare.ts'
import type { RecordedCall } from './recorded-calls.ts'
import { replay, type Stage } from './replay.ts'

export type Rehearsal = {
  /** Calls that were played. */
  calls: number
  /** Their first differences. `call`: the id of the recording. */
  differ: (Difference & { call: string })[]
  /** Calls that could not be played, and why. */
  left: { call: string; reason: string }[]
}

/** What follows the first difference of a call, for people. */
export const afterDifference =
  'Behind the first difference the recorded answers of the caller fit the call no more: nothing later is compared.'

/** @param stageFor what calls of a desk are played with; undefined when there is no such desk */
export async function rehearse(
  calls: AsyncIterable<RecordedCall> | Iterable<RecordedCall>,
  stageFor: (desk: string | undefined) => Stage | undefined,
  onPlayed: (so: Rehearsal) => void = () => {},
): Promise<Rehearsal> {
  const so: Rehearsal = { calls: 0, differ: [], left: [] }
  for await (const call of calls) {
    const outcome = await rehearseOne(call, stageFor).catch((error: unknown) => errorText(error))
    if (typeof outcome === 'string') so.left.push({ call: call.id, reason: outcome })
    else {
      so.calls++
      if (outcome !== undefined) so.differ.push({ call: call.id, ...outcome })
    }
    onPlayed(so)
  }
  return so
}

/** @returns its first difference; undefined for none; a sentence when it cannot be played */
async function rehearseOne(
  { record, kept }: RecordedCall,
  stageFor: (desk: string | undefined) => Stage | undefined,
): Promise<Difference | string | undefined> {
  if (kept === undefined) return 'its inputs are of another version, or torn'
  const stage = stageFor(record.desk)
  if (stage === undefined) return `there is no desk ${record.desk} any more`
  const played = await replay(kept, stage, Date.parse(record.startedAt))
  if (played === undefined) return 'a language of it is not offered any more'
  return firstDifference(record, played.details, played.until, record.durationMs ?? 0)
}
