// Makes room for a caller who begins to speak while the agent speaks. The agent's voice is lowered as soon as somebody
// may be speaking, and waits once that has lasted; what it was comes out later (agent/bargein.ts). When it was nothing,
// or a "mhm", the agent goes on where he stopped.

/** How the agent's voice is: as it is made, 12 dB lower, or waiting in silence. */
export type Loudness = 'full' | 'low' | 'held'

/** Voice of the caller that lasts this long makes the agent wait, in ms: most coughs and knocks are shorter. */
const holdMs = 240
/**
 * The agent waits on for so long after the voice has ended, in ms. The words of a short turn arrive meanwhile, so that
 * a voice which they cut does not come back for a syllable.
 */
const returnMs = 160
/**
 * The agent waits this long at most, in ms. By then a caller has interrupted; what has not is voices in the room or
 * music, which may go on for minutes.
 */
const mostHeldMs = 700

/** What the agent does about a voice on the caller's side. Pure, nothing is allocated. */
export class Yielding {
  private loudness: Loudness = 'full'
  private voiceAtMs = 0
  private heldAtMs = 0
  /** The voice that goes on is not the caller's. */
  private ignores = false

  /** The agent's voice is as it was made, and without a voice over it stays so. */
  get isAtRest(): boolean {
    return this.loudness === 'full' && !this.ignores
  }

  /** @param onsetMs how long the caller may have been speaking over the agent, in ms; 0 for not */
  follow(onsetMs: number, nowMs: number): Loudness {
    if (onsetMs > 0) this.voiceAtMs = nowMs
    else this.ignores = false
    if (this.ignores) return this.loudness
    if (this.loudness === 'held' && onsetMs > 0 && nowMs - this.heldAtMs >= mostHeldMs) {
      this.ignores = true
      this.loudness = 'full'
    } else if (onsetMs >= holdMs) {
      if (this.loudness !== 'held') this.heldAtMs = nowMs
      this.loudness = 'held'
    } else if (this.loudness !== 'held') this.loudness = onsetMs > 0 ? 'low' : 'full'
    else if (onsetMs === 0 && nowMs - this.voiceAtMs >= returnMs) this.loudness = 'full'
    return this.loudness
  }

  /** The agent does not speak, or may not be interrupted. */
  reset(): Loudness {
    this.ignores = false
    this.loudness = 'full'
    return this.loudness
  }
}

/** −12 dB: clearly aside, and still to be understood. */
const lowGain = 0.25

/** Lowers frames and brings them back, in a ramp over one frame: as quick as that, and no click. */
export class Fader {
  isLow = false
  private gain = 1

  /** The next sound is as loud as it was made. */
  reset(): void {
    this.isLow = false
    this.gain = 1
  }

  /** @param frame 160 samples, changed in place */
  apply(frame: Int16Array): void {
    const { gain } = this
    const target = this.isLow ? lowGain : 1
    if (gain === 1 && target === 1) return
    const { length } = frame
    for (let i = 0; i < length; i++) frame[i] = frame[i]! * (gain + ((target - gain) * (i + 1)) / length)
    this.gain = target
  }
}
