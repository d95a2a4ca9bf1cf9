// Where ffmpeg is not installed: MP3 and plain WAV are decoded all the same, the rest is refused with the reason.

import { afterAll, describe, expect, test } from 'bun:test'
import { tmpdir } from 'node:os'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { createConverter } from '../../src/codecs/convert.ts'
import { decodePlain } from '../../src/codecs/decode-plain.ts'
import { ffmpegFiles } from '../../src/codecs/ffmpeg-files.ts'
import { createAudioJobs } from '../../src/codecs/jobs.ts'
import { createPool } from '../../src/threads/pool.ts'
import { fixture, toneOf } from './audio.ts'

const metrics = new Metrics()
const worker = new URL('./without-ffmpeg.worker.ts', import.meta.url)
const pool = createPool({ name: 'audio', worker, size: 1, clock: systemClock, log: silentLog, metrics })
const audio = createAudioJobs(pool)
afterAll(() => pool.close())

test('ffmpeg is where its two files are, and nowhere else', () => {
  expect(ffmpegFiles()?.wasm).toEndWith('@ffmpeg/core/dist/esm/ffmpeg-core.wasm')
  expect(ffmpegFiles(tmpdir())).toBeUndefined()
})

describe('a worker without ffmpeg', () => {
  test.each([
    ['tone24.mp3', 1_000],
    ['tone44-stereo-vbr.mp3', 1_000],
    ['tone24.wav', 1_000],
    ['tone24-streamed.wav', 1_000],
    ['tone44-stereo.wav', 500],
  ])('decodes %s to its tone, level and length', async (name, ms) => {
    const { samples } = await audio.decode(await fixture(name))
    const tone = toneOf(samples)
    expect(Math.abs(tone.ms - ms)).toBeLessThanOrEqual(2)
    expect(tone.db).toBeCloseTo(-10, 0)
    expect(tone.purity).toBeGreaterThan(0.999)
  })

  test.each(['tone.opus', 'tone.aac', 'tone.m4a', 'tone48-stereo-float.wav'])(
    'refuses %s, and says what is not installed',
    async (name) => {
      const error = await audio.decode(await fixture(name)).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'noFfmpeg', retryable: false })
      expect(String(error)).toContain('ffmpeg is not installed (the optional dependency @ffmpeg/core)')
    },
  )

  test('encodes no MP3, and says why', async () => {
    const error = await audio.encodeMp3(new Int16Array(8_000)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'noFfmpeg', retryable: false })
  })

  test('a voice that sends Opus gets the same reason, so that the next voice speaks', async () => {
    const bytes = await fixture('tone.opus')
    const speech = {
      format: { encoding: 'opus' as const },
      chunks: (async function* () {
        yield bytes
      })(),
    }
    const heard = Array.fromAsync(
      createConverter(pool).convert(speech as never, new AbortController().signal),
    ).catch((thrown: unknown) => thrown)
    expect(await heard).toMatchObject({ name: 'ProviderError', code: 'unavailable' })
    expect(String(await heard)).toContain('ffmpeg is not installed')
  })

  test('lives on through all of that', () => {
    const restarts = metrics.snapshot().find(({ name }) => name === 'worker_restarts_total')
    expect(restarts).toMatchObject({ value: 0 })
  })
})

test('both sides of a stereo file are kept apart where two are asked for', async () => {
  const bytes = await fixture('tone44-stereo.wav')
  const [both, mixed] = [await decodePlain(bytes, 'wav', 2), await decodePlain(bytes, 'wav', 1)]
  expect(both.samples.length).toBe(2 * mixed.samples.length)
  expect(both.rateHz).toBe(44_100)
})
