// How much louder a voice is than the voices that were on the line before. A caller's words are louder than background
// voices and than the agent's own echo, and only the level tells the three apart: all of them are speech.

export type ForegroundOptions = {
  /** The present level is the mean power of this many frames. */
  soundFrames: number
  /** The background is learnt from frames at least this old; at least `soundFrames`. */
  lagFrames: number
  /** The background is the mean of this many frames of voices. */
  voiceFrames: number
  /** It decays over this many frames of anything else. */
  forgetFrames: number
}

/**
 * Measured with test/call/bargein-set.ts over 500 ms: five voices exceed their own average by 3 dB at most, the agent's
 * echo by 4, a caller 5 dB above either by 5 or more.
 */
export const foregroundDefaults = {
  soundFrames: 25,
  lagFrames: 30,
  voiceFrames: 100,
  forgetFrames: 500,
} as const satisfies ForegroundOptions

/** What a frame holds: a voice of the background, the caller's voice, or no voice. */
export type FrameSource = 'voice' | 'caller' | 'none'

/** One side of one call. Nothing is allocated after construction. */
export class Foreground {
  private readonly options: ForegroundOptions
  /** Powers of the last frames, 1 at full scale, and what they hold. */
  private readonly powers: Float64Array
  private readonly sources: FrameSource[]
  private heard = 0
  private voices = 0
  private background = 0
  private sum = 0

  constructor(options: Partial<ForegroundOptions> = {}) {
    this.options = { ...foregroundDefaults, ...options }
    this.powers = new Float64Array(this.options.lagFrames)
    this.sources = new Array<FrameSource>(this.options.lagFrames).fill('none')
  }

  /** Frames since the start. */
  get frames(): number {
    return this.heard
  }

  /** Takes the level of the next frame, in dBFS. */
  push(levelDb: number, source: FrameSource): void {
    const { lagFrames, soundFrames } = this.options
    const at = this.heard % lagFrames
    const leaving = (this.heard + lagFrames - soundFrames) % lagFrames
    if (this.heard >= lagFrames) this.learn(this.powers[at]!, this.sources[at]!)
    const power = 10 ** (levelDb / 10)
    this.sum += power - this.powers[leaving]!
    this.powers[at] = power
    this.sources[at] = source
    this.heard++
  }

  /** Marks the last `frames` frames as the caller's. */
  claim(frames: number): void {
    const { lagFrames } = this.options
    for (let age = 1; age <= Math.min(frames, lagFrames, this.heard); age++) {
      this.sources[(this.heard - age) % lagFrames] = 'caller'
    }
  }

  /** Takes the present sound for the background from now on. */
  settle(): void {
    this.background = this.sum / this.options.soundFrames
    this.voices = this.options.voiceFrames
    this.sources.fill('none')
  }

  /**
   * Level of the last 500 ms above the background, in dB.
   *
   * @param leastDb the background counts as at least this
   */
  aboveDb(leastDb: number): number {
    return this.ratioDb(this.sum / this.options.soundFrames, leastDb)
  }

  /** The same for the last few frames alone: known sooner, and less surely. @param frames at most `lagFrames` */
  lateAboveDb(leastDb: number, frames: number): number {
    const { lagFrames } = this.options
    let sum = 0
    for (let age = 1; age <= Math.min(frames, this.heard); age++)
      sum += this.powers[(this.heard - age) % lagFrames]!
    return this.ratioDb(sum / frames, leastDb)
  }

  /** Age of the first frame of the last 500 ms that exceeds the background by `aboveDb`: where a voice began. */
  loudFrames(leastDb: number, aboveDb: number): number {
    const { lagFrames, soundFrames } = this.options
    const least = Math.max(this.background, 10 ** (leastDb / 10)) * 10 ** (aboveDb / 10)
    let frames = Math.min(soundFrames, this.heard)
    while (frames > 0 && this.powers[(this.heard - frames) % lagFrames]! < least) frames--
    return frames
  }

  /** Forgets the background: its voices were the caller's own. */
  forget(): void {
    this.voices = 0
    this.background = 0
  }

  /** Forgets all sound, but not how long it has listened: what came until now was something else. */
  restart(): void {
    this.powers.fill(0)
    this.sources.fill('none')
    this.voices = 0
    this.background = 0
    this.sum = 0
  }

  reset(): void {
    this.restart()
    this.heard = 0
  }

  private ratioDb(power: number, leastDb: number): number {
    return 10 * Math.log10(Math.max(1e-10, power) / Math.max(this.background, 10 ** (leastDb / 10)))
  }

  private learn(power: number, source: FrameSource): void {
    const { voiceFrames, forgetFrames } = this.options
    if (source === 'none') this.background -= this.background / forgetFrames
    if (source !== 'voice') return
    this.voices++
    this.background += (power - this.background) / Math.min(this.voices, voiceFrames)
  }
}
