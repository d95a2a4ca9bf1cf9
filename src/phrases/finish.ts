// From what a voice said to a recording of the house: 8 kHz, at the level of all others, beginning at once, with
// soft edges, in whole frames. Deterministic: the same samples in give the same samples out.

import { amplitudeOf, dbOf, frameSamples, rateHz, rms, toSample } from '../audio/pcm.ts'
import { resample } from '../audio/resample.ts'

export type FinishOptions = {
  /** RMS of the speech without its pauses, in dBFS. */
  activeDb: number
  /** No sample above this, in dBFS; the rest is for what a codec adds. */
  peakDb: number
  /** Silence before the first sound: less than one frame, so that the first frame on the wire is heard. */
  leadMs: number
  /** Silence after the last sound, which is the pause before the next sentence. */
  tailMs: number
  fadeMs: number
}

export const finishDefaults: FinishOptions = {
  activeDb: -20,
  peakDb: -1.5,
  leadMs: 8,
  tailMs: 120,
  fadeMs: 5,
}

const samplesOfMs = (ms: number) => Math.round((ms * rateHz) / 1_000)
/** 5 ms: short enough to find an edge, long enough for one period of a deep voice. */
const edgeSamples = samplesOfMs(5)
/** What is this much below the speech is silence at its edges; consonants are 20 to 30 dB below vowels. */
const edgeBelowDb = 40
/** What is this much below the mean of the whole is a pause. */
const pauseBelowDb = 15
/** The limiter looks this far ahead, and its gain moves no faster than over this time. */
const limiterSamples = samplesOfMs(5)

/**
 * @param spoken mono s16 at `fromHz`, left alone
 * @returns slin8 of whole 20 ms frames; empty when there is no sound in it
 */
export function finishPhrase(
  spoken: Int16Array,
  fromHz: number,
  options: Partial<FinishOptions> = {},
): Int16Array {
  const { activeDb: wantedDb, peakDb, leadMs, tailMs, fadeMs } = { ...finishDefaults, ...options }
  const voice = trim(resample(spoken, fromHz, rateHz), samplesOfMs(leadMs), samplesOfMs(tailMs))
  if (voice.length === 0) return voice
  let gain = amplitudeOf(wantedDb) / amplitudeOf(activeDb(voice))
  // The limiter takes from the level what it takes from the peaks; a second look gives it back.
  let limited = limit(voice, gain, amplitudeOf(peakDb))
  gain *= amplitudeOf(wantedDb) / amplitudeOf(activeDb(limited))
  limited = limit(voice, gain, amplitudeOf(peakDb))
  fade(limited, samplesOfMs(fadeMs))
  const whole = new Int16Array(Math.ceil(limited.length / frameSamples) * frameSamples)
  whole.set(limited)
  return whole
}

/**
 * Level of speech without its pauses, in dBFS: RMS of the 20 ms stretches that are not 15 dB below the mean.
 *
 * @see ITU-R BS.1770, whose gate this is, without its filter, which a telephone band has no use for
 */
export function activeDb(samples: Int16Array): number {
  const powers: number[] = []
  for (let at = 0; at < samples.length; at += frameSamples) {
    powers.push(rms(samples.subarray(at, at + frameSamples)) ** 2)
  }
  const mean = (list: readonly number[]) => list.reduce((sum, power) => sum + power, 0) / list.length
  const audible = powers.filter((power) => power > amplitudeOf(-60) ** 2)
  if (audible.length === 0) return dbOf(Math.sqrt(mean(powers)))
  const gate = mean(audible) * 10 ** (-pauseBelowDb / 10)
  return dbOf(Math.sqrt(mean(audible.filter((power) => power >= gate))))
}

function trim(samples: Int16Array, lead: number, tail: number): Int16Array {
  const threshold = amplitudeOf(activeDb(samples) - edgeBelowDb)
  const sounds = (at: number) => rms(samples.subarray(at, at + edgeSamples)) > Math.max(threshold, 8)
  let first = 0
  while (first < samples.length && !sounds(first)) first += edgeSamples
  if (first >= samples.length) return new Int16Array(0)
  let last = samples.length
  while (last > first && !sounds(Math.max(0, last - edgeSamples))) last -= edgeSamples
  const from = Math.max(0, first - lead)
  const out = new Int16Array(last - from + tail)
  out.set(samples.subarray(from, Math.min(samples.length, last + tail)))
  return out
}

/** Gain with a peak limiter: the least gain needed within 5 ms ahead, averaged over 5 ms, so that it glides. */
function limit(samples: Int16Array, gain: number, ceiling: number): Int16Array {
  const needed = new Float64Array(samples.length + limiterSamples).fill(1)
  for (let i = 0; i < samples.length; i++) {
    const peak = Math.abs(samples[i]) * gain
    if (peak > ceiling) needed[i] = ceiling / peak
  }
  const least = new Float64Array(samples.length + limiterSamples).fill(1)
  for (let i = 0; i < samples.length; i++) {
    let low = 1
    for (let j = i; j <= i + limiterSamples; j++) low = Math.min(low, needed[j] ?? 1)
    least[i] = low
  }
  const out = new Int16Array(samples.length)
  for (let i = 0; i < samples.length; i++) {
    let sum = 0
    for (let j = i - limiterSamples; j <= i; j++) sum += j < 0 ? least[0] : least[j]
    out[i] = toSample(samples[i] * gain * (sum / (limiterSamples + 1)))
  }
  return out
}

function fade(samples: Int16Array, length: number): void {
  const count = Math.min(length, samples.length >> 1)
  for (let i = 0; i < count; i++) {
    const share = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / count)
    samples[i] = toSample(samples[i] * share)
    const last = samples.length - 1 - i
    samples[last] = toSample(samples[last] * share)
  }
}
