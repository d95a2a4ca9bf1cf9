// Turns the raw audio of a voice into a finished phrase: 8 kHz, silence trimmed, edges faded, loudness normalised to
// the common level of audio/levels.ts, in whole frames. Deterministic: the same input gives the same output.

import { fadeIn, fadeOut, gatedDb, type LevelOptions, level } from './levels.ts'
import { amplitudeOf, frameSamples, rateHz, rms } from './pcm.ts'
import { resample } from './resample.ts'

/** Silence before the first sound: less than one frame, so that the first frame sent already has sound. */
const leadMs = 8
/** Silence after the last sound: the pause before the next sentence. */
const tailMs = 120
/**
 * Voices differ widely in loudness, so every phrase is normalised, with up to 40 dB of gain. The peak limit leaves
 * headroom for what a codec adds.
 */
const levelling = { maxGainDb: 40, peakDb: -1.5 } as const satisfies Partial<LevelOptions>

const samplesOfMs = (ms: number) => Math.round((ms * rateHz) / 1_000)
/** Step of the search for the edges, 5 ms: short enough to find an edge, long enough for a period of a deep voice. */
const edgeSamples = samplesOfMs(5)
/** Edges that are quieter than the speech by this much are silence; consonants are 20 to 30 dB below vowels. */
const edgeBelowDb = 40

/**
 * @param spoken mono s16 at `fromHz`; not modified
 * @returns slin8 in whole 20 ms frames; empty when the input has no sound
 */
export function finishPhrase(spoken: Int16Array, fromHz: number): Int16Array {
  const voice = trim(resample(spoken, fromHz, rateHz), samplesOfMs(leadMs), samplesOfMs(tailMs))
  if (voice.length === 0) return voice
  // Limiting the peaks also lowers the level; a second pass restores it.
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
