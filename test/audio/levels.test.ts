import { expect, setDefaultTimeout, test } from 'bun:test'
import { Cascade, highPass } from '../../src/audio/biquad.ts'
import {
  fadeIn,
  fadeOut,
  fadeSamples,
  gainTo,
  gatedDb,
  level,
  limit,
  telephone,
} from '../../src/audio/levels.ts'
import { amplitudeOf, levelDb, rateHz, silenceDb, toSample } from '../../src/audio/pcm.ts'
import { cases, read } from '../fixtures/audio/levels.ts'
import { db, fitSine, middle, rmsOf, tone, truePeakDb } from './measure.ts'

setDefaultTimeout(60_000)

test.each(Object.entries(cases))('%s gives the samples of its golden file, bit for bit', (name, make) => {
  expect(make()).toEqual(read(name))
})

const speech = read('speech-8000')
const scaled = (samples: Int16Array, gain: number) => samples.map((sample) => toSample(sample * gain))

test.each([0.05, 0.3, 1, 1.4])(
  'speech at %d of its level is brought to -20 dBFS, or as near as 12 dB allow',
  (gain) => {
    const before = scaled(speech, gain)
    const out = level(before)
    const target = Math.min(-20, gatedDb(level(before, { maxGainDb: 0 })) + 12)
    expect(Math.abs(gatedDb(out) - target)).toBeLessThan(0.4)
    expect(truePeakDb(out)).toBeLessThanOrEqual(-0.9)
  },
)

test('pauses do not count towards loudness', () => {
  const pauses = new Int16Array(speech.length * 3)
  pauses.set(speech, speech.length)
  expect(gatedDb(pauses)).toBeCloseTo(gatedDb(speech), 0)
  expect(levelDb(pauses)).toBeLessThan(levelDb(speech) - 4)
})

test('silence and an empty phrase stay as they are', () => {
  expect(level(new Int16Array(0))).toEqual(new Int16Array(0))
  expect(level(new Int16Array(333))).toEqual(new Int16Array(333))
  expect(gatedDb(new Int16Array(333))).toBe(silenceDb)
  expect(gainTo(new Int16Array(333), -20, 12)).toBe(1)
})

test('an offset of 10 % is removed after 50 ms, speech is kept', () => {
  const filtered = speech.map((sample) => sample * 0.5 + 3_276)
  new Cascade(highPass(100, rateHz, 2)).run(filtered)
  const mean = filtered.subarray(400).reduce((sum, sample) => sum + sample, 0) / (filtered.length - 400)
  expect(Math.abs(mean)).toBeLessThan(10)
  const loud = scaled(speech, 0.5)
  expect(Math.abs(levelDb(filtered.subarray(400)) - levelDb(loud.subarray(400)))).toBeLessThan(1)
})

test.each([
  [50, -80, -30],
  [150, -40, -18],
  [300, -3.1, -2.9],
  [500, -0.3, 0.1],
  [1_000, -0.1, 0.1],
  [2_500, -0.5, 0.1],
  [3_400, -3.1, -2.9],
  [3_800, -60, -18],
])('the telephone band lets %d Hz through at %d to %d dB', (hz, low, high) => {
  const samples = tone(hz, rateHz, 0.5, 20_000)
  telephone().run(samples)
  const gain = db(fitSine(middle(samples), hz, rateHz).amplitude / 20_000)
  expect(gain).toBeGreaterThanOrEqual(low)
  expect(gain).toBeLessThanOrEqual(high)
})

test('the output of a filter does not depend on how its input is cut', () => {
  const whole = speech.slice()
  telephone().run(whole)
  const pieces = speech.slice()
  const filter = telephone()
  for (let at = 0, length = 1; at < pieces.length; at += length, length = (length * 5) % 331) {
    filter.run(pieces.subarray(at, at + length))
  }
  expect(pieces).toEqual(whole)
})

test('the true peak between samples is found: a tone of a quarter of the rate, sampled beside its peaks', () => {
  const beside = Int16Array.from(
    { length: 800 },
    (_, i) => 20_000 * Math.sin((Math.PI / 2) * i + Math.PI / 4),
  )
  fadeIn(beside)
  fadeOut(beside)
  expect(truePeakDb(beside)).toBeCloseTo(20 * Math.log10(20_000 / 32_768), 1)
  expect(Math.max(...beside)).toBe(14_142)
})

test.each([1, 2, 8, 30])('speech × %d keeps its true peaks under -1 dBFS', (gain) => {
  expect(truePeakDb(limit(speech, gain, -1))).toBeLessThanOrEqual(-0.9)
})

test('a limiter with nothing to do multiplies and rounds', () => {
  const quiet = scaled(speech, 0.1)
  expect(limit(quiet, 2, -1)).toEqual(quiet.map((sample) => sample * 2))
})

test('the limiter lowers a loud tone without distorting it', () => {
  const loud = tone(440, rateHz, 1, 30_000)
  const held = fitSine(middle(limit(loud, 1.5, -6)), 440, rateHz)
  expect(db(held.amplitude / 32_768)).toBeCloseTo(-6, 1)
  expect(db(rmsOf(held.rest) / held.amplitude)).toBeLessThan(-60)
})

test('the gain falls before a sudden peak and recovers after it, without a jump', () => {
  const samples = tone(200, rateHz, 1, 4_000)
  for (let i = 4_000; i < 4_040; i++) samples[i] = i % 40 < 20 ? 32_000 : -32_000
  const out = limit(samples, 1, -12)
  expect(truePeakDb(out)).toBeLessThanOrEqual(-11.8)
  expect(out.subarray(0, 3_000)).toEqual(samples.subarray(0, 3_000))
  expect(out.subarray(7_500)).toEqual(samples.subarray(7_500))
})

test.each([0, 1, 10, fadeSamples, 1_000])(
  'fades of %d samples begin and end near silence and leave the middle alone',
  (length) => {
    const samples = new Int16Array(length).fill(10_000)
    fadeIn(samples)
    fadeOut(samples)
    if (length >= fadeSamples) {
      expect(samples[0]).toBeLessThan(10)
      expect(samples.at(-1)).toBeLessThan(10)
    }
    if (length > 2 * fadeSamples) {
      expect(samples.subarray(fadeSamples, -fadeSamples)).toEqual(
        new Int16Array(length - 2 * fadeSamples).fill(10_000),
      )
      let jump = 0
      for (let i = 1; i < length; i++) jump = Math.max(jump, Math.abs(samples[i]! - samples[i - 1]!))
      // A cosine over 40 samples rises by at most π / 80 of the whole per sample.
      expect(jump).toBeLessThanOrEqual((10_000 * Math.PI) / 80)
    }
  },
)

test('amplitudes far over full scale saturate', () => {
  expect(limit(Int16Array.of(32_767, -32_768), 4, 0)[0]).toBeLessThanOrEqual(32_767)
  expect(
    limit(tone(3_400, rateHz, 0.1, 32_767), 4, 0).every((sample) => Math.abs(sample) <= amplitudeOf(0)),
  ).toBe(true)
})
