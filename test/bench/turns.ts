// From what the callers and the clouds noted to what a turn cost the server itself: the recogniser's last result has
// left the cloud, and the first sound of the answer has reached the caller. The clouds answer at once. Pure.

import { spread } from './crowd.ts'

/** Milliseconds since 1970, with fractions, of processes on one machine. */
export type Talk = { callId: string; saidMs: number[]; onsetsMs: number[] }
export type Sent = { callId: string | null; sent: { atMs: number; isFinal: boolean; speechFinal: boolean }[] }

/** An answer later than this belongs to no turn. */
const answerMs = 5_000

export type Turns = {
  said: number
  answered: number
  overheadMs: ReturnType<typeof spread> & { p95: number }
}

/** Only turns that the caller took into silence, and whose answer had its whole time. */
export function turnsOf(talks: readonly Talk[], sent: readonly Sent[]): Turns {
  const overheads: number[] = []
  let said = 0
  let ends: Map<string, number[]>
  const finals = ({ sent: results }: Sent) =>
    results.filter(({ isFinal, speechFinal }) => isFinal && speechFinal).map(({ atMs }) => atMs)
  if (sent.some(({ callId }) => callId !== null)) {
    ends = new Map()
    for (const socket of sent) {
      if (socket.callId === null) continue
      // A call may have had more than one socket.
      ends.set(
        socket.callId,
        [...(ends.get(socket.callId) ?? []), ...finals(socket)].sort((a, b) => a - b),
      )
    }
  } else ends = paired(talks, sent.map(finals))
  for (const { callId, onsetsMs } of talks) {
    for (const atMs of ends.get(callId) ?? []) {
      const onset = onsetsMs.find((onsetMs) => onsetMs > atMs)
      said++
      if (onset !== undefined && onset - atMs < answerMs) overheads.push(onset - atMs)
    }
  }
  const sorted = [...overheads].sort((a, b) => a - b)
  const p95 = sorted[Math.min(sorted.length - 1, Math.floor(0.95 * sorted.length))] ?? Number.NaN
  return {
    said,
    answered: overheads.length,
    overheadMs: { ...spread(overheads), p95: Math.round(p95 * 100) / 100 },
  }
}

/** For a server that does not name its calls to the recogniser: by the order of their first turns, which are spread. */
function paired(talks: readonly Talk[], ends: readonly number[][]): Map<string, number[]> {
  const first = (list: readonly number[]) => list[0] ?? Number.POSITIVE_INFINITY
  const calls = talks.toSorted((a, b) => first(a.saidMs) - first(b.saidMs))
  const sockets = ends.toSorted((a, b) => first(a) - first(b))
  return new Map(calls.map(({ callId }, i) => [callId, sockets[i] ?? []]))
}
