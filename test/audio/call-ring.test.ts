import { expect, setDefaultTimeout, test } from 'bun:test'
import { pageSamples, RingPool, RingReader, ringBytes, ringFrames } from '../../src/audio/call-ring.ts'

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

test('what every reader has read is wiped, and its pages are used again', () => {
  const { ring, reader } = ringWith(0)
  let [recorded, covered] = [0, 0]
  ring.keep(() => recorded)
  const stop = ring.keep(() => covered)
  const places = new Set<number>()
  for (let i = 1; i <= 3_000; i++) {
    ring.write(frame(i))
    covered = Math.max(0, i * 160 - 3 * 8_000)
    recorded = i * 160
    places.add(reader.indexOf(recorded - 160))
  }
  expect(places.size).toBeLessThanOrEqual(8 * 24)
  const out = new Int16Array(3 * 8_000)
  expect([reader.read(covered, out), out[0], out.at(-1)]).toEqual([true, 2_851, 3_000])
  expect([reader.oldest > covered - 2 * pageSamples, reader.read(reader.oldest - 160, out)]).toEqual([
    true,
    false,
  ])
  stop()
  for (let i = 0; i < 24; i++) ring.write(frame(1))
  expect(reader.samples.filter((sample) => sample !== 0).length).toBeLessThan(2 * pageSamples + 1)
})

test('a reader that stands still gets the last 15.36 s, as if it were alone', () => {
  const { ring, reader } = ringWith(0)
  ring.keep(() => 0)
  for (let i = 1; i <= 900; i++) ring.write(frame(i))
  const out = new Int16Array((ringFrames - 1) * 160)
  expect([reader.oldest, reader.read(reader.oldest, out)]).toEqual([(900 - ringFrames + 1) * 160, true])
  for (const [i, sample] of out.entries()) expect(sample).toBe(900 - ringFrames + 2 + Math.floor(i / 160))
})

test('a page that is given up while a reader copies is refused', () => {
  const { ring, reader } = ringWith(48)
  const out = new Int16Array(160)
  expect(reader.read(0, out)).toBe(true)
  ring.keep(() => ring.written)
  ring.write(frame(49))
  expect([reader.oldest, reader.read(0, out), out[0]]).toEqual([48 * 160, false, 49])
})

test('a thread is told of every ring once, also of those made later', () => {
  const pool = new RingPool()
  const [one] = [pool.take()]
  const told: number[] = []
  const stop = pool.subscribe((place, shared) => {
    expect(shared.byteLength).toBe(ringBytes)
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

test('rings that were made in advance are handed to the threads then, and not when a call begins', () => {
  const pool = new RingPool()
  const told: number[] = []
  pool.subscribe((place) => void told.push(place))
  pool.prepare(2)
  expect([told, pool.used]).toEqual([[0, 1], 0])
  pool.take()
  pool.prepare(1)
  expect([told, pool.used]).toEqual([[0, 1], 1])
  pool.take()
  pool.take()
  expect([told, pool.used]).toEqual([[0, 1, 2], 3])
})
