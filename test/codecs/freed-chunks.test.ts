// A vendor's sound does not wait for the garbage collector: each chunk is freed when the next one is asked for, and the
// conversion loses nothing by it.

import { expect, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { createConverter } from '../../src/codecs/convert.ts'
import type { AudioJobs } from '../../src/codecs/jobs.ts'
import { OpenRequests } from '../../src/providers/requests.ts'
import { speechLimitDefaults, speechStream } from '../../src/providers/speech-stream.ts'
import type { AudioFormat } from '../../src/providers/tts.ts'
import type { Pool } from '../../src/threads/pool.ts'

const { signal } = new AbortController()

/** A voice that sends these chunks, each in memory of its own. */
const speak = (format: AudioFormat, chunks: readonly Uint8Array[]) =>
  speechStream(
    {
      ...{ who: 'test', text: 'Bonjour', format, clock: systemClock, caller: signal },
      ...{ limits: speechLimitDefaults, requests: new OpenRequests() },
    },
    async () => ({
      contentType: null,
      body: (async function* () {
        yield* chunks
      })(),
    }),
  )

/** Half a second of a tone at 8 kHz. */
const tone = Int16Array.from({ length: 4_000 }, (_, i) => Math.round(8_000 * Math.sin(i / 5)))
const bytesOf = (samples: Int16Array) => new Uint8Array(samples.slice().buffer)
const cut = (bytes: Uint8Array, ...lengths: number[]) => {
  const chunks: Uint8Array[] = []
  let at = 0
  for (const length of [...lengths, bytes.length]) {
    if (at < bytes.length) chunks.push(bytes.slice(at, at + length))
    at += length
  }
  return chunks
}

test('a chunk is freed when the next is asked for; one that shares its memory is left alone', async () => {
  const shared = new Uint8Array(6_000)
  shared.set(bytesOf(tone).subarray(0, 6_000))
  const chunks = [bytesOf(tone), shared.subarray(0, 3_000), bytesOf(tone)]
  const { convert } = createConverter({} as Pool, {} as AudioJobs)
  const speech = await speak({ encoding: 's16le', rateHz: 8_000 }, chunks)
  await Array.fromAsync(convert(speech, signal))
  expect(chunks.map(({ length }) => length)).toEqual([0, 3_000, 0])
})

test('a chunk of a voice that keeps it is left alone', async () => {
  const chunk = bytesOf(tone)
  const { convert } = createConverter({} as Pool, {} as AudioJobs)
  const speech = await speak({ encoding: 's16le', rateHz: 8_000 }, [chunk, bytesOf(tone)])
  await Array.fromAsync(convert({ ...speech, isFreeable: false }, signal))
  expect(chunk).toHaveLength(8_000)
})

test('samples are whole, however small the first chunks are', async () => {
  const { convert } = createConverter({} as Pool, {} as AudioJobs)
  for (const lengths of [[], [1, 3, 10, 50], [7, 4_000], [2_001]]) {
    const speech = await speak({ encoding: 's16le', rateHz: 8_000 }, cut(bytesOf(tone), ...lengths))
    const pieces = await Array.fromAsync(convert(speech, signal))
    expect(pieces.flatMap((piece) => [...piece])).toEqual([...tone])
  }
})

test('what is decoded once it is complete is complete', async () => {
  let decoded: number[] = []
  const audio = {
    async decode(bytes: Uint8Array) {
      decoded = [...bytes]
      return { samples: tone }
    },
  } as unknown as AudioJobs
  const { convert } = createConverter({} as Pool, audio)
  const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => i % 251)
  bytes.set(new TextEncoder().encode('OggS'))
  await Array.fromAsync(convert(await speak({ encoding: 'opus' }, cut(bytes, 10, 100, 2_000)), signal))
  expect(decoded).toEqual([...bytes])
})
