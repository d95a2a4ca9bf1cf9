// From what the callers and the clouds noted to what a turn cost the server itself: the recogniser's last result has
// left the cloud, and the first sound of the answer has reached the caller. The clouds answer at once. Pure.

import { spread } from './crowd.ts'

/**
 * What one caller noted, in milliseconds since 1970, with fractions. `saidMs`: the end of each thing said, which lasted
 * `saysMs`. `onsetsMs` and `quietMs`: when the agent began and ended each stretch of speech; the last may go on.
 */
export type Talk = { callId: string; saysMs: number; saidMs: number[]; onsetsMs: number[]; quietMs: number[] }
export type Sent = { callId: string | null; sent: { atMs: number; isFinal: boolean; speechFinal: boolean }[] }

/** Speech begins where there was none for so long; shorter pauses are breath. */
export const onsetGapMs = 300
/** An answer later than this belongs to no turn. */
const answerMs = 5_000

export type Turns = {
  /** Taken into silence, and not answered before the recogniser's last result. */
  said: number
  answered: number
  /** The agent spoke at the last result, or began while the caller spoke: no pause shows where its answer begins. */
  overAgent: number
  /** The server took the turn without the recogniser's last result, which came late. */
  answeredBefore: number
  overheadMs: ReturnType<typeof spread> & { p95: number }
  /** From the caller's last sound to the recogniser's last result: its own pause, and all delays on the way to it. */
  heardMs: ReturnType<typeof spread>
}

/** Compares what the callers noted with the results that the clouds sent. */
export function turnsOf(talks: readonly Talk[], sent: readonly Sent[]): Turns {
  const overheads: number[] = []
  const heard: number[] = []
  const counts = { said: 0, overAgent: 0, answeredBefore: 0 }
  const ends = endsOf(talks, sent)
  for (const talk of talks)
    for (const atMs of ends.get(talk.callId) ?? []) {
      const saidMs = talk.saidMs.findLast((one) => one <= atMs)
      if (saidMs === undefined) continue
      heard.push(atMs - saidMs)
      const goesOn = Number.POSITIVE_INFINITY
      const speaks = talk.onsetsMs.some(
        (onsetMs, i) => onsetMs < atMs && (talk.quietMs[i] ?? goesOn) > atMs - onsetGapMs,
      )
      const began = (fromMs: number, toMs: number) =>
        talk.onsetsMs.some((onsetMs) => onsetMs > fromMs && onsetMs < toMs)
      if (began(saidMs, atMs)) counts.answeredBefore++
      else if (speaks || began(saidMs - talk.saysMs, saidMs)) counts.overAgent++
      else {
        counts.said++
        const nextMs = (talk.saidMs.find((one) => one > atMs) ?? goesOn) - talk.saysMs
        const onsetMs = talk.onsetsMs.find((one) => one >= atMs) ?? goesOn
        if (onsetMs < Math.min(nextMs, atMs + answerMs)) overheads.push(onsetMs - atMs)
      }
    }
  const sorted = [...overheads].sort((a, b) => a - b)
  const p95 = sorted[Math.min(sorted.length - 1, Math.floor(0.95 * sorted.length))] ?? Number.NaN
  return {
    ...counts,
    answered: overheads.length,
    overheadMs: { ...spread(overheads), p95: Math.round(p95 * 100) / 100 },
    heardMs: spread(heard),
  }
}

/** When the recogniser's last result of each turn left its cloud, by call. */
function endsOf(talks: readonly Talk[], sent: readonly Sent[]): Map<string, number[]> {
  const finals = ({ sent: results }: Sent) =>
    results.filter(({ isFinal, speechFinal }) => isFinal && speechFinal).map(({ atMs }) => atMs)
  if (sent.every(({ callId }) => callId === null)) return paired(talks, sent.map(finals))
  const ends = new Map<string, number[]>()
  for (const socket of sent) {
    if (socket.callId === null) continue
    // A call may have had more than one socket.
    const all = [...(ends.get(socket.callId) ?? []), ...finals(socket)]
    ends.set(
      socket.callId,
      all.sort((a, b) => a - b),
    )
  }
  return ends
}

/** For a server that does not name its calls to the recogniser: by the order of their first turns, which are spread. */
function paired(talks: readonly Talk[], ends: readonly number[][]): Map<string, number[]> {
  const first = (list: readonly number[]) => list[0] ?? Number.POSITIVE_INFINITY
  const calls = talks.toSorted((a, b) => first(a.saidMs) - first(b.saidMs))
  const sockets = ends.toSorted((a, b) => first(a) - first(b))
  return new Map(calls.map(({ callId }, i) => [callId, sockets[i] ?? []]))
}
