// Detects speech frame by frame, on the call's thread: by the level over an adaptive noise floor, and by a short linear
// prediction, which recognises tones (too predictable) and hiss (neighbouring samples do not resemble each other).
// call/ decides what speech means for the turn.

import { dbOf, frameMs, silenceDb } from './pcm.ts'
import { type Shape, ShapeMeter } from './shape.ts'

export type VadOptions = {
  /** A frame this much above the floor may start speech. */
  startMarginDb: number
  /** A frame this much above the floor continues it. */
  stayMarginDb: number
  /** Margin for both where the line's noise is hiss: there the shape tells speech from noise. */
  hissMarginDb: number
  /** Below this, a frame is never speech. */
  minDb: number
  /** `minDb` while the agent speaks: above its echo. */
  agentMinDb: number
  /** This many frames like speech start it; single other frames may lie between them. */
  startFrames: number
  /** Speech goes on this long after the last frame like speech. */
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

/** The floor is the lowest level over 60 ms within 8 stretches of 10 frames: in 1.6 s speech has such gaps. */
const stretches = 8
const stretchFrames = 10
const gapFrames = 3
/** The floor counts as at least this: silence suppression sends zeros. */
const minFloorDb = -60
/** The floor of a call that starts with speech, until there was something else or 1.6 s have passed. */
const firstFloorDb = -38
/**
 * A sound whose level deviates by no more than this over 320 ms is noise, whatever its shape, until a level is lower:
 * rumble deviates by 0.7 to 2.0 dB, the most even words by 2.2 or more. In the first 320 ms of a call, 120 ms suffice.
 */
const steadyDb = 1.8
const steadyFrames = 16
const firstSteadyFrames = 6
/** Frames this near the floor are noise, and show its shape. */
const nearFloorDb = 6
/** How fast the shape is learnt and forgotten: over about 20 frames. */
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
  /** Whether the floor was measured, rather than assumed under speech at the start. */
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

  /** Level of the line's noise in dBFS, as far as learnt. */
  get floorDb(): number {
    return this.floor
  }

  /**
   * Duration of the present speech, counting only frames that sound like speech; barge-in uses it. 0 in silence.
   */
  get speechMs(): number {
    return this.ms
  }

  /** Time since the last frame that sounded like speech, or since the start; endpointing uses it. */
  get silenceMs(): number {
    return this.missed * frameMs
  }

  /**
   * Takes the next frame.
   *
   * @param frame 160 samples of 8 kHz, not changed
   * @param agentSpeaks whether the agent's voice may come back as echo now: then speech must be louder
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

  /** Clears all state, for the next call. */
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
