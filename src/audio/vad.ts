// Tells speech from the rest, frame by frame, on the call's thread: level over a noise floor that adapts, and a
// short linear prediction per frame, which knows tones (too predictable) and hiss (neighbouring samples do not
// resemble each other). What speech means for the turn is left to call/.

import { dbOf, frameMs, silenceDb } from './pcm.ts'
import { type Shape, ShapeMeter } from './shape.ts'

export type VadOptions = {
  /** A frame this much above the floor may begin speech. */
  startMarginDb: number
  /** A frame this much above the floor continues it. */
  stayMarginDb: number
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
  startMarginDb: 6,
  stayMarginDb: 4,
  minDb: -46,
  agentMinDb: -33,
  startFrames: 3,
  hangMs: 240,
} as const satisfies VadOptions

export type Voice = 'speech' | 'silence'

/** The floor is the least level in 8 stretches of 10 frames, 1.6 s: speech has its gaps in that time. */
const stretches = 8
const stretchFrames = 10
/** The least of many levels of steady noise lies about this much below their mean. */
const floorBiasDb = 1.5
/** No line is more silent than this for the purpose of a margin; silence suppression sends zeros. */
const minFloorDb = -60
/** A call that begins with speech must not take it for the floor, as long as the 1.6 s have not passed. */
const maxFirstFloorDb = -38
/** Levels within `steadyDb` of each other for 320 ms are noise, whatever their shape, until one is lower. */
const steadyFrames = 16
const steadyDb = 4

/** One side of one call. Nothing is allocated after construction; a frame costs 1 to 3 µs. */
export class Vad {
  private readonly options: VadOptions
  private readonly meter = new ShapeMeter()
  private readonly least = new Float64Array(stretches)
  private readonly recent = new Float64Array(steadyFrames)
  private frames = 0
  private level = silenceDb
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
    this.level = dbOf(this.meter.rms)
    this.learn(shape)
    const margin = this.speaking ? options.stayMarginDb : options.startMarginDb
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

  /** Learns the floor from the last frame's level. */
  private learn(shape: Shape): void {
    const at = Math.floor(this.frames / stretchFrames) % stretches
    if (this.frames % stretchFrames === 0) this.least[at] = 0
    if (this.level < this.least[at]!) this.least[at] = this.level
    this.recent[this.frames % steadyFrames] = this.level
    this.frames++
    let low = 0
    let high = silenceDb
    for (let i = 0; i < steadyFrames; i++) {
      low = Math.min(low, this.recent[i]!)
      high = Math.max(high, this.recent[i]!)
    }
    if (this.frames >= steadyFrames && high - low < steadyDb) this.least.fill(low)
    let floor = 0
    for (let i = 0; i < stretches; i++) floor = Math.min(floor, this.least[i]!)
    floor = Math.max(minFloorDb, floor + floorBiasDb)
    const first = this.frames < stretches * stretchFrames && shape === 'voice' && high - low >= steadyDb
    this.floor = first ? Math.min(floor, maxFirstFloorDb) : floor
  }
}
