// How a batch of writes lies in the memory that the call thread and the writing thread share. There are two areas: one
// is filled while the other is written. A message hands an area over, so that neither side reads what the other still
// writes.

export type ToWriter =
  | { kind: 'start'; shared: SharedArrayBuffer }
  | { kind: 'write'; area: 0 | 1; count: number }
  | { kind: 'end' }

/** `failed` are the parts of the batch that the disk refused, with the system's code for why. */
export type FromWriter =
  | { kind: 'ready' }
  | { kind: 'written'; failed: readonly { index: number; code: string }[] }

/** Part i is `parts[4 i]` descriptor, `[4 i + 1]` offset in `bytes`, `[4 i + 2]` length, `[4 i + 3]` place in the file. */
export type Area = { parts: Float64Array; taken: Int32Array; bytes: Uint8Array }

/** Of one batch. 1 000 calls write 125 parts of 2 560 bytes in 10 ms. */
export const areaParts = 512
export const areaBytes = 1 << 20

const bytesOfArea = areaParts * (4 * 8 + 4) + areaBytes

export const sharedBytes = 2 * bytesOfArea

export function areaOf(shared: SharedArrayBuffer, index: 0 | 1): Area {
  const at = index * bytesOfArea
  return {
    parts: new Float64Array(shared, at, 4 * areaParts),
    taken: new Int32Array(shared, at + 32 * areaParts, areaParts),
    bytes: new Uint8Array(shared, at + 36 * areaParts, areaBytes),
  }
}
