import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { hasSimd } from '../../src/audio/filter-kernel.ts'
import { AudioError } from '../../src/audio/pcm.ts'
import { createResampler, type Resampler, resample } from '../../src/audio/resample.ts'
import { readWav } from '../../src/audio/wav.ts'
import { lowPass, quality, sequence, snrDb, tone } from './measure.ts'
import { resampleReference, resampleReferenceDefault } from './wave-resampler.ts'

setDefaultTimeout(60_000)

const pairs: [number, number][] = [
  [24_000, 8_000],
  [16_000, 8_000],
  [8_000, 16_000],
  [48_000, 8_000],
  [44_100, 8_000],
  [22_050, 8_000],
  [12_000, 8_000],
  [32_000, 8_000],
  [96_000, 8_000],
  [192_000, 8_000],
  [8_000, 24_000],
  [8_000, 48_000],
  [8_000, 44_100],
  // More phases than the filter has rows.
  [12_347, 9_871],
  [7_919, 8_000],
]

const wav = (name: string) =>
  readWav(readFileSync(new URL(`../fixtures/audio/${name}.wav`, import.meta.url))).samples

test('this machine has SIMD, so these tests measure the SIMD kernel', () => {
  expect(hasSimd()).toBe(true)
})

describe.each([true, false])('with simd %p', (simd) => {
  const convert = (samples: Int16Array, fromHz: number, toHz: number) =>
    resample(samples, fromHz, toHz, { simd })

  test.each(simd ? pairs : pairs.slice(0, 6))(
    '%d to %d Hz is flat, free of aliases and images, and clean',
    (from, to) => {
      const measured = quality(convert, from, to)
      expect(measured.rippleDb).toBeLessThanOrEqual(0.01)
      expect(measured.aliasDb).toBeLessThanOrEqual(-90)
      expect(measured.imageDb).toBeLessThanOrEqual(-90)
      expect(measured.snrDb).toBeGreaterThanOrEqual(90)
    },
  )

  test.each(pairs)(
    '%d to %d Hz: any cut of the input gives the same bytes, of the right length',
    (from, to) => {
      const random = sequence(from + to)
      const input = Int16Array.from({ length: Math.round(from * 0.31) }, () =>
        Math.round((random() - 0.5) * 65_534),
      )
      const whole = convert(input, from, to)
      expect(whole.length).toBe(Math.round((input.length * to) / from))
      const resampler = createResampler(from, to, { simd })
      const lengths: (() => number)[] = [
        () => Math.round(from / 50),
        () => 1 + Math.floor(random() * 7),
        () => Math.floor(random() * 9_000),
      ]
      for (const length of lengths) expect(inPieces(resampler, input, length)).toEqual(whole)
    },
  )
})

test('random pairs of rates: a tone keeps its length, phase and level', () => {
  const random = sequence(3)
  for (let i = 0; i < 40; i++) {
    const from = 4_000 + Math.floor(random() * 92_000)
    const to = 4_000 + Math.floor(random() * 92_000)
    const hz = Math.min(from, to) / 11.7
    const out = resample(tone(hz, from, 0.1, 20_000), from, to)
    const ideal = tone(hz, to, out.length / to, 20_000)
    const edge = Math.ceil((40 * to) / Math.min(from, to))
    expect(out.length).toBe(Math.round((Math.round(from * 0.1) * to) / from))
    expect(snrDb(out.subarray(edge, -edge), ideal.subarray(edge, -edge))).toBeGreaterThan(84)
  }
})

test.each([
  [24_000, 8_000],
  [16_000, 8_000],
  [22_050, 8_000],
  [44_100, 8_000],
  [48_000, 8_000],
  [8_000, 16_000],
])('%d to %d Hz agrees with sox rate -v on speech', (from, to) => {
  const golden = wav(`golden-${from}-${to}`)
  const ours = resample(wav(`speech-${from}`), from, to)
  expect(ours.length).toBe(golden.length)
  expect(snrDb(lowPass(ours, 3_300, to), lowPass(golden, 3_300, to))).toBeGreaterThan(60)
})

test.each([24_000, 48_000])(
  '%d to 8000 Hz agrees with wave-resampler, padded, point and 201 taps',
  (from) => {
    const speech = wav(`speech-${from}`)
    const reference = resampleReference(speech, from, 8_000)
    const ours = resample(speech, from, 8_000)
    expect(ours.length).toBe(reference.length)
    expect(snrDb(lowPass(ours, 3_000, 8_000), lowPass(reference, 3_000, 8_000))).toBeGreaterThan(50)
  },
)

test("wave-resampler's defaults miss every goal, which is why the yardstick uses other settings", () => {
  const measured = quality(resampleReferenceDefault, 24_000, 8_000)
  expect(measured.aliasDb).toBeGreaterThan(-40)
  expect(measured.snrDb).toBeLessThan(30)
})

test('the two kernels differ by one step of 16 bit at most', () => {
  for (const [from, to] of pairs) {
    const input = tone(700, from, 0.2, 32_767)
    const simd = resample(input, from, to)
    const plain = resample(input, from, to, { simd: false })
    let worst = 0
    for (let i = 0; i < simd.length; i++) worst = Math.max(worst, Math.abs(simd[i]! - plain[i]!))
    expect(worst).toBeLessThanOrEqual(1)
  }
})

test.each(pairs)('%d to %d Hz: a tone that fades in and out has no click at its ends', (from, to) => {
  const out = resample(tone(1_000, from, 0.2, 20_000, 5), from, to)
  const ideal = tone(1_000, to, 0.2, 20_000, 5)
  let worst = 0
  for (let i = 0; i < out.length; i++) worst = Math.max(worst, Math.abs(out[i]! - ideal[i]!))
  // Up, the end of the input lies between two outputs and its continuation is a guess: 0.4 % of the tone.
  expect(worst).toBeLessThanOrEqual(from > to ? 4 : 80)
})

test.each([
  [24_000, 16_000],
  [48_000, 24_000],
  [16_000, 8_000],
  [8_000, 44_100],
])('a change from %d to %d Hz in the midst of a tone goes on with the tone', (first, second) => {
  for (const [hz, allowedDb] of [
    [300, -55],
    [1_000, -33],
    [2_500, -17],
  ] as const) {
    for (let phase = 0; phase < 2 * Math.PI; phase += Math.PI / 8) {
      const at = (time: number) => Math.round(16_000 * Math.sin(2 * Math.PI * hz * time + phase))
      const before = Int16Array.from({ length: first / 10 }, (_, i) => at(i / first))
      const after = Int16Array.from({ length: second / 10 }, (_, i) => at(0.1 + i / second))
      const out = [...resample(before, first, 8_000), ...resample(after, second, 8_000)]
      expect(out.length).toBe(1_600)
      let worst = 0
      for (let i = 700; i < 900; i++) worst = Math.max(worst, Math.abs(out[i]! - at(i / 8_000)))
      expect(20 * Math.log10(worst / 16_000)).toBeLessThan(allowedDb)
    }
  }
})

test.each(pairs)('%d to %d Hz: a constant is constant from the first output to the last', (from, to) => {
  for (const value of [10_000, -32_768, 32_767]) {
    const out = resample(new Int16Array(Math.round(from * 0.05)).fill(value), from, to)
    for (const sample of out) expect(Math.abs(sample - value)).toBeLessThanOrEqual(1)
  }
})

test('full-scale input saturates and never wraps', () => {
  const square = Int16Array.from({ length: 24_000 }, (_, i) => (i % 48 < 24 ? 32_767 : -32_768))
  const out = resample(square, 24_000, 8_000)
  for (let i = 16; i < out.length - 16; i++) {
    const phase = (i * 3) % 48
    if (phase > 6 && phase < 18) expect(out[i]!).toBeGreaterThan(25_000)
    if (phase > 30 && phase < 42) expect(out[i]!).toBeLessThan(-25_000)
  }
})

test('streams of one pair of rates do not disturb each other', () => {
  const inputs = [300, 500, 900].map((hz) => tone(hz, 24_000, 0.2, 20_000))
  const resamplers = inputs.map(() => createResampler(24_000, 8_000))
  const outs: number[][] = inputs.map(() => [])
  for (let at = 0; at < inputs[0]!.length; at += 480) {
    const views = resamplers.map(
      (resampler, i): Int16Array => resampler.push(inputs[i]!.subarray(at, at + 480)),
    )
    for (const [i, view] of views.entries()) outs[i]!.push(...view)
  }
  for (const [i, resampler] of resamplers.entries()) {
    outs[i]!.push(...resampler.flush())
    expect(resample(inputs[i]!, 24_000, 8_000)).toEqual(Int16Array.from(outs[i]!))
  }
})

test('after flush and after reset a resampler is like new', () => {
  const input = tone(440, 24_000, 0.1, 20_000)
  const resampler = createResampler(24_000, 8_000)
  const first = inPieces(resampler, input, () => 480)
  expect(inPieces(resampler, input, () => 333)).toEqual(first)
  resampler.push(input.subarray(0, 1_000))
  resampler.reset()
  expect(inPieces(resampler, input, () => 480)).toEqual(first)
})

test('no input gives no output, and one sample gives the rounded number of outputs', () => {
  const resampler = createResampler(24_000, 8_000)
  expect(resampler.flush().length).toBe(0)
  expect(resampler.push(new Int16Array(0)).length).toBe(0)
  expect(resample(Int16Array.of(1_000), 24_000, 8_000).length).toBe(0)
  expect(resample(Int16Array.of(1_000, 1_000), 24_000, 8_000).length).toBe(1)
  expect(resample(Int16Array.of(1_000), 8_000, 24_000).length).toBe(3)
})

test('the same rate passes samples through as a copy', () => {
  const input = Int16Array.of(1, 2, 3)
  const resampler = createResampler(8_000, 8_000)
  const out = resampler.push(input)
  input[0] = 9
  expect([...out]).toEqual([1, 2, 3])
  expect(resampler.flush().length).toBe(0)
})

test.each([
  [0, 8_000],
  [24_000, 0],
  [24_000.5, 8_000],
  [Number.NaN, 8_000],
  [999, 8_000],
  [8_000, 192_001],
])('%p to %p Hz is refused', (from, to) => {
  expect(() => createResampler(from, to)).toThrow(AudioError)
})

test('the reference refuses a ratio that is not a whole number', () => {
  expect(() => resampleReference(new Int16Array(100), 44_100, 8_000)).toThrow(AudioError)
})

test('a worker converts like the main thread', async () => {
  const input = wav('speech-24000')
  const worker = new Worker(new URL('./resample.worker.ts', import.meta.url))
  try {
    const answer = await new Promise<Int16Array>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<Int16Array>) => resolve(event.data)
      worker.onerror = (event) => reject(new Error(event.message))
      worker.postMessage(input)
    })
    expect(answer).toEqual(resample(input, 24_000, 8_000))
  } finally {
    worker.terminate()
  }
})

function inPieces(resampler: Resampler, input: Int16Array, length: () => number): Int16Array {
  const out = new Int16Array(Math.round((input.length * resampler.toHz) / resampler.fromHz))
  let made = 0
  const take = (view: Int16Array) => {
    out.set(view, made)
    made += view.length
  }
  for (let at = 0; at < input.length; ) {
    const size = length()
    take(resampler.push(input.subarray(at, at + size)))
    at += size
  }
  take(resampler.flush())
  expect(made).toBe(out.length)
  return out
}
