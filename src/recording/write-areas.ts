// The memory that the call thread shares with the writing thread, and the messages between them. There are two areas,
// each with room for one batch of writes: one is filled while the other is written. A message hands an area over, so
// that neither side reads what the other still writes.

export type ToWriter =
  | { kind: 'start'; shared: SharedArrayBuffer }
  | { kind: 'write'; area: 0 | 1; count: number }
  /** The thread ends itself. */
  | { kind: 'end' }

/** `failed`: the parts of the batch that the disk refused, with the system's error code. */
export type FromWriter =
  | { kind: 'ready' }
  | { kind: 'written'; failed: readonly { index: number; code: string }[] }

/**
 * Part i is `parts[4 i]` file descriptor, `[4 i + 1]` offset in `bytes`, `[4 i + 2]` length, `[4 i + 3]` position in
 * the file. The thread puts the number of bytes written into `taken[i]`.
 */
export type Area = { parts: Float64Array; taken: Int32Array; bytes: Uint8Array }

/** Limits of one batch. 1 000 calls write 125 parts of 2 560 bytes in 10 ms. */
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
