import { expect, setDefaultTimeout, test } from 'bun:test'
import { RingPool, RingReader, ringFrames, ringSamples } from '../../src/audio/call-ring.ts'

setDefaultTimeout(60_000)

const frame = (value: number) => new Int16Array(160).fill(value)

/** A call's ring with so many frames, each filled with its number from 1 on, and a reader of it. */
function ringWith(frames: number, pool = new RingPool()) {
  const ring = pool.take()
  for (let i = 1; i <= frames; i++) ring.write(frame(i))
  return { pool, ring, reader: new RingReader(ring.place, ring.shared) }
}

test('any stretch is read at its position since the start of the call', () => {
  const { reader } = ringWith(900)
  expect([reader.written, reader.oldest]).toEqual([900 * 160, (900 - ringFrames + 1) * 160])
  const out = new Int16Array(400)
  for (const at of [reader.oldest, (ringFrames - 1) * 160 + 30, ringFrames * 160 - 200, 900 * 160 - 400]) {
    expect(reader.read(at, out)).toBe(true)
    for (let i = 0; i < out.length; i++) expect(out[i]).toBe(Math.floor((at + i) / 160) + 1)
  }
})

test('a stretch that was overwritten is refused', () => {
  const { ring, reader } = ringWith(ringFrames - 1)
  const out = new Int16Array(160)
  expect([reader.oldest, reader.read(0, out), out[0]]).toEqual([0, true, 1])
  ring.write(frame(ringFrames))
  expect([reader.oldest, reader.read(0, out), reader.read(160, out)]).toEqual([160, false, true])
})

test('the memory goes to the next call, wiped, when its last user has released it', () => {
  const { pool, ring, reader } = ringWith(600)
  const before = reader.call
  ring.retain()
  ring.release()
  expect(pool.take().place).not.toBe(ring.place)
  expect([reader.written, pool.used]).toEqual([600 * 160, 2])
  ring.release()
  expect([reader.samples.every((sample) => sample === 0), pool.used]).toEqual([true, 1])
  expect(pool.take()).toBe(ring)
  expect([reader.written, reader.call]).toEqual([0, before + 1])
})

test('a thread is told of every ring once, also of those made later', () => {
  const pool = new RingPool()
  const [one] = [pool.take()]
  const told: number[] = []
  const stop = pool.subscribe((place, shared) => {
    expect(shared.byteLength).toBe(64 + ringSamples * 2)
    told.push(place)
  })
  pool.take()
  one.release()
  pool.take()
  expect(told).toEqual([0, 1])
  stop()
  pool.take()
  expect(told).toEqual([0, 1])
})
