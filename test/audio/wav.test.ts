import { expect, setDefaultTimeout, test } from 'bun:test'
import { AudioError } from '../../src/audio/pcm.ts'
import { readWav, writeWav } from '../../src/audio/wav.ts'

setDefaultTimeout(60_000)

const samples = Int16Array.of(1, -2, 3, -32_768, 32_767, 0)
const file = writeWav(samples, { rateHz: 8_000, channels: 2 })

/** The file with `bytes` at `at`. */
function patched(at: number, bytes: number[]): Uint8Array {
  const copy = file.slice()
  copy.set(bytes, at)
  return copy
}

/** The file with a chunk before its data, padded to an even length as the format wants. */
function withChunk(name: string, body: number[]): Uint8Array {
  const pad = body.length % 2 === 0 ? [] : [0]
  const chunk = [...Buffer.from(name), body.length, 0, 0, 0, ...body, ...pad]
  return Uint8Array.of(...file.subarray(0, 36), ...chunk, ...file.subarray(36))
}

test('a header of 44 bytes, then the samples', () => {
  expect(Buffer.from(file.subarray(0, 44)).toString('hex')).toBe(
    '52494646 30000000 57415645 666d7420 10000000 0100 0200 401f0000 007d0000 0400 1000 64617461 0c000000'.replaceAll(
      ' ',
      '',
    ),
  )
  expect(file.length).toBe(56)
})

const good: [string, Uint8Array][] = [
  ['as written', file],
  ['at an odd place in memory', Uint8Array.of(0, ...file).subarray(1)],
  ['sizes 0 of a streaming writer', patched(4, [0, 0, 0, 0]).fill(0, 40, 44)],
  ['sizes 0xFFFFFFFF', patched(4, [255, 255, 255, 255]).fill(255, 40, 44)],
  ['a data size beyond the end', patched(40, [0, 1, 0, 0])],
  ['another chunk before the data', withChunk('LIST', [1, 2, 3, 4])],
  ['another chunk of odd length', withChunk('fact', [1, 2, 3])],
  ['bytes after the data', Uint8Array.of(...file, 1, 2, 3)],
  ['a sample cut in two at the end', Uint8Array.of(...patched(40, [0, 0, 0, 0]), 1)],
]

test.each(good)('WAV is read: %s', (_, bytes) => {
  expect(readWav(bytes)).toEqual({ rateHz: 8_000, channels: 2, samples })
})

test('WAVE_FORMAT_EXTENSIBLE with PCM inside is read', () => {
  const format = [
    0xfe, 0xff, 1, 0, 0x80, 0x3e, 0, 0, 0, 0x7d, 0, 0, 2, 0, 16, 0, 22, 0, 16, 0, 4, 0, 0, 0, 1, 0,
  ]
  const guid = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]
  const head = [
    ...Buffer.from('RIFF'),
    0,
    0,
    0,
    0,
    ...Buffer.from('WAVEfmt '),
    40,
    0,
    0,
    0,
    ...format,
    ...guid,
  ]
  const bytes = Uint8Array.of(...head, ...Buffer.from('data'), 4, 0, 0, 0, 5, 0, 6, 0)
  expect(readWav(bytes)).toEqual({ rateHz: 16_000, channels: 1, samples: Int16Array.of(5, 6) })
})

const bad: [string, Uint8Array, RegExp][] = [
  ['nothing', new Uint8Array(0), /not a WAV file/],
  ['an MP3', Uint8Array.of(0xff, 0xfb, ...new Array(60).fill(0)), /not a WAV file/],
  ['an error page', Buffer.from('<!doctype html><title>502 Bad Gateway</title>'), /not a WAV file/],
  ['float samples', patched(20, [3, 0]), /encoding 3/],
  ['µ-law', patched(20, [7, 0]).fill(8, 34, 35), /encoding 7 with 8 bits/],
  ['24 bits', patched(34, [24, 0]), /24 bits/],
  ['no channel', patched(22, [0, 0]), /0 channels/],
  ['no data chunk', file.subarray(0, 36), /without a data chunk/],
  ['a cut format', file.subarray(0, 30), /cut/],
  ['data before the format', patched(12, [...Buffer.from('data')]), /before its format/],
]

test.each(bad)('WAV is refused: %s', (_, bytes, message) => {
  expect(() => readWav(bytes)).toThrow(AudioError)
  expect(() => readWav(bytes)).toThrow(message)
})
