import { expect, setDefaultTimeout, test } from 'bun:test'
import { type SegmentEvent, Segments } from '../../src/caller/segments.ts'
import { Track } from '../../src/caller/track.ts'
import { Transcript } from '../../src/caller/transcript.ts'

setDefaultTimeout(60_000)

const ones = (samples: number) => new Int16Array(samples).fill(1)

test('60 ms of jitter leave no gap in a track; a longer pause leaves a gap of its length', () => {
  const track = new Track(10_000)
  for (const atMs of [0, 25, 38, 119]) track.add(ones(160), atMs)
  expect(track.samples()).toEqual(ones(640))
  track.add(ones(160), 500)
  expect(track.samples().length).toBe(4_160)
  expect([...track.samples()].filter((sample) => sample === 0)).toHaveLength(4_000 - 640)
})

test('a track stops at its longest length and counts the samples it drops', () => {
  const track = new Track(30)
  track.add(ones(160), 0)
  track.add(ones(160), 20)
  track.add(ones(160), 40)
  expect([track.samples().length, track.dropped]).toEqual([240, 240])
})

test('gaps are reported as percentiles', () => {
  const track = new Track(60_000)
  for (let i = 0; i < 100; i++) track.add(ones(160), i * 20)
  track.add(ones(160), 99 * 20 + 45)
  expect(track.gaps()).toEqual({ count: 100, p50Ms: 20, p95Ms: 20, p99Ms: 45, maxMs: 45 })
})

test('speech begins with its first loud frame and ends after 400 ms of silence', () => {
  const events: SegmentEvent[] = []
  const segments = new Segments((event) => events.push(event))
  const loud = (atMs: number) =>
    atMs >= 200 && atMs < 500 ? 3_277 : atMs >= 700 && atMs < 1_000 ? -3_277 : 3
  for (let atMs = 0; atMs < 2_000; atMs += 20) segments.push(new Int16Array(160).fill(loud(atMs)), atMs)
  expect(events).toEqual([
    { kind: 'began', atMs: 200 },
    { kind: 'ended', startMs: 200, endMs: 1_000, levelDb: expect.closeTo(-20, 1) },
  ])
})

test('the end of the call ends the segment once', () => {
  const events: SegmentEvent[] = []
  const segments = new Segments((event) => events.push(event))
  segments.push(new Int16Array(160).fill(3_000), 40)
  segments.end()
  segments.end()
  expect(events.map(({ kind }) => kind)).toEqual(['began', 'ended'])
})

test('each line of the transcript is returned once, and a failing admin server is not an error', async () => {
  const line = (text: string, atMs: number) => ({ who: 'agent', text, atMs })
  const answers: (Response | Error)[] = [
    new Error('refused'),
    Response.json({ error: 'no such call' }, { status: 404 }),
    Response.json({ other: true }),
    new Response('<html>'),
    Response.json({ transcript: [line('Bonjour', 20)] }),
    Response.json({ transcript: [line('Bonjour', 20), line('⌨ 06', 400), line('Au revoir', 900)] }),
    Response.json({ transcript: [line('Bonjour', 20), line('⌨ 06', 400), line('Au revoir', 900)] }),
  ]
  const asked: string[] = []
  const transcript = new Transcript('http://admin/api/calls/x', 'secret', async (url, init) => {
    asked.push(`${url} ${new Headers(init.headers).get('authorization')}`)
    const answer = answers.shift()!
    if (answer instanceof Error) throw answer
    return answer
  })
  const told: string[][] = []
  for (let i = 0; i < 7; i++) told.push((await transcript.newLines()).map(({ text }) => text))
  expect(told).toEqual([[], [], [], [], ['Bonjour'], ['Au revoir'], []])
  expect(asked[0]).toBe('http://admin/api/calls/x Bearer secret')
})
