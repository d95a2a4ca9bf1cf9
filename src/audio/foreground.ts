// How far a voice stands out of the voices that were on the line before it. A caller's words are louder than those
// behind him and than the agent's own echo, and nothing else tells the three apart: all of them are speech.

export type ForegroundOptions = {
  /** The sound is the mean power of so many frames up to now. */
  soundFrames: number
  /** What was before it ends so many frames ago; at least `soundFrames`. */
  lagFrames: number
  /** Voices are averaged over so many of their frames, */
  voiceFrames: number
  /** and forgotten over so many of anything else. */
  forgetFrames: number
}

/**
 * With test/call/bargein-set.ts: over 500 ms, five voices stand out of themselves by 3 dB at most, the agent's echo
 * by 4, a caller 5 dB above either by 5 and more.
 */
export const foregroundDefaults = {
  soundFrames: 25,
  lagFrames: 30,
  voiceFrames: 100,
  forgetFrames: 500,
} as const satisfies ForegroundOptions

/** What a frame is to the background: another's voice, the caller's own, or no voice. */
export type Part = 'voice' | 'caller' | 'none'

/** One side of one call. Nothing is allocated after construction. */
export class Foreground {
  private readonly options: ForegroundOptions
  /** Powers of the last frames, 1 being full scale, and what they are. */
  private readonly powers: Float64Array
  private readonly parts: Part[]
  private heard = 0
  private voices = 0
  private background = 0
  private sum = 0

  constructor(options: Partial<ForegroundOptions> = {}) {
    this.options = { ...foregroundDefaults, ...options }
    this.powers = new Float64Array(this.options.lagFrames)
    this.parts = new Array<Part>(this.options.lagFrames).fill('none')
  }

  /** Frames heard since the beginning. */
  get frames(): number {
    return this.heard
  }

  /** Hears the level of the next frame in dBFS. */
  push(levelDb: number, part: Part): void {
    const { lagFrames, soundFrames } = this.options
    const at = this.heard % lagFrames
    const leaving = (this.heard + lagFrames - soundFrames) % lagFrames
    if (this.heard >= lagFrames) this.learn(this.powers[at]!, this.parts[at]!)
    const power = 10 ** (levelDb / 10)
    this.sum += power - this.powers[leaving]!
    this.powers[at] = power
    this.parts[at] = part
    this.heard++
  }

  /** The last `frames` frames were the caller's. */
  claim(frames: number): void {
    const { lagFrames } = this.options
    for (let age = 1; age <= Math.min(frames, lagFrames, this.heard); age++) {
      this.parts[(this.heard - age) % lagFrames] = 'caller'
    }
  }

  /** What sounds now is the background from here on. */
  settle(): void {
    this.background = this.sum / this.options.soundFrames
    this.voices = this.options.voiceFrames
    this.parts.fill('none')
  }

  /**
   * Level of the last 500 ms over the background voices', in dB.
   *
   * @param leastDb the background counts as no less than this
   */
  aboveDb(leastDb: number): number {
    const least = Math.max(this.background, 10 ** (leastDb / 10))
    return 10 * Math.log10(Math.max(1e-10, this.sum / this.options.soundFrames) / least)
  }

  /** How long ago, of the last 500 ms, the first frame was that stands out by `aboveDb`: where a voice began. */
  loudFrames(leastDb: number, aboveDb: number): number {
    const { lagFrames, soundFrames } = this.options
    const least = Math.max(this.background, 10 ** (leastDb / 10)) * 10 ** (aboveDb / 10)
    let frames = Math.min(soundFrames, this.heard)
    while (frames > 0 && this.powers[(this.heard - frames) % lagFrames]! < least) frames--
    return frames
  }

  /** The voices that were on the line were the caller's own: there is no background yet. */
  forget(): void {
    this.voices = 0
    this.background = 0
  }

  reset(): void {
    this.powers.fill(0)
    this.parts.fill('none')
    this.heard = 0
    this.voices = 0
    this.background = 0
    this.sum = 0
  }

  private learn(power: number, part: Part): void {
    const { voiceFrames, forgetFrames } = this.options
    if (part === 'none') this.background -= this.background / forgetFrames
    if (part !== 'voice') return
    this.voices++
    this.background += (power - this.background) / Math.min(this.voices, voiceFrames)
  }
}
