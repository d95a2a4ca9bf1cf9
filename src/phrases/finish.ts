// From what a voice said to a recording of the house: 8 kHz, beginning at once, with soft edges, in whole frames, at the
// level of all others, which is audio/levels.ts's. Deterministic: the same samples in give the same samples out.

import { fadeIn, fadeOut, gatedDb, type LevelOptions, level } from '../audio/levels.ts'
import { amplitudeOf, frameSamples, rateHz, rms } from '../audio/pcm.ts'
import { resample } from '../audio/resample.ts'

/** Silence before the first sound: less than one frame, so that the first frame on the wire is heard. */
const leadMs = 8
/** Silence after the last sound, which is the pause before the next sentence. */
const tailMs = 120
/** A voice may be far from the level of the house; no phrase is left where it was. The rest is for what a codec adds. */
const levelling = { maxGainDb: 40, peakDb: -1.5 } as const satisfies Partial<LevelOptions>

const samplesOfMs = (ms: number) => Math.round((ms * rateHz) / 1_000)
/** 5 ms: short enough to find an edge, long enough for one period of a deep voice. */
const edgeSamples = samplesOfMs(5)
/** What is this much below the speech is silence at its edges; consonants are 20 to 30 dB below vowels. */
const edgeBelowDb = 40

/**
 * @param spoken mono s16 at `fromHz`, left alone
 * @returns slin8 of whole 20 ms frames; empty when there is no sound in it
 */
export function finishPhrase(spoken: Int16Array, fromHz: number): Int16Array {
  const voice = trim(resample(spoken, fromHz, rateHz), samplesOfMs(leadMs), samplesOfMs(tailMs))
  if (voice.length === 0) return voice
  // The limiter takes from the level what it takes from the peaks; a second look gives it back.
  const levelled = level(level(voice, levelling), { ...levelling, highPassHz: 0 })
  fadeIn(levelled)
  fadeOut(levelled)
  const whole = new Int16Array(Math.ceil(levelled.length / frameSamples) * frameSamples)
  whole.set(levelled)
  return whole
}

function trim(samples: Int16Array, lead: number, tail: number): Int16Array {
  const threshold = amplitudeOf(gatedDb(samples) - edgeBelowDb)
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
