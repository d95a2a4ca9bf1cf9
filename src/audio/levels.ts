// Brings phrases to the same level at 8 kHz, after resampling: removes offset and rumble, applies one gain to a common
// loudness, limits peaks below full scale, fades where audio is cut. For whole phrases; a streamed reply gets a fixed
// gain per voice instead, because a gain that follows the voice is heard as pumping. 10 s of audio take about 10 ms.

import { Cascade, highPass, lowPass } from './biquad.ts'
import { designFilter } from './fir.ts'
import { amplitudeOf, dbOf, frameSamples, rateHz, rms, silenceDb, toSample } from './pcm.ts'

export type LevelOptions = {
  /** Removes offset and rumble below this; 0 keeps them. */
  highPassHz: number
  /** Also limits the band to 300–3 400 Hz, as the network does. */
  telephoneBand: boolean
  /** Gated RMS of the result in dBFS. */
  targetDb: number
  /** The gain stays within ± this. */
  maxGainDb: number
  /** Upper limit of all peaks, also those between the samples. */
  peakDb: number
}

/** −20 dBFS leaves about 17 dB to the peaks of speech; louder phrases sound compressed after G.711. */
export const levelDefaults = {
  highPassHz: 100,
  telephoneBand: false,
  targetDb: -20,
  maxGainDb: 12,
  peakDb: -1,
} as const satisfies LevelOptions

/**
 * A phrase, filtered, at the target loudness, with its peaks limited.
 *
 * @param samples mono, 8 kHz, not changed
 * @returns a new array of the same length
 */
export function level(samples: Int16Array, options: Partial<LevelOptions> = {}): Int16Array {
  const { highPassHz, telephoneBand, targetDb, maxGainDb, peakDb } = { ...levelDefaults, ...options }
  const out = samples.slice()
  if (highPassHz > 0) new Cascade(highPass(highPassHz, rateHz, 2)).run(out)
  if (telephoneBand) telephone().run(out)
  return limit(out, gainTo(out, targetDb, maxGainDb), peakDb)
}

/** The band of a telephone, −3 dB at 300 and 3 400 Hz: one per stream. */
export function telephone(): Cascade {
  return new Cascade([...highPass(300, rateHz, 4), ...lowPass(3_400, rateHz, 4)])
}

/** Frames this far below the loudest are pauses, not speech. */
const gateDb = 15

/**
 * Loudness of the speech in a phrase, in dBFS: RMS over the 20 ms frames that are within 15 dB of the loudest, so that
 * pauses do not count. {@link silenceDb} for silence. A partial last frame counts as a frame.
 */
export function gatedDb(samples: Int16Array): number {
  const levels: number[] = []
  for (let at = 0; at < samples.length; at += frameSamples)
    levels.push(rms(samples.subarray(at, at + frameSamples)))
  const gate = Math.max(0, ...levels) * 10 ** (-gateDb / 20)
  const speech = levels.filter((amplitude) => amplitude > 0 && amplitude >= gate)
  if (speech.length === 0) return silenceDb
  return dbOf(Math.sqrt(speech.reduce((sum, amplitude) => sum + amplitude ** 2, 0) / speech.length))
}

/** The factor that brings a phrase to `targetDb`, within ± `maxGainDb`; 1 for silence. */
export function gainTo(samples: Int16Array, targetDb: number, maxGainDb: number): number {
  const now = gatedDb(samples)
  if (now <= silenceDb) return 1
  return 10 ** (Math.max(-maxGainDb, Math.min(maxGainDb, targetDb - now)) / 20)
}

/** Four points per sample find a peak between two samples to within 0.1 dB, up to 3 kHz. */
const oversampling = 4
const peakFilter = designFilter(rateHz, rateHz * oversampling)

/**
 * The largest amplitude of the sound that the samples represent, at four points per sample.
 *
 * @param at where to look, 0 ≤ at < samples.length: from that sample up to the next
 * @see ITU-R BS.1770-4, annex 2
 */
function peakAt(samples: Int16Array, at: number): number {
  const { taps, coefficients } = peakFilter
  let peak = Math.abs(samples[at]!)
  for (let row = 1; row < oversampling; row++) {
    let sum = 0
    for (let k = 0; k < taps; k++) {
      const sample = samples[at - taps / 2 + 1 + k]
      if (sample !== undefined) sum += coefficients[row * taps + k]! * sample
    }
    peak = Math.max(peak, Math.abs(sum))
  }
  return peak
}

/**
 * Samples × gain, with less gain where the true peaks would exceed `peakDb`. The gain is lowered before a peak arrives,
 * and moves too slowly to be heard as distortion. It needs no delay, because a phrase is whole.
 *
 * @returns a new array of the same length
 */
export function limit(samples: Int16Array, gain: number, peakDb: number): Int16Array {
  const ceiling = amplitudeOf(peakDb)
  const allowed = new Float64Array(samples.length).fill(gain)
  for (let i = 0; i < samples.length; i++) {
    // A sine of 3 400 Hz may be 4.3 times as high between two samples; below that factor no peak can exceed.
    const near = Math.max(Math.abs(samples[i]!), Math.abs(samples[i + 1] ?? 0)) * gain
    const peak = near < ceiling / 5 ? near : peakAt(samples, i) * gain
    const held = peak > ceiling ? (gain * ceiling) / peak : gain
    allowed[i] = Math.min(allowed[i]!, held)
    if (i + 1 < samples.length) allowed[i + 1] = held
  }
  const gains = smoothGains(allowed)
  return samples.map((sample, i) => toSample(sample * gains[i]!))
}

/** Before a peak the gain falls by at most this fraction per sample: 6 dB in 3.5 ms. */
const attack = 1 / 40
/** After a peak the gain stays for 10 ms, so that it does not follow a voice's waves, then rises by 6 dB in 140 ms. */
const holdSamples = 80
const release = 1 / 1_600

/** The highest gains that never exceed `allowed` and have no jumps. */
function smoothGains(allowed: Float64Array): Float64Array {
  const gains = allowed.slice()
  let gain = Number.POSITIVE_INFINITY
  let held = 0
  for (let i = 0; i < gains.length; i++) {
    if (held > 0) held--
    else gain *= 1 + release
    if (gains[i]! <= gain) {
      gain = gains[i]!
      held = holdSamples
    }
    gains[i] = gain
  }
  for (let i = gains.length - 2; i >= 0; i--) gains[i] = Math.min(gains[i]!, gains[i + 1]! * (1 + attack))
  return gains
}

/** 5 ms: long enough not to click, too short to be heard. */
export const fadeSamples = 40

/** Fades in the first 5 ms along a raised cosine, in place; all of it if it is shorter. Allocates nothing. */
export function fadeIn(samples: Int16Array): void {
  const length = Math.min(fadeSamples, samples.length)
  for (let i = 0; i < length; i++) samples[i] = Math.round(samples[i]! * fadeGain(i, length))
}

/** Fades out the last 5 ms along a raised cosine, in place; all of it if it is shorter. Allocates nothing. */
export function fadeOut(samples: Int16Array): void {
  const length = Math.min(fadeSamples, samples.length)
  const from = samples.length - length
  for (let i = 0; i < length; i++) {
    samples[from + i] = Math.round(samples[from + i]! * fadeGain(length - 1 - i, length))
  }
}

function fadeGain(i: number, length: number): number {
  return 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / length)
}
