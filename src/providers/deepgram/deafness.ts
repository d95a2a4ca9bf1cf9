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
const msOf = (samples: number) => (samples * 1_000) / rateHz

export class DeafnessDetector {
  /** First loud sample that no words cover yet; audio from here on must be kept. */
  unheardFrom: number | undefined
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
