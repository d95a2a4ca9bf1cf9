import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { ProviderError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { createConverter } from '../../src/codecs/convert.ts'
import { audioWorker } from '../../src/codecs/jobs.ts'
import type { AudioFormat } from '../../src/providers/tts.ts'
import { createPool } from '../../src/threads/pool.ts'
import { until } from '../support/clouds/until.ts'
import { fixture, makeAudioPool, patientJobs, toneOf } from './audio.ts'

setDefaultTimeout(60_000)

const pool = makeAudioPool(2)
const converter = createConverter(pool, patientJobs(pool))
afterAll(() => pool.close())

const never = new AbortController().signal
const text = (words: string) => new TextEncoder().encode(words)

/** A voice that gives `bytes` in pieces, and tells how many were asked for and whether it was told to stop. */
function voice(bytes: Uint8Array, pieceBytes: number, fault?: Error) {
  const seen = { pulled: 0, stopped: false }
  async function* chunks() {
    try {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        seen.pulled++
        yield bytes.subarray(at, at + pieceBytes)
      }
      if (fault) throw fault
    } finally {
      seen.stopped = true
    }
  }
  return { chunks: chunks(), seen }
}

async function samplesOf(format: AudioFormat, bytes: Uint8Array, pieceBytes = 1_400): Promise<Int16Array> {
  const parts: Int16Array[] = []
  const speech = { format, chunks: voice(bytes, pieceBytes).chunks }
  for await (const part of converter.convert(speech, never)) parts.push(part)
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(() => undefined).catch((error: ProviderError) => error)

const swapped24 = async () => Buffer.from(await raw24()).swap16()
const raw24 = async () => (await fixture('tone24.wav')).subarray(44)

describe('conversion while it arrives', () => {
  test.each<[string, AudioFormat, () => Promise<Uint8Array>, number, number]>([
    ['PCM at 24 kHz', { encoding: 's16le', rateHz: 24_000 }, raw24, 1_000, 0.1],
    ['PCM read at half its rate', { encoding: 's16le', rateHz: 12_000 }, raw24, 2_000, 0.1],
    ['WAV', { encoding: 'wav' }, () => fixture('tone24.wav'), 1_000, 0.1],
    ['WAV of unknown length', { encoding: 'wav' }, () => fixture('tone24-streamed.wav'), 1_000, 0.1],
    ['stereo WAV', { encoding: 'wav' }, () => fixture('tone44-stereo.wav'), 500, 0.1],
    ['float WAV', { encoding: 'wav' }, () => fixture('tone48-stereo-float.wav'), 250, 0.1],
    ['WAV instead of PCM', { encoding: 's16le', rateHz: 24_000 }, () => fixture('tone24.wav'), 1_000, 0.1],
    ['WAV instead of MP3', { encoding: 'mp3' }, () => fixture('tone24.wav'), 1_000, 0.1],
    ['PCM of a stated rate', { encoding: 's16le', rateHz: 24_000, byteOrder: 'unknown' }, raw24, 1_000, 0.1],
    ['big-endian PCM', { encoding: 's16le', rateHz: 24_000, byteOrder: 'unknown' }, swapped24, 1_000, 0.1],
    ['MP3', { encoding: 'mp3' }, () => fixture('tone24.mp3'), 1_000, 0.2],
    ['MP3 instead of PCM', { encoding: 's16le', rateHz: 24_000 }, () => fixture('tone24.mp3'), 1_000, 0.2],
    ['MP3 instead of WAV', { encoding: 'wav' }, () => fixture('tone24.mp3'), 1_000, 0.2],
    ['Opus instead of PCM', { encoding: 's16le', rateHz: 24_000 }, () => fixture('tone.opus'), 1_000, 10],
    ['AAC instead of PCM', { encoding: 's16le', rateHz: 24_000 }, () => fixture('tone.aac'), 1_000, 130],
    ['stereo MP3', { encoding: 'mp3' }, () => fixture('tone44-stereo-vbr.mp3'), 1_000, 0.2],
    ['Opus', { encoding: 'opus' }, () => fixture('tone.opus'), 1_000, 10],
    ['AAC', { encoding: 'aac' }, () => fixture('tone.aac'), 1_000, 130],
  ])('%s comes out alike however it is cut', async (name, format, make, ms, slackMs) => {
    const bytes = await make()
    const whole = await samplesOf(format, bytes, bytes.length)
    expect(Math.abs(whole.length / 8 - ms)).toBeLessThanOrEqual(slackMs)
    expect(await samplesOf(format, bytes, 1_400)).toEqual(whole)
    expect(await samplesOf(format, bytes, 333)).toEqual(whole)
    if (name === 'PCM read at half its rate') return // its tone is elsewhere
    expect(toneOf(whole).db).toBeCloseTo(-10, 0)
    expect(toneOf(whole).purity).toBeGreaterThan(0.999)
  })

  test('PCM at 8 kHz passes through bit by bit, also when samples are cut in two', async () => {
    const samples = Int16Array.from({ length: 999 }, (_, i) => (i * 7_919) % 32_768)
    const bytes = new Uint8Array(samples.buffer)
    for (const pieceBytes of [1, 3, 320, 5_000]) {
      expect(await samplesOf({ encoding: 's16le', rateHz: 8_000 }, bytes, pieceBytes)).toEqual(samples)
    }
  })

  test.each([
    ['tone16.wav', 16_000, 2_000],
    ['tone22.wav', 22_050, 2_000],
  ])('%s, although PCM was asked for, keeps its pitch', async (name, _rateHz, ms) => {
    const samples = await samplesOf({ encoding: 's16le', rateHz: 24_000 }, await fixture(name))
    expect(Math.abs(samples.length / 8 - ms)).toBeLessThan(1)
    const crossings = samples.filter((sample, i) => i > 0 && sample >= 0 && samples[i - 1]! < 0).length
    expect(crossings / (samples.length / 8_000)).toBeCloseTo(440, -1)
  })

  test('two MP3 files that a server has joined are one sound', async () => {
    const samples = await samplesOf({ encoding: 'mp3' }, await fixture('two-joined.mp3'))
    expect(samples.length / 8_000).toBeCloseTo(4, 0)
  })

  test('PCM that begins like an MP3 frame is PCM', async () => {
    const bytes = (await raw24()).slice()
    bytes.set([0xff, 0xfb, 0x90, 0x00])
    expect((await samplesOf({ encoding: 's16le', rateHz: 24_000 }, bytes)).length).toBe(8_000)
  })

  test('half a sample at the end is dropped', async () => {
    const samples = await samplesOf({ encoding: 's16le', rateHz: 8_000 }, new Uint8Array(641), 100)
    expect(samples.length).toBe(320)
  })

  test('bytes after the samples of a WAV are not played', async () => {
    const bytes = new Uint8Array([...(await fixture('tone24.wav')), ...new Uint8Array(4_800).fill(99)])
    expect((await samplesOf({ encoding: 'wav' }, bytes)).length).toBe(8_000)
  })

  test('a WAV ends with its last sample even when the voice keeps its connection open', async () => {
    const bytes = await fixture('tone24.wav')
    async function* chunks() {
      yield bytes
      await new Promise(() => {})
    }
    const pieces = converter.convert({ format: { encoding: 'wav' }, chunks: chunks() }, never)
    const parts = await Array.fromAsync(pieces)
    expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(8_000)
  })

  test('no more is pulled from the voice than the consumer takes', async () => {
    const { chunks, seen } = voice(await raw24(), 960)
    const format = { encoding: 's16le', rateHz: 24_000 } as const
    const samples = converter.convert({ format, chunks }, never)[Symbol.asyncIterator]()
    await samples.next()
    expect(seen.pulled).toBe(1)
    await samples.next()
    expect(seen.pulled).toBe(2)
    await samples.return?.()
    expect(seen).toEqual({ pulled: 2, stopped: true })
  })
})

test('an MP3 whose worker dies half-way is converted like any other', async () => {
  const bytes = await fixture('speech24.mp3')
  const wanted = await samplesOf({ encoding: 'mp3' }, bytes)
  const started: Worker[] = []
  const metrics = new Metrics()
  const mortal = createPool({
    name: 'mortal',
    worker: () => {
      const worker = new Worker(audioWorker.href)
      started.push(worker)
      return worker
    },
    size: 2,
    clock: systemClock,
    log: silentLog,
    metrics,
  })
  const parts: Int16Array[] = []
  const speech = { format: { encoding: 'mp3' } as const, chunks: voice(bytes, 1_400).chunks }
  for await (const part of createConverter(mortal, patientJobs(mortal)).convert(speech, never)) {
    parts.push(part)
    if (parts.length !== 4) continue
    for (const worker of [...started]) worker.terminate()
    // A conversion survives the loss of one worker: it must not move to the second before this one is replaced, too.
    await until('both workers are replaced', () => started.length === 4)
  }
  const restarts = metrics.snapshot().find((sample) => sample.name === 'worker_restarts_total')
  mortal.close()
  expect(parts.flatMap((part) => [...part])).toEqual([...wanted])
  expect(restarts).toMatchObject({ value: 2 })
})

describe('a voice that fails', () => {
  const page = text('<!doctype html><title>502</title>')
  const json = text('{"error":{"message":"You exceeded your current quota"}}')
  const plain = text('upstream connect error or disconnect/reset before headers')
  const encodings: AudioFormat[] = [
    { encoding: 's16le', rateHz: 24_000 },
    { encoding: 's16le', rateHz: 8_000 },
    { encoding: 'mp3' },
    { encoding: 'wav' },
    { encoding: 'opus' },
    { encoding: 'aac' },
  ]
  for (const format of encodings) {
    test.each([
      ['a page', page],
      ['JSON', json],
      ['words', plain],
      ['words with accents', text('Modèle « kokoro » non chargé : réessayez')],
      ['a page with a byte order mark', text('\ufeff<html><body>Modèle non chargé</body></html>')],
      ['JSON with accents', text('{"détail":"clé refusée"}')],
      ['nothing', new Uint8Array(0)],
    ])(`%s instead of ${format.encoding} is bad audio, and no sample is played`, async (_, bytes) => {
      const error = await failureOf(samplesOf(format, bytes, 20))
      expect(error).toBeInstanceOf(ProviderError)
      expect(error?.code).toBe('badAudio')
      expect(error?.message).not.toContain('quota')
    })
  }

  test.each<[string, AudioFormat, (bytes: Uint8Array) => Uint8Array, string, string]>([
    ['half an MP3', { encoding: 'mp3' }, (bytes) => bytes.slice(0, 4_000), 'tone24.mp3', 'cut'],
    [
      'an MP3 with a hole',
      { encoding: 'mp3' },
      (bytes) => bytes.slice().fill(0x5a, 3_000, 3_900),
      'tone24.mp3',
      'damaged',
    ],
    ['half a WAV', { encoding: 'wav' }, (bytes) => bytes.slice(0, 20_000), 'tone24.wav', 'cut'],
    ['half an Opus file', { encoding: 'opus' }, (bytes) => bytes.slice(0, 3_000), 'tone.opus', 'cut'],
    ['a WAV head alone', { encoding: 'wav' }, (bytes) => bytes.slice(0, 30), 'tone24.wav', 'no WAV head'],
    ['PCM called WAV', { encoding: 'wav' }, (bytes) => bytes.slice(44), 'tone24.wav', 'not a WAV'],
  ])('%s is bad audio', async (_, format, spoil, name, why) => {
    const error = await failureOf(samplesOf(format, spoil(await fixture(name))))
    expect(error).toMatchObject({ name: 'ProviderError', code: 'badAudio' })
    expect(error?.message).toContain(why)
  })

  test('its own error is thrown after the samples that came before it', async () => {
    const cut = new ProviderError('cut', 'the connection was lost')
    const { chunks } = voice(new Uint8Array(3_200), 320, cut)
    let samples = 0
    const run = async () => {
      const speech = { format: { encoding: 's16le', rateHz: 8_000 } as const, chunks }
      for await (const part of converter.convert(speech, never)) samples += part.length
    }
    expect(await failureOf(run())).toBe(cut)
    expect(samples).toBe(1_600)
  })

  test('an MP3 without a free worker is refused as busy, which is retryable', async () => {
    const closed = createPool({
      name: 'test',
      worker: new URL('../threads/unruly.worker.ts', import.meta.url),
      size: 1,
      clock: systemClock,
      log: silentLog,
      metrics: new Metrics(),
    })
    for (let i = 0; i < 200; i++) closed.stream('sums', 0)
    const { chunks } = voice(await fixture('tone24.mp3'), 1_400)
    const pieces = createConverter(closed).convert({ format: { encoding: 'mp3' }, chunks }, never)
    const error = await failureOf(Array.fromAsync(pieces))
    expect(error).toMatchObject({ name: 'ProviderError', code: 'busy', retryable: true })
    closed.close()
  })
})

describe('abort', () => {
  test.each<[AudioFormat, string]>([
    [{ encoding: 's16le', rateHz: 24_000 }, 'tone24.wav'],
    [{ encoding: 'mp3' }, 'tone24.mp3'],
    [{ encoding: 'opus' }, 'tone.opus'],
  ])('ends %o at once without an error, although the voice says no more', async (format, name) => {
    const abort = new AbortController()
    const bytes = (await fixture(name)).subarray(0, 4_000)
    let stopped = false
    const chunks: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => {
        let given = false
        return {
          next: () => {
            if (!given) {
              given = true
              return Promise.resolve({ value: bytes, done: false })
            }
            queueMicrotask(() => abort.abort())
            return new Promise(() => {})
          },
          return: () => {
            stopped = true
            return Promise.resolve({ value: undefined, done: true })
          },
        }
      },
    }
    for await (const part of converter.convert({ format, chunks }, abort.signal)) {
      expect(part.length).toBeGreaterThan(0)
    }
    expect(stopped).toBe(true)
  })
})
