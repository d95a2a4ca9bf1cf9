// The memory that the call thread shares with the voice judge's thread, and the messages between them. There are two
// areas, each with room for one batch of windows: one is filled while the other is judged. A message hands an area
// over, so that neither side reads what the other still writes.

import { windowSamples } from './silero.ts'

export type ToJudge =
  /** `windows` of one area; `calls` at once; `weights`: path of the model; `nice`: priority, 0 to 19 */
  | {
      kind: 'start'
      shared: SharedArrayBuffer
      windows: number
      calls: number
      weights: string
      nice: number
    }
  | { kind: 'judge'; area: 0 | 1; count: number }
  /** The thread ends itself. */
  | { kind: 'end' }

/** `judged`: the probabilities of the last batch are in its area. */
export type FromJudge = { kind: 'ready' } | { kind: 'judged' }

/** Window i is `windows[i]` of call `calls[i]`; its answer goes to `probabilities[i]`. */
export type Area = { calls: Int32Array; probabilities: Float32Array; windows: readonly Int16Array[] }

/** Added to a call's number: its window follows no other, so the model forgets what it heard of the call before. */
export const firstFlag = 1 << 30

const bytesOfWindow = 4 + 4 + windowSamples * 2

/** Bytes of both areas. */
export const sharedBytes = (windows: number): number => 2 * windows * bytesOfWindow

/** Views of one area. */
export function areaOf(shared: SharedArrayBuffer, windows: number, index: 0 | 1): Area {
  const at = index * windows * bytesOfWindow
  return {
    calls: new Int32Array(shared, at, windows),
    probabilities: new Float32Array(shared, at + 4 * windows, windows),
    windows: Array.from(
      { length: windows },
      (_, i) => new Int16Array(shared, at + 8 * windows + i * windowSamples * 2, windowSamples),
    ),
  }
}
