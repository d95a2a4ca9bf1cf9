// How a batch of windows lies in the memory that the call thread and the voice detector's thread share. There are
// two areas: one is filled while the other is judged. A message hands an area over, so that neither side reads
// what the other still writes.

import { windowSamples } from './silero.ts'

export type ToJudge =
  /** @param windows of one area; @param calls at once; @param weights path of the model */
  | {
      kind: 'start'
      shared: SharedArrayBuffer
      windows: number
      calls: number
      weights: string
      nice: number
    }
  | { kind: 'judge'; area: number; count: number }
  | { kind: 'end' }

/** Window i is `windows[i]` of call `calls[i]`, and its answer `probabilities[i]`. */
export type Area = { calls: Int32Array; probabilities: Float32Array; windows: readonly Int16Array[] }

/** Added to a call's number: this window is the first of its asking. */
export const firstFlag = 1 << 30

const bytesOfWindow = 4 + 4 + windowSamples * 2

/** Bytes of both areas. */
export const sharedBytes = (windows: number): number => 2 * windows * bytesOfWindow

/** @param index 0 or 1 */
export function areaOf(shared: SharedArrayBuffer, windows: number, index: number): Area {
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
