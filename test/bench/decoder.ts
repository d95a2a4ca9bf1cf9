// Microseconds the decoder needs a 20 ms frame, whole in its chunk as Asterisk sends it, and split in two.
// Prints one JSON line.

import { encodeAudio, frameMessageBytes, MessageDecoder } from '../../src/audiosocket/message.ts'

const frames = 1_000_000
const message = new Uint8Array(frameMessageBytes)
encodeAudio(new Int16Array(160).fill(1_234), message)
const halves = [message.subarray(0, 100), message.subarray(100)]

let payloadBytes = 0
const count = (_kind: number, payload: Uint8Array) => {
  payloadBytes += payload.length
}

/** @returns the best of five runs, since the machine has other work */
function usPerFrame(chunks: Uint8Array[]): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 5; run++) {
    const decoder = new MessageDecoder()
    payloadBytes = 0
    const startMs = performance.now()
    for (let i = 0; i < frames; i++) for (const chunk of chunks) decoder.push(chunk, count)
    best = Math.min(best, ((performance.now() - startMs) * 1_000) / frames)
    if (payloadBytes !== frames * 320) throw new Error(`${payloadBytes} bytes came out`)
  }
  return Number(best.toFixed(3))
}

console.log(
  JSON.stringify({
    bench: 'decoder',
    usPerFrame: usPerFrame([message]),
    usPerSplitFrame: usPerFrame(halves),
  }),
)
