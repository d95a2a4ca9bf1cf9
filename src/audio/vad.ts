// Tells speech from the rest, frame by frame, on the call's thread: level over a noise floor that adapts, and a
// short linear prediction per frame, which knows tones (too predictable) and hiss (neighbouring samples do not
// resemble each other). What speech means for the turn is left to call/.

import { dbOf, frameMs, silenceDb } from './pcm.ts'
import { type Shape, ShapeMeter } from './shape.ts'

export type VadOptions = {
  /** A frame this much above the floor may begin speech, */
  startMarginDb: number
  /** and this much above it continues it, */
  stayMarginDb: number
  /** and this much above it does both where the line's noise is hiss, because then the shape tells the two apart. */
  hissMarginDb: number
  /** Below this, a frame is never speech. */
  minDb: number
  /** As minDb, while the agent speaks: above its echo. */
  agentMinDb: number
  /** So many frames like speech begin it; one other frame at a time may lie between them. */
  startFrames: number
  /** The state outlasts the last frame like speech by this. */
  hangMs: number
}

/** Chosen with the table in test/audio/vad.test.ts. */
export const vadDefaults = {
  startMarginDb: 7,
  stayMarginDb: 4,
  hissMarginDb: 2,
  minDb: -46,
  agentMinDb: -33,
  startFrames: 3,
  hangMs: 240,
} as const satisfies VadOptions

export type Voice = 'speech' | 'silence'

/** The floor is the least level, over 60 ms, in 8 stretches of 10 frames: speech has such gaps within 1.6 s. */
const stretches = 8
const stretchFrames = 10
const gapFrames = 3
/** No line is more silent than this for the purpose of a margin; silence suppression sends zeros. */
const minFloorDb = -60
/** The floor of a call that begins with speech, until something else was heard or 1.6 s have passed. */
const firstFloorDb = -38
/**
 * Levels of 320 ms that deviate by no more than this are noise, whatever their shape, until one is lower: rumble
 * deviates by 0.7 to 2.0 dB, the most even words by 2.2 and more. In the first 320 ms of a call, 120 will do.
 */
const steadyDb = 1.8
const steadyFrames = 16
const firstSteadyFrames = 6
/** Frames this near the floor are noise, and say of what shape it is. */
const nearFloorDb = 6
/** How fast that is learnt and forgotten: about 20 frames. */
const shapeRate = 0.05

/** One side of one call. Nothing is allocated after construction; a frame costs 1 to 3 µs. */
export class Vad {
  private readonly options: VadOptions
  private readonly meter = new ShapeMeter()
  private readonly least = new Float64Array(stretches)
  private readonly recent = new Float64Array(steadyFrames)
  private frames = 0
  /** How much of the line's noise is hiss, 0 to 1. */
  private hiss = 0.5
  /** Whether the floor comes from anything but the first seconds' voice. */
  private learnt = false
  private level = silenceDb
  private lastShape: Shape = 'hiss'
  private floor = minFloorDb
  private run = 0
  private missed = 0
  private speaking = false
  private ms = 0

  constructor(options: Partial<VadOptions> = {}) {
    this.options = { ...vadDefaults, ...options }
    this.reset()
  }

  /** Level of the last frame in dBFS, without its mean. */
  get levelDb(): number {
    return this.level
  }

  /** Shape of the last frame. */
  get shape(): Shape {
    return this.lastShape
  }

  /** Level of the line's noise in dBFS, as learnt so far. */
  get floorDb(): number {
    return this.floor
  }

  /**
   * How long the present speech has lasted up to its last frame like speech, counting only frames like speech:
   * what barge-in asks. 0 in silence.
   */
  get speechMs(): number {
    return this.ms
  }

  /** Since the last frame like speech, or since the beginning: what endpointing asks. */
  get silenceMs(): number {
    return this.missed * frameMs
  }

  /**
   * Hears the next frame.
   *
   * @param frame 160 samples of 8 kHz, left alone
   * @param agentSpeaks whether the agent's voice may come back as echo now: speech must then be louder
   */
  push(frame: Int16Array, agentSpeaks = false): Voice {
    const { options } = this
    const shape = this.meter.measure(frame)
    this.lastShape = shape
    this.level = dbOf(this.meter.rms)
    this.learn(shape)
    const margin =
      this.hiss > 0.5 ? options.hissMarginDb : this.speaking ? options.stayMarginDb : options.startMarginDb
    const least = agentSpeaks ? options.agentMinDb : options.minDb
    if (shape === 'voice' && this.level >= this.floor + margin && this.level >= least) {
      this.missed = 0
      this.run++
      this.ms = this.run * frameMs
      if (this.run >= options.startFrames) this.speaking = true
    } else {
      this.missed++
      if (this.speaking ? this.missed * frameMs > options.hangMs : this.missed > 1) this.endSpeech()
    }
    return this.speaking ? 'speech' : 'silence'
  }

  /** Forgets everything, for the next call. */
  reset(): void {
    this.least.fill(0)
    this.recent.fill(0)
    this.frames = 0
    this.hiss = 0.5
    this.learnt = false
    this.level = silenceDb
    this.floor = minFloorDb
    this.missed = 0
    this.endSpeech()
  }

  private endSpeech(): void {
    this.speaking = false
    this.run = 0
    this.ms = 0
  }

  /** Learns the floor from the last frame. */
  private learn(shape: Shape): void {
    const { recent } = this
    recent[this.frames % steadyFrames] = this.level
    const at = Math.floor(this.frames / stretchFrames) % stretches
    if (this.frames % stretchFrames === 0) this.least[at] = 0
    this.frames++
    const heard = Math.min(steadyFrames, this.frames)
    let gap = silenceDb
    let sum = 0
    let squares = 0
    for (let age = 1; age <= heard; age++) {
      const level = recent[(this.frames - age) % steadyFrames]!
      if (age <= gapFrames) gap = Math.max(gap, level)
      sum += level
      squares += level * level
    }
    const mean = sum / heard
    const steady = heard >= firstSteadyFrames && squares / heard - mean * mean < steadyDb ** 2
    const begins = this.frames <= stretches * stretchFrames
    if (begins && shape === 'voice' && !steady && this.level > firstFloorDb) {
      if (!this.learnt) this.floor = firstFloorDb
      return
    }
    this.learnt = true
    if (steady) this.least.fill(mean)
    this.least[at] = Math.min(gap, this.least[at]!)
    let floor = 0
    for (let i = 0; i < stretches; i++) floor = Math.min(floor, this.least[i]!)
    this.floor = Math.max(minFloorDb, floor)
    if (this.level < this.floor + nearFloorDb)
      this.hiss += ((shape === 'hiss' ? 1 : 0) - this.hiss) * shapeRate
  }
}
