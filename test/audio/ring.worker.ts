// The producer of a test in ring.test.ts: writes a counting signal in pieces of changing length, as fast as it fits.
import { Ring } from '../../src/audio/ring.ts'

declare const self: Worker

self.onmessage = (
  event: MessageEvent<{ buffer: SharedArrayBuffer; samples: number; abortAfter?: number }>,
) => {
  const { buffer, samples, abortAfter } = event.data
  const ring = new Ring(buffer)
  const piece = new Int16Array(997)
  let sent = 0
  for (let length = 1; sent < samples && !ring.aborted; length = (length * 7) % 997) {
    const count = Math.min(length, samples - sent)
    for (let i = 0; i < count; i++) piece[i] = sent + i
    let done = 0
    while (done < count && !ring.aborted) {
      const taken = ring.write(piece.subarray(done, count))
      done += taken
      // Wakes when the consumer has read, or after a millisecond: nothing is lost either way.
      if (taken === 0) Atomics.wait(new Int32Array(buffer), 1, new Int32Array(buffer)[1]!, 1)
    }
    sent += done
    if (abortAfter !== undefined && sent >= abortAfter) ring.abort()
  }
  ring.end()
  self.postMessage({ sent, aborted: ring.aborted })
}
