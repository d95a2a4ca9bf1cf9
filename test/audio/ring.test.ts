import { expect, test } from 'bun:test'
import { AudioError } from '../../src/audio/pcm.ts'
import { Ring } from '../../src/audio/ring.ts'
import { sequence } from './measure.ts'

const counting = (from: number, length: number) => Int16Array.from({ length }, (_, i) => from + i)

test('a ring holds what was asked for, rounded up to a power of two', () => {
  expect([1, 2, 3, 1_000, 240_000].map((samples) => Ring.create(samples).capacity)).toEqual([
    1, 2, 4, 1_024, 262_144,
  ])
})

test('samples come out in their order, whatever the lengths, around the end of the memory', () => {
  const ring = Ring.create(64)
  const random = sequence(1)
  let sent = 0
  let got = 0
  const out = new Int16Array(100)
  while (got < 20_000) {
    sent += ring.write(counting(sent, Math.floor(random() * 50)))
    expect(ring.available).toBe(sent - got)
    expect(ring.space).toBe(64 - (sent - got))
    const count = ring.read(out.subarray(0, Math.floor(random() * 50)))
    expect(out.subarray(0, count)).toEqual(counting(got, count))
    got += count
  }
})

test('a full ring takes what fits and says how much; an empty one gives nothing and leaves the rest alone', () => {
  const ring = Ring.create(8)
  expect(ring.write(counting(0, 11))).toBe(8)
  expect(ring.write(counting(0, 1))).toBe(0)
  const out = new Int16Array(10).fill(-7)
  expect(ring.read(out)).toBe(8)
  expect([...out]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, -7, -7])
  expect(ring.read(out)).toBe(0)
})

test('the counters may pass 2 to the 31st and 32nd', () => {
  for (const start of [2 ** 31 - 5, -5]) {
    const ring = Ring.create(16)
    new Int32Array(ring.buffer, 0, 2).fill(start)
    const out = new Int16Array(16)
    for (let round = 0; round < 4; round++) {
      expect(ring.write(counting(round, 7))).toBe(7)
      expect(ring.available).toBe(7)
      expect(ring.read(out)).toBe(7)
      expect(out.subarray(0, 7)).toEqual(counting(round, 7))
    }
  }
})

test('after end, what is there is read, and then the ring has ended', () => {
  const ring = Ring.create(8)
  ring.write(counting(0, 3))
  ring.end()
  expect(ring.write(counting(3, 1))).toBe(0)
  expect(ring.ended).toBe(false)
  expect(ring.read(new Int16Array(8))).toBe(3)
  expect(ring.ended).toBe(true)
  expect(ring.aborted).toBe(false)
})

test('after abort nothing is read or written, and end does not undo it', () => {
  const ring = Ring.create(8)
  ring.write(counting(0, 3))
  ring.abort()
  ring.end()
  expect([ring.ended, ring.aborted]).toEqual([true, true])
  expect(ring.read(new Int16Array(8))).toBe(0)
  expect(ring.write(counting(0, 1))).toBe(0)
})

test.each([0, -1, Number.NaN, 2 ** 24 + 1])('a ring of %p samples is refused', (samples) => {
  expect(() => Ring.create(samples)).toThrow(AudioError)
})

test.each([0, 16, 17, 64])('%d bytes that are no ring are refused', (bytes) => {
  expect(() => new Ring(new SharedArrayBuffer(bytes))).toThrow(AudioError)
})

type Sent = { sent: number; aborted: boolean }

/** Starts the producer, reads as it comes, and compares each sample with the count. */
async function consume(samples: number, abortAfter?: number) {
  const ring = Ring.create(1_024)
  const worker = new Worker(new URL('./ring.worker.ts', import.meta.url))
  try {
    const finished = new Promise<Sent>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<Sent>) => resolve(event.data)
      worker.onerror = (event) => reject(new Error(event.message))
    })
    worker.postMessage({ buffer: ring.buffer, samples, abortAfter })
    const out = new Int16Array(160)
    let got = 0
    let wrong = 0
    while (!ring.ended) {
      const count = ring.read(out)
      for (let i = 0; i < count; i++) if (out[i] !== ((got + i) << 16) >> 16) wrong++
      got += count
      if (count > 0) Atomics.notify(new Int32Array(ring.buffer), 1)
      else await new Promise<void>((resolve) => setImmediate(resolve))
    }
    return { got, wrong, ...(await finished) }
  } finally {
    worker.terminate()
  }
}

test('a worker writes a million samples and this thread reads each of them once, in order', async () => {
  expect(await consume(1_000_000)).toEqual({ got: 1_000_000, wrong: 0, sent: 1_000_000, aborted: false })
})

test("a worker's abort ends the reading", async () => {
  const { got, wrong, aborted } = await consume(1_000_000, 5_000)
  expect(wrong).toBe(0)
  expect(got).toBeLessThan(10_000)
  expect(aborted).toBe(true)
})
