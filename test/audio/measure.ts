// What the golden tests and the bench measure with: tones, a fit of a sine, true peaks, and the difference of two
// signals.

import { designFilter } from '../../src/audio/fir.ts'
import { dbOf, rateHz as phoneRateHz } from '../../src/audio/pcm.ts'

/** A sine of `amplitude` at `hz`, faded in and out over `fadeMs` by a raised cosine. */
export function tone(hz: number, rateHz: number, seconds: number, amplitude: number, fadeMs = 0): Int16Array {
  return Int16Array.from({ length: Math.round(seconds * rateHz) }, (_, i) => {
    const time = i / rateHz
    const edge = fadeMs === 0 ? 1 : Math.min(1, (time * 1_000) / fadeMs, ((seconds - time) * 1_000) / fadeMs)
    return Math.round(
      amplitude * Math.sin((Math.PI / 2) * edge) ** 2 * Math.sin(2 * Math.PI * hz * time + 0.3),
    )
  })
}

/** The middle of a signal, without the first and the last 15 %. */
export function middle<T extends Int16Array | Float64Array>(samples: T): T {
  const from = Math.floor(samples.length * 0.15)
  return samples.subarray(from, samples.length - from) as T
}

/** The sine of `hz` in a signal by least squares: its amplitude, and the signal without it. */
export function fitSine(samples: ArrayLike<number>, hz: number, rateHz: number) {
  const w = (2 * Math.PI * hz) / rateHz
  let [cc, ss, cs, yc, ys] = [0, 0, 0, 0, 0]
  for (let i = 0; i < samples.length; i++) {
    const c = Math.cos(w * i)
    const s = Math.sin(w * i)
    cc += c * c
    ss += s * s
    cs += c * s
    yc += samples[i]! * c
    ys += samples[i]! * s
  }
  const d = cc * ss - cs * cs
  const a = (yc * ss - ys * cs) / d
  const b = (ys * cc - yc * cs) / d
  const rest = Float64Array.from(samples, (y, i) => y - a * Math.cos(w * i) - b * Math.sin(w * i))
  return { amplitude: Math.hypot(a, b), rest }
}

export function rmsOf(samples: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < samples.length; i++) sum += samples[i]! ** 2
  return Math.sqrt(sum / samples.length)
}

export function db(ratio: number): number {
  return 20 * Math.log10(Math.max(ratio, 1e-9))
}

/** Keeps what is under `cutHz`: a 201-tap Blackman-windowed low-pass; 100 samples at each end are left out. */
export function lowPass(samples: ArrayLike<number>, cutHz: number, rateHz: number): Float64Array {
  const half = 100
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, i) => {
    const u = i - half
    const x = (2 * Math.PI * cutHz * u) / rateHz
    const window = 0.42 - 0.5 * Math.cos((Math.PI * i) / half) + 0.08 * Math.cos((2 * Math.PI * i) / half)
    return (u === 0 ? 1 : Math.sin(x) / x) * window
  })
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return Float64Array.from({ length: Math.max(0, samples.length - 2 * half) }, (_, i) => {
    let y = 0
    for (let k = 0; k < taps.length; k++) y += taps[k]! * samples[i + k]!
    return y / sum
  })
}

const oversampling = 4
const peakFilter = designFilter(phoneRateHz, phoneRateHz * oversampling)

/** True peak of 8 kHz samples in dBFS, at four points per sample; between the samples it may exceed full scale, 0. */
export function truePeakDb(samples: Int16Array): number {
  const { taps, coefficients } = peakFilter
  let peak = 0
  for (let i = 0; i < samples.length; i++) {
    peak = Math.max(peak, Math.abs(samples[i]!))
    for (let row = 1; row < oversampling; row++) {
      let sum = 0
      for (let k = 0; k < taps; k++)
        sum += coefficients[row * taps + k]! * (samples[i - taps / 2 + 1 + k] ?? 0)
      peak = Math.max(peak, Math.abs(sum))
    }
  }
  return dbOf(peak)
}

export type Convert = (samples: Int16Array, fromHz: number, toHz: number) => Int16Array

export type Quality = {
  /** Largest deviation of the pass band's gain from 1: 100 to 3 400 Hz when the lower rate is 8 kHz. */
  rippleDb: number
  /** Loudest output of a tone that must not come through: from 4 200 Hz when the lower rate is 8 kHz. */
  aliasDb: number
  /** Loudest mirror of a tone under 3 400 Hz, when the rate goes up. */
  imageDb: number
  /** Of a full-scale tone of 997 Hz. */
  snrDb: number
}

const amplitude = 30_000
const pass = [100, 300, 1_000, 2_000, 2_700, 3_000, 3_200, 3_400]
const stop = [
  4_200, 4_300, 4_600, 5_000, 5_600, 6_600, 7_100, 7_900, 8_200, 9_100, 10_900, 11_900, 15_800, 23_000,
]

/** Measures a conversion by tones; frequencies grow with the lower rate. A value that does not apply is -Infinity. */
export function quality(convert: Convert, fromHz: number, toHz: number): Quality {
  const scale = Math.min(fromHz, toHz) / 8_000
  const through = (hz: number) => middle(convert(tone(hz, fromHz, 0.4, amplitude), fromHz, toHz))
  let rippleDb = 0
  let imageDb = Number.NEGATIVE_INFINITY
  for (const hz of pass.map((hz) => hz * scale)) {
    const fit = fitSine(through(hz), hz, toHz)
    rippleDb = Math.max(rippleDb, Math.abs(db(fit.amplitude / amplitude)))
    for (let image = fromHz - hz; image < toHz / 2; image += fromHz) {
      imageDb = Math.max(imageDb, db(fitSine(fit.rest, image, toHz).amplitude / amplitude))
    }
  }
  let aliasDb = Number.NEGATIVE_INFINITY
  for (const hz of stop.map((hz) => hz * scale).filter((hz) => fromHz > toHz && hz < fromHz / 2)) {
    aliasDb = Math.max(aliasDb, db((rmsOf(through(hz)) * Math.SQRT2) / amplitude))
  }
  const full = fitSine(middle(convert(tone(997, fromHz, 1, 32_767), fromHz, toHz)), 997, toHz)
  return { rippleDb, aliasDb, imageDb, snrDb: db(full.amplitude / Math.SQRT2 / rmsOf(full.rest)) }
}

/** How far the difference of two signals lies under the second, in dB. */
export function snrDb(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  let error = 0
  let signal = 0
  for (let i = 0; i < theirs.length; i++) {
    error += (ours[i]! - theirs[i]!) ** 2
    signal += theirs[i]! ** 2
  }
  return 10 * Math.log10(signal / error)
}

/** Numbers that are the same each time, 0 ≤ n < 1. */
export function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
