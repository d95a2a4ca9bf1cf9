// The package wave-resampler, set up the one way in which it measures well: the yardstick of the golden tests and of
// the bench. It takes whole files only, divides rates by whole numbers only, and is 100 times slower than
// src/audio/resample.ts.
//
// Its defaults stretch time ((N − 1) / M for N / M), let aliases through at −33 dB and reach 25 dB SNR. Padding to
// k × ratio + 1 samples makes its step exact, `point` then picks every ratio-th sample, and a low-pass of 201 taps
// before that keeps aliases of 24 → 8 kHz under −90 dB (of 48 → 8 kHz, for which 201 taps are too few, at −37 dB).

import { resample } from 'wave-resampler'
import { AudioError, toSample } from '../../src/audio/pcm.ts'

/**
 * @param fromHz a whole multiple of `toHz`
 * @returns ⌈samples.length × toHz / fromHz⌉ samples, a new array
 * @throws {AudioError} `badRate` for any other ratio: `point` cannot do it
 */
export function resampleReference(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  const ratio = fromHz / toHz
  if (!Number.isInteger(ratio)) {
    throw new AudioError(
      'badRate',
      `the reference divides rates by whole numbers only, not ${fromHz} to ${toHz} Hz`,
    )
  }
  const length = Math.ceil(samples.length / ratio)
  const padded = new Float64Array(length * ratio + 1)
  padded.set(samples)
  const details = { method: 'point', LPF: true, LPFType: 'FIR', LPFOrder: 201 }
  const out = resample(padded, fromHz, toHz, details)
  return Int16Array.from({ length }, (_, i) => toSample(out[i]!))
}

/** With the package's defaults: shows why they are not used. */
export function resampleReferenceDefault(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  return Int16Array.from(resample(Float64Array.from(samples), fromHz, toHz), toSample)
}
