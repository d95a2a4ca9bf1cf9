// Makes the loops that callers hear while they wait: noise with the spectrum of distant speech, and a site's music at a
// level of its own. Each is made once, and its end goes over into its beginning without a joint.

import { amplitudeOf, frameSamples, rateHz, rms, toSample } from './pcm.ts'

/** Heard as a quiet line in a handset, and not noticed beside a voice at −20 dBFS. */
export const noiseDb = -60
/** Noise that comes back sooner is recognised by its flutter. */
const noiseSamples = 5 * rateHz
/** 6 dB an octave less above 500 Hz, as the long-term spectrum of speech, and no rumble below 150 Hz. */
const pole = Math.exp((-2 * Math.PI * 500) / rateHz)
const rumblePole = Math.exp((-2 * Math.PI * 150) / rateHz)
/** The end of the music goes over into its beginning within 50 ms. */
const joinSamples = rateHz / 20
const shortest = 10 * joinSamples

/** 5 s of noise, the same at each start. */
export function noiseLoop(): Int16Array {
  let seed = 0x2545f491
  const white = new Int16Array(noiseSamples)
  for (let i = 0; i < noiseSamples; i++) {
    seed ^= seed << 13
    seed ^= seed >>> 17
    seed ^= seed << 5
    white[i] = seed >> 18
  }
  const shaped = new Float64Array(noiseSamples)
  // The second round begins with what the filters hold at the end of the first: the loop has no joint.
  let low = 0
  let high = 0
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < noiseSamples; i++) {
      const before = low
      low = white[i]! + pole * low
      high = low - before + rumblePole * high
      shaped[i] = high
    }
  }
  return levelled(shaped, noiseDb)
}

/**
 * @param music slin8, not changed
 * @param db level of the loop by RMS, in dBFS
 * @returns whole frames; undefined for less than half a second, or for silence
 */
export function musicLoop(music: Int16Array, db: number): Int16Array | undefined {
  const length = Math.floor((music.length - joinSamples) / frameSamples) * frameSamples
  if (length < shortest || rms(music) < 1) return undefined
  const joined = new Float64Array(length)
  for (let i = 0; i < length; i++) {
    const share = Math.min(1, i / joinSamples)
    // The powers of the two sounds add up to one.
    joined[i] =
      share === 1 ? music[i]! : music[i]! * Math.sqrt(share) + music[length + i]! * Math.sqrt(1 - share)
  }
  return levelled(joined, db)
}

/** Peaks above full scale are clipped; a loop of −10 dBFS and less has next to none. */
function levelled(samples: Float64Array, db: number): Int16Array {
  let sum = 0
  for (const one of samples) sum += one * one
  const gain = amplitudeOf(db) / Math.sqrt(sum / samples.length)
  const out = new Int16Array(new SharedArrayBuffer(samples.length * 2))
  for (let i = 0; i < samples.length; i++) out[i] = toSample(samples[i]! * gain)
  return out
}
