// Detects a recogniser that has gone deaf: loud audio goes in, results may even come back, but they contain no word.
// Counted in samples of the call. Allocates nothing after construction.

import { rateHz } from '../../audio/pcm.ts'

export type DeafnessOptions = {
  /** This much speech without a single word means deaf, in ms. */
  deafMs: number
  /** Level from which a frame counts as speech, RMS of s16 samples. */
  speechRms: number
}

const longestDeafMs = 60_000
/** The part of the time that must have been loud: a slammed door is no speech. */
const loudShare = 1 / 4
/** Loud audio as long as a word or two. */
const wordMs = 500
/** After this much silence shorter noise no longer counts. */
const forgetSamples = 2 * rateHz
const msOf = (samples: number) => (samples * 1_000) / rateHz

export class DeafnessDetector {
  /** First loud sample that no words cover yet; audio from here on must be kept. */
  unheardFrom: number | undefined
  /** End of the last loud audio. */
  loudTo = 0
  /** Loud samples since the last message of the recogniser. */
  private unanswered = 0
  private unansweredFrom = 0
  private since: number | undefined
  private loudSamples = 0
  private deafMs: number

  constructor(private readonly options: DeafnessOptions) {
    this.deafMs = options.deafMs
  }

  /** @param at the position of the frame's first sample */
  write(frame: Int16Array, at: number): void {
    let sum = 0
    for (let i = 0; i < frame.length; i++) sum += frame[i] * frame[i]
    if (sum < this.options.speechRms * this.options.speechRms * frame.length) return
    this.unheardFrom ??= at
    this.since ??= at
    this.loudSamples += frame.length
    // A door long ago and the beginning of speech are not a word together.
    if (at - this.loudTo > forgetSamples && msOf(this.unanswered) < wordMs) this.answered()
    if (this.unanswered === 0) this.unansweredFrom = at
    this.unanswered += frame.length
    this.loudTo = at + frame.length
  }

  /** A message arrived, with or without words. */
  answered(): void {
    this.unanswered = 0
  }

  /** Whether speech, more than a door or a cough, has waited this long for any message. */
  isUnanswered(written: number, quietMs: number): boolean {
    return msOf(this.unanswered) >= wordMs && msOf(written - this.unansweredFrom) >= quietMs
  }

  /** Words arrived, even interim ones: the recogniser works. */
  words(): void {
    this.restart()
    this.deafMs = this.options.deafMs
  }

  /** Final words arrived for all loud audio so far. */
  understood(): void {
    this.unheardFrom = undefined
  }

  /** Starts the time anew, for a new socket. */
  restart(): void {
    this.unanswered = 0
    this.since = undefined
    this.loudSamples = 0
  }

  /** @returns whether the time is up; each time without words it doubles, up to a minute */
  isDeaf(written: number): boolean {
    if (this.since === undefined || msOf(written - this.since) < this.deafMs) return false
    const spoke = msOf(this.loudSamples) >= this.deafMs * loudShare
    this.restart()
    // Noise may look like speech, and no number of new sockets would find words in it.
    if (spoke) this.deafMs = Math.min(longestDeafMs, this.deafMs * 2)
    else this.unheardFrom = undefined
    return spoke
  }
}
