// The parts of a call as one stereo WAV (caller left, agent right), with the silence between them. Assembled while it
// is read, like the WAV of one recording, so that an hour of audio costs no memory.

import { stereoHeader, wavHeaderBytes } from './stereo-wav.ts'

const bytesPerMs = (8_000 * 4) / 1_000
/** Bytes of silence at a time. */
const pieceBytes = 64 * 1024

/** `sizeBytes`: of its stereo samples at 8 kHz. */
export type PartSound = {
  startedMs: number
  sizeBytes: number
  /** Its samples without a header, asked for when their turn comes. Throws when they cannot be had any more. */
  open(): AsyncIterable<Uint8Array>
}

/** @param parts the first one first, at least one */
export function wholeWav(parts: readonly PartSound[]): {
  sizeBytes: number
  stream(): ReadableStream<Uint8Array>
} {
  // The clocks of two machines differ, so a part may seem to end after the next has begun.
  const slots = parts.map(({ startedMs, sizeBytes }, i) => {
    const next = parts[i + 1]
    if (next === undefined) return sizeBytes
    return Math.max(0, Math.round(((next.startedMs - startedMs) * bytesPerMs) / 4) * 4)
  })
  const sizeBytes = slots.reduce((sum, bytes) => sum + bytes, 0)
  return {
    sizeBytes: wavHeaderBytes + sizeBytes,
    stream() {
      const pieces = piecesOf(parts, slots, sizeBytes)
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const { value, done } = await pieces.next()
            if (done) controller.close()
            else controller.enqueue(value)
          },
          cancel: async () => void (await pieces.return(undefined)),
        },
        { highWaterMark: 1 },
      )
    },
  }
}

async function* piecesOf(parts: readonly PartSound[], slots: readonly number[], sizeBytes: number) {
  yield stereoHeader(sizeBytes / 4)
  for (const [i, part] of parts.entries()) {
    let left = slots[i]!
    for await (const bytes of part.open()) {
      const kept = bytes.subarray(0, left)
      left -= kept.length
      if (kept.length > 0) yield kept
      if (left === 0) break
    }
    while (left > 0) {
      const silence = new Uint8Array(Math.min(left, pieceBytes))
      left -= silence.length
      yield silence
    }
  }
}
