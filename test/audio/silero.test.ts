import { expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { Silero, windowSamples } from '../../src/audio/silero.ts'
import { goldenInput } from '../fixtures/audio/silero.ts'
import golden from '../fixtures/audio/silero-golden.json'

setDefaultTimeout(60_000)

const weights = readFileSync(new URL('../../assets/models/silero-vad-8k.bin', import.meta.url))

function judgeAll(silero: Silero, stream: number, samples: Int16Array): number[] {
  return Array.from({ length: Math.floor(samples.length / windowSamples) }, (_, i) => {
    silero.window.set(samples.subarray(i * windowSamples, (i + 1) * windowSamples))
    return silero.judge(stream)
  })
}

test('17 s of speech, hiss and tones get the probabilities that onnxruntime gives, within 1e-5', () => {
  const heard = judgeAll(new Silero(weights, 1), 0, goldenInput())
  expect(heard.length).toBe(golden.probabilities.length)
  const worst = Math.max(...heard.map((value, i) => Math.abs(value - golden.probabilities[i]!)))
  expect(worst).toBeLessThan(1e-5)
  expect(Math.max(...heard)).toBeGreaterThan(0.99)
  expect(Math.min(...heard)).toBeLessThan(0.01)
})

test('calls do not influence each other, and a reset stream is like new', () => {
  const samples = goldenInput().subarray(0, 100 * windowSamples)
  const alone = judgeAll(new Silero(weights, 1), 0, samples)
  const silero = new Silero(weights, 3)
  judgeAll(
    silero,
    1,
    samples.map((_, i) => samples[samples.length - 1 - i]!),
  )
  const mixed = Array.from({ length: 100 }, (_, i) => {
    silero.window.set(samples.subarray(i * windowSamples, (i + 1) * windowSamples))
    const probability = silero.judge(2)
    silero.window.fill(i * 100)
    silero.judge(1)
    return probability
  })
  expect(mixed).toEqual(alone)
  silero.reset(1)
  expect(judgeAll(silero, 1, samples)).toEqual(alone)
})

test('full scale, offsets and silence have finite probabilities', () => {
  const silero = new Silero(weights, 1)
  for (const value of [32_767, -32_768, 0]) {
    const samples = Int16Array.from({ length: 40 * windowSamples }, (_, i) =>
      i % 16 < 8 ? value : -value - 1,
    )
    for (const probability of judgeAll(silero, 0, samples)) {
      expect(probability).toBeGreaterThanOrEqual(0)
      expect(probability).toBeLessThanOrEqual(1)
    }
  }
})

test('weights of another size are refused', () => {
  expect(() => new Silero(weights.subarray(4), 1)).toThrow(expect.objectContaining({ code: 'badModel' }))
})
