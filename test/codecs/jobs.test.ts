import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { levelDb } from '../../src/audio/pcm.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { WorkerError } from '../../src/threads/protocol.ts'
import { fixture, makeAudioPool, patientJobs, toneOf } from './audio.ts'

setDefaultTimeout(60_000)

const metrics = new Metrics()
const pool = makeAudioPool(2, metrics)
const audio = patientJobs(pool)
afterAll(() => pool.close())

const errorOf = (promise: Promise<unknown>) =>
  promise.then(() => undefined).catch((error: WorkerError) => error)

describe('decode', () => {
  // Encoders put a few milliseconds before and after the sound; Opus and MP3 say how much, ADTS does not.
  test.each([
    ['tone24.mp3', 24_000, 1_000, 2],
    ['tone8.mp3', 8_000, 1_000, 2],
    ['tone44-stereo-vbr.mp3', 44_100, 1_000, 2],
    ['tone.opus', 48_000, 1_000, 10],
    ['tone.aac', 24_000, 1_000, 130],
    ['tone.m4a', 24_000, 1_000, 90],
    ['tone24.wav', 24_000, 1_000, 1],
    ['tone24-streamed.wav', 24_000, 1_000, 1],
    ['tone44-stereo.wav', 44_100, 500, 1],
    ['tone48-stereo-float.wav', 48_000, 250, 1],
  ])('%s becomes 8 kHz with its tone, level and length', async (name, sourceHz, ms, slackMs) => {
    const decoded = await audio.decode(await fixture(name))
    expect(decoded.sourceHz).toBe(sourceHz)
    expect(decoded.samples.buffer).toBeInstanceOf(SharedArrayBuffer)
    const tone = toneOf(decoded.samples)
    expect(Math.abs(tone.ms - ms)).toBeLessThanOrEqual(slackMs)
    expect(tone.db).toBeCloseTo(-10, 0)
    expect(tone.purity).toBeGreaterThan(0.999)
  })

  const cutAt = (bytes: Uint8Array, part: number) => bytes.slice(0, Math.floor(bytes.length * part))
  const overwritten = (bytes: Uint8Array) =>
    bytes.slice().fill(0x5a, bytes.length >> 1, (bytes.length >> 1) + 600)
  const bad: [string, () => Promise<Uint8Array>, string][] = [
    ['an empty file', async () => new Uint8Array(0), 'is empty'],
    [
      'noise',
      async () => Uint8Array.from({ length: 4_000 }, (_, i) => (i * 197 + (i >> 3)) & 0x7f),
      'no known audio format',
    ],
    [
      'an error page',
      async () => new TextEncoder().encode('<html><body>502 Bad Gateway</body></html>'),
      'got text',
    ],
    ['a JSON error', async () => new TextEncoder().encode('{"error":{"message":"limited"}}'), 'got text'],
    ['half an MP3', async () => cutAt(await fixture('tone24.mp3'), 0.5), 'cut'],
    ['an MP3 cut between two frames', async () => (await fixture('tone24.mp3')).slice(0, 192 * 20), 'cut'],
    ['half an Opus file', async () => cutAt(await fixture('tone.opus'), 0.5), 'cut'],
    ['half an AAC file', async () => cutAt(await fixture('tone.aac'), 0.5), 'cut'],
    ['half an M4A file', async () => cutAt(await fixture('tone.m4a'), 0.5), 'cut'],
    ['half a WAV file', async () => cutAt(await fixture('tone24.wav'), 0.5), 'cut'],
    ['an MP3 with a hole', async () => overwritten(await fixture('tone24.mp3')), 'damaged'],
    ['an AAC file with a hole', async () => overwritten(await fixture('tone.aac')), 'damaged'],
    ['an Opus file with a hole', async () => overwritten(await fixture('tone.opus')), ''],
  ]
  test.each(bad)('%s is refused as bad audio, and the worker lives on', async (_, make, why) => {
    const error = await errorOf(audio.decode(await make()))
    expect(error).toMatchObject({ name: 'WorkerError', code: 'badAudio', retryable: false })
    expect(error?.message).toContain(why)
  })

  test('audio of another length than expected is refused', async () => {
    const error = await errorOf(audio.decode(await fixture('tone24.mp3'), { expectedMs: 2_000 }))
    expect(error?.message).toContain('decoded 1000 ms instead of 2000')
  })

  test('none of these refusals cost a worker', () => {
    const restarts = metrics.snapshot().find((sample) => sample.name === 'worker_restarts_total')
    expect(restarts).toMatchObject({ value: 0 })
  })
})

describe('encode', () => {
  const tone = (amplitude: number) =>
    Int16Array.from({ length: 16_000 }, (_, i) => amplitude * Math.sin((2 * Math.PI * i) / 8))

  test('two sides are decoded as two sides of the same length, and neither leaks into the other', async () => {
    const left = tone(8_000)
    const mp3 = await audio.encodeMp3(left, new Int16Array(16_000))
    expect(mp3.length).toBeWithin(7_000, 9_500)
    const { samples, sourceHz } = await audio.decode(mp3, { channels: 2 })
    expect([sourceHz, samples.length]).toEqual([8_000, 32_000])
    const out = toneOf(samples.filter((_, i) => i % 2 === 0))
    expect(out.db).toBeCloseTo(levelDb(left), 0)
    expect(out.purity).toBeGreaterThan(0.999)
    expect(levelDb(samples.filter((_, i) => i % 2 === 1))).toBeLessThan(-80)
  })

  test('one side is decoded as mono', async () => {
    const mp3 = await audio.encodeMp3(tone(8_000))
    const { samples } = await audio.decode(mp3)
    expect(samples.length).toBe(16_000)
    expect(toneOf(samples).purity).toBeGreaterThan(0.999)
  })

  test('sides of different lengths are refused', async () => {
    const error = await errorOf(audio.encodeMp3(new Int16Array(10), new Int16Array(11)))
    expect(error?.code).toBe('badInput')
  })
})
