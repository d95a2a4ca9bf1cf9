import { expect, setDefaultTimeout, test } from 'bun:test'
import { Playout } from '../../../src/call/sound/playout.ts'

setDefaultTimeout(60_000)

function make(options = {}) {
  const events: string[] = []
  const playout = new Playout(
    {
      trackBegun: (id) => void events.push(`begun ${id}`),
      trackEnded: (id) => void events.push(`ended ${id}`),
    },
    { gapFrames: 0, prebufferFrames: 0, ...options },
  )
  const frame = new Int16Array(160)
  /** One frame as a short text: `-` silence, else first and last sample. */
  const next = (): string => (playout.next(frame) ? `${frame[0]}..${frame[159]}` : '-')
  return { playout, events, next, frame }
}
const ramp = (from: number, length: number): Int16Array => Int16Array.from({ length }, (_, i) => from + i)

test('samples leave in exact frames, whatever the length of the pieces', () => {
  const { playout, events, next } = make()
  playout.begin(1)
  for (const [from, length] of [
    [0, 100],
    [100, 7],
    [107, 213],
  ])
    playout.push(1, ramp(from, length))
  playout.end(1)
  expect([next(), next(), next()]).toEqual(['0..159', '160..319', '-'])
  expect(events).toEqual(['begun 1', 'ended 1'])
})

test('the last frame of a track is filled up with the next track or with silence', () => {
  const { playout, next } = make()
  for (const id of [1, 2]) {
    playout.begin(id)
    playout.push(id, ramp(id * 1_000, 240))
    playout.end(id)
  }
  expect([next(), next(), next(), next()]).toEqual(['1000..1159', '1160..2079', '2080..2239', '-'])
})

test('there is a short silence between two tracks', () => {
  const { playout, next } = make({ gapFrames: 2 })
  for (const id of [1, 2]) {
    playout.begin(id)
    playout.push(id, ramp(id * 1_000, 160))
    playout.end(id)
  }
  expect([next(), next(), next(), next()]).toEqual(['1000..1159', '-', '-', '2000..2159'])
})

test('a streamed track starts when its prebuffer is full; an underrun is played as silence and counted', () => {
  const { playout, next } = make({ prebufferFrames: 2 })
  playout.begin(1)
  playout.push(1, ramp(0, 160))
  expect(next()).toBe('-')
  expect(playout.underruns).toBe(0)
  playout.push(1, ramp(160, 200))
  expect([next(), next(), next()]).toEqual(['0..159', '160..319', '-'])
  expect(playout.underruns).toBe(1)
  playout.push(1, ramp(360, 120))
  expect(next()).toBe('320..479')
})

test('a short streamed track that ends before its prebuffer is full is played', () => {
  const { playout, events, next } = make({ prebufferFrames: 3 })
  playout.begin(1)
  playout.push(1, ramp(0, 160))
  playout.end(1)
  expect([next(), next()]).toEqual(['0..159', '-'])
  expect(events).toEqual(['begun 1', 'ended 1'])
})

test('a track without samples still begins and ends, in order', () => {
  const { playout, events, next } = make()
  playout.begin(1)
  playout.end(1)
  playout.begin(2)
  playout.push(2, ramp(0, 160))
  playout.end(2)
  expect(next()).toBe('0..159')
  expect(events).toEqual(['begun 1', 'ended 1', 'begun 2', 'ended 2'])
})

test('clear stops within one frame, which fades out over 5 ms', () => {
  const { playout, frame, next } = make()
  playout.begin(1)
  playout.push(1, new Int16Array(16_000).fill(10_000))
  next()
  playout.clear()
  expect(playout.next(frame)).toBe(true)
  expect(frame[0]).toBe(10_000)
  expect(frame[39]).toBeLessThan(300)
  for (let i = 1; i < 160; i++) expect(frame[i]).toBeLessThanOrEqual(frame[i - 1])
  expect(next()).toBe('-')
  expect(playout.idle).toBe(true)
})

test('a cleared track takes no more samples', () => {
  const { playout, next } = make()
  playout.begin(1)
  playout.clear()
  playout.push(1, ramp(0, 160))
  playout.end(1)
  expect(next()).toBe('-')
})

test('heard counts the samples that have left', () => {
  const { playout, next } = make()
  playout.begin(1)
  playout.push(1, ramp(0, 1_600))
  next()
  next()
  expect(playout.heard(1)).toEqual({ playedSamples: 320, totalSamples: 1_600, complete: false })
})

test('push reports a full playout, and space resolves when half of it has left', async () => {
  const { playout, next } = make({ capacityFrames: 10 })
  playout.begin(1)
  expect(playout.push(1, new Int16Array(800).fill(1))).toBe(true)
  expect(playout.push(1, new Int16Array(800).fill(1))).toBe(false)
  let free = false
  const waiting = playout.space().then(() => {
    free = true
  })
  for (let i = 0; i < 5; i++) next()
  await Promise.resolve()
  expect(free).toBe(false)
  next()
  await waiting
  expect(free).toBe(true)
})

test('clear resolves every pending space', async () => {
  const { playout } = make({ capacityFrames: 1 })
  playout.begin(1)
  playout.push(1, new Int16Array(800))
  const waiting = playout.space()
  playout.clear()
  await waiting
  expect(playout.bufferedFrames).toBe(0)
})
