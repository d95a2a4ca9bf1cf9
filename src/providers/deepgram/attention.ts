// Whether a recogniser has gone deaf: loud audio goes in, results may even come back, and there is not one word in
// them. Counted in samples of the call. Nothing is allocated after construction.

import { rateHz } from '../../audio/pcm.ts'

export type AttentionOptions = {
  /** Speech for so long and not one word. */
  deafMs: number
  /** Level from which a frame counts as speech, RMS of s16 samples. */
  speechRms: number
}

const longestDeafMs = 60_000
/** So much of the time must have been loud: a slammed door is no speech. */
const loudShare = 1 / 4
const msOf = (samples: number) => (samples * 1_000) / rateHz

export class Attention {
  /** First loud sample that no words have come for; audio from here on is worth keeping. */
  unheardFrom: number | undefined
  private since: number | undefined
  private loudSamples = 0
  private deafMs: number

  constructor(private readonly options: AttentionOptions) {
    this.deafMs = options.deafMs
  }

  /** @param at the frame's first sample */
  write(frame: Int16Array, at: number): void {
    let sum = 0
    for (let i = 0; i < frame.length; i++) sum += frame[i] * frame[i]
    if (sum < this.options.speechRms * this.options.speechRms * frame.length) return
    this.unheardFrom ??= at
    this.since ??= at
    this.loudSamples += frame.length
  }

  /** Words came, interim ones included: somebody listens. */
  words(): void {
    this.restart()
    this.deafMs = this.options.deafMs
  }

  /** Final words came for all that was loud so far. */
  understood(): void {
    this.unheardFrom = undefined
  }

  /** A new socket gets its whole time. */
  restart(): void {
    this.since = undefined
    this.loudSamples = 0
  }

  /** @returns whether the time is up; each time without words it becomes twice as long, up to a minute */
  isDeaf(written: number): boolean {
    if (this.since === undefined || msOf(written - this.since) < this.deafMs) return false
    const spoke = msOf(this.loudSamples) >= this.deafMs * loudShare
    this.restart()
    // Noise may look like speech; opening again and again would not make words of it.
    if (spoke) this.deafMs = Math.min(longestDeafMs, this.deafMs * 2)
    else this.unheardFrom = undefined
    return spoke
  }
}
