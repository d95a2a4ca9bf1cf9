import { expect, setDefaultTimeout, test } from 'bun:test'
import {
  amplitudeOf,
  bytesOf,
  dbOf,
  frameBytes,
  frameSamples,
  levelDb,
  rms,
  samplesOf,
  silenceDb,
  silenceFrame,
  toSample,
} from '../../src/audio/pcm.ts'

setDefaultTimeout(60_000)

test('a frame is 20 ms: 160 samples, 320 bytes', () => {
  expect(frameSamples).toBe(160)
  expect(silenceFrame).toEqual(new Int16Array(160))
  expect(frameBytes).toBe(320)
})

test.each([
  [[], []],
  [[0x01, 0x00], [1]],
  [
    [0xff, 0xff, 0x00, 0x80, 0xff, 0x7f],
    [-1, -32_768, 32_767],
  ],
  [[0x34, 0x12, 0x77], [0x1234]],
])('bytes %p are samples %p, low byte first, at any alignment', (bytes, samples) => {
  for (const offset of [0, 1, 2, 3]) {
    const holder = new Uint8Array(bytes.length + offset)
    holder.set(bytes, offset)
    expect([...samplesOf(holder.subarray(offset))]).toEqual(samples)
  }
})

test('samples become bytes and samples again, in given arrays, at any alignment', () => {
  const samples = Int16Array.of(0, 1, -1, 256, -32_768, 32_767)
  for (const offset of [0, 1]) {
    const holder = new Uint8Array(20).fill(0xaa)
    const bytes = bytesOf(samples, holder.subarray(offset))
    expect(bytes.length).toBe(12)
    expect(bytes.buffer).toBe(holder.buffer)
    expect(holder[offset + 12]).toBe(0xaa)
    const room = new Int16Array(9).fill(7)
    expect([...samplesOf(bytes, room)]).toEqual([...samples])
    expect(room[6]).toBe(7)
  }
})

test('samples are a copy: later writes to the bytes do not change them', () => {
  const bytes = Uint8Array.of(1, 0)
  const samples = samplesOf(bytes)
  bytes[0] = 9
  expect(samples[0]).toBe(1)
})

test('an array that is too short is refused', () => {
  expect(() => samplesOf(new Uint8Array(4), new Int16Array(1))).toThrow(RangeError)
  expect(() => bytesOf(new Int16Array(2), new Uint8Array(3))).toThrow(RangeError)
})

test.each([
  ['nothing', [], 0, silenceDb],
  ['silence', [0, 0], 0, silenceDb],
  ['a full-scale square', [-32_768, -32_768], 32_768, 0],
  ['half of it', [16_384, -16_384], 16_384, -6.02],
  ['one step', [1, -1], 1, -90.31],
])('level of %s', (_, samples, amplitude, level) => {
  expect(rms(Int16Array.from(samples))).toBe(amplitude)
  expect(levelDb(Int16Array.from(samples))).toBeCloseTo(level, 2)
})

test('dB and amplitude are inverse', () => {
  for (const db of [0, -3, -20, -90]) expect(dbOf(amplitudeOf(db))).toBeCloseTo(db, 9)
  expect(dbOf(0)).toBe(silenceDb)
})

test.each([
  [0.4, 0],
  [0.6, 1],
  [40_000, 32_767],
  [-40_000, -32_768],
  [32_767.4, 32_767],
])('%d is the sample %d', (value, sample) => {
  expect(toSample(value)).toBe(sample)
})
