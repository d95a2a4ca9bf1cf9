// wave-resampler in the one form that measures well: the yardstick of the golden tests and of the bench. Whole
// files, whole-number decimation, 100 times slower than resample.ts; nothing on a call's way uses it.
//
// Its default form stretches time ((N − 1) / M for N / M), lets aliases through at −33 dB and reaches 25 dB SNR.
// Padding to k × ratio + 1 samples makes its step exact, `point` then picks every ratio-th sample, and 201 taps
// before that keep aliases of 24 → 8 kHz under −90 dB (of 48 → 8 kHz, where they are too few, at −37 dB).

import { resample } from 'wave-resampler'
import { AudioError, toSample } from './pcm.ts'

/**
 * @param fromHz a whole multiple of `toHz`
 * @returns ⌈samples.length × toHz / fromHz⌉ samples, the caller's own
 * @throws {AudioError} `badRate` on any other ratio, which `point` cannot do
 */
export function resampleReference(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  const ratio = fromHz / toHz
  if (!Number.isInteger(ratio)) {
    throw new AudioError(
      'badRate',
      `the reference divides rates by whole numbers, ${fromHz} to ${toHz} Hz it cannot`,
    )
  }
  const length = Math.ceil(samples.length / ratio)
  const padded = new Float64Array(length * ratio + 1)
  padded.set(samples)
  const details = { method: 'point', LPF: true, LPFType: 'FIR', LPFOrder: 201 }
  const out = resample(padded, fromHz, toHz, details)
  return Int16Array.from({ length }, (_, i) => toSample(out[i]!))
}

/** As the package does when nothing is said: to show why it is not used like that. */
export function resampleReferenceDefault(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  return Int16Array.from(resample(Float64Array.from(samples), fromHz, toHz), toSample)
}
