import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { finishPhrase } from '../../src/audio/finish.ts'
import { gatedDb } from '../../src/audio/levels.ts'
import { levelDb, rms } from '../../src/audio/pcm.ts'
import { tone } from '../phrases/support.ts'

setDefaultTimeout(60_000)

const peak = (samples: Int16Array) => samples.reduce((top, value) => Math.max(top, Math.abs(value)), 0)

describe('a finished phrase', () => {
  const finished = finishPhrase(tone(16_000, 440, 1), 16_000)

  test('has whole 20 ms frames, as long as its sound and the silence around it', () => {
    expect(finished.length % 160).toBe(0)
    expect(finished.length / 8).toBeGreaterThanOrEqual(1_120)
    expect(finished.length / 8).toBeLessThan(1_160)
  })

  test('has sound within its first frame', () => {
    expect(levelDb(finished.subarray(0, 160))).toBeGreaterThan(-30)
  })

  test('begins and ends without a click', () => {
    expect(Math.abs(finished[0])).toBeLessThan(30)
    expect(finished.at(-1)).toBe(0)
  })

  test('has the common level, whether it was spoken loudly or quietly', () => {
    for (const gain of [0.05, 1, 10]) {
      const spoken = tone(16_000, 440, 1).map((value) => value * gain)
      expect(gatedDb(finishPhrase(spoken, 16_000))).toBeCloseTo(-20, 0)
    }
  })

  test('has no DC offset, whatever offset the voice had', () => {
    const out = finishPhrase(
      tone(16_000, 440, 1).map((value) => value + 2_000),
      16_000,
    )
    const middle = out.subarray(1_600, 7_200)
    expect(Math.abs(middle.reduce((sum, value) => sum + value, 0) / middle.length)).toBeLessThan(20)
  })

  test('has the common level with a long pause in it', () => {
    const spoken = new Int16Array(80_000)
    spoken.set(tone(16_000, 440, 1))
    spoken.set(tone(16_000, 440, 1), 54_000)
    const out = finishPhrase(spoken, 16_000)
    expect(gatedDb(out)).toBeCloseTo(-20, 1)
    expect(levelDb(out)).toBeLessThan(-22)
  })

  test('never exceeds the peak limit, and a peak ducks its neighbours only smoothly', () => {
    const spoken = tone(8_000, 200, 1)
    spoken.fill(30_000, 4_000, 4_004)
    const out = finishPhrase(spoken, 8_000)
    expect(peak(out)).toBeLessThanOrEqual(Math.round(32_768 * 10 ** (-1.5 / 20)))
    expect(gatedDb(out)).toBeCloseTo(-20, 0)
    const gains = [3_200, 5_600].map((at) => rms(out.subarray(at - 2_400 + 64, at - 2_400 + 464)))
    expect(gains[0] / gains[1]).toBeCloseTo(1, 1)
  })

  test.each([
    ['no samples', new Int16Array(0)],
    ['silence', new Int16Array(16_000)],
    ['noise of the converter’s last bit', new Int16Array(16_000).map((_, i) => (i % 2) - 1)],
  ])('is empty for %s', (_what, samples) => {
    expect(finishPhrase(samples, 16_000).length).toBe(0)
  })

  test('can be made from any rate', () => {
    for (const rateHz of [8_000, 16_000, 22_050, 24_000, 48_000]) {
      const out = finishPhrase(tone(rateHz, 440, 0.5), rateHz)
      expect(out.length / 8).toBeGreaterThanOrEqual(620)
      expect(out.length / 8).toBeLessThan(660)
    }
  })
})
