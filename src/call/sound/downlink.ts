// The agent's frames on their way to the caller: one per tick, speech or silence, made, sent, then recorded and passed
// to operators who listen. The first frame of speech may leave before its tick. The speaker decides what is said, the
// ticker when.

import type { EchoCanceller } from '../../audio/echo-canceller.ts'
import { frameMs, frameSamples } from '../../audio/pcm.ts'
import type { Clock } from '../../base/clock.ts'
import type { Connection } from '../connection.ts'
import type { WaitingKind, WaitingSound } from './waiting.ts'

/** Takes one tick of both sides: 160 samples each, null for silence, valid until return. Must not throw. */
export type AudioTap = (caller: Int16Array | null, agent: Int16Array | null) => void

export type DownlinkDeps = {
  clock: Clock
  connection: Pick<Connection, 'sendFrame' | 'sendSilence'>
  /** Fills the next frame, 160 samples. @returns false when there is nothing to say */
  next: (frame: Int16Array) => boolean
  recorder: { agent(frame: Int16Array | null, nowMs: number): void } | undefined
  /** Takes what the caller's telephone may send back. */
  echo?: Pick<EchoCanceller, 'sent'> | undefined
  /** Fills the silence between what is said; undefined leaves it. */
  waiting?: { sound: WaitingSound; wanted: (nowMs: number) => WaitingKind | undefined } | undefined
}

/** Silence between the last word and the hang-up, so that the phone's jitter buffer plays to the end. */
export const lastWordsTailMs = 240
/** The first frame waits for a tick that is nearer than this, in ms; our own share of a turn may be 15 ms. */
const earlyFromMs = 12

export class Downlink {
  private readonly frame = new Int16Array(frameSamples)
  private readonly taps = new Set<AudioTap>()
  private readonly callerFrame = new Int16Array(frameSamples)
  private callerIsNew = false
  private tickedMs = Number.NEGATIVE_INFINITY
  /** Whether nothing was said in the last frame. */
  private wasSilent = true
  /** Whether the sound of waiting took its place. */
  private isFilled = false
  /** Whether a frame left before its tick; the next silent frame is then skipped. */
  private ahead = false
  /** Whether this tick sends a frame. */
  private sends = false

  constructor(private readonly deps: DownlinkDeps) {}

  /** Both sides, frame by frame, for an operator who listens. @returns unsubscribe */
  listen(tap: AudioTap): () => void {
    this.taps.add(tap)
    return () => this.taps.delete(tap)
  }

  /** Keeps the caller's frame for the operators who listen. @param frame 160 samples, copied */
  caller(frame: Int16Array): void {
    if (this.taps.size === 0) return
    this.callerFrame.set(frame)
    this.callerIsNew = true
  }

  /** Makes the frame of this tick. */
  beforeTick(nowMs: number): void {
    this.tickedMs = nowMs
    this.wasSilent = !this.deps.next(this.frame)
    this.sends = !this.wasSilent || !this.ahead
    if (!this.sends) this.ahead = false
    const { waiting } = this.deps
    if (waiting === undefined || !this.sends) return
    this.isFilled = this.wasSilent && waiting.sound.next(waiting.wanted(nowMs), this.frame)
    if (!this.wasSilent) waiting.sound.endUnder(this.frame)
  }

  /** Sends the frame that `beforeTick` made. */
  tick(): void {
    if (!this.sends) return
    if (this.wasSilent && !this.isFilled) this.deps.connection.sendSilence()
    else this.deps.connection.sendFrame(this.frame)
  }

  /**
   * Records that frame and passes it to the operators who listen. The record holds what was said, and neither noise nor
   * music. Music can come back from a telephone as a voice does; an echo of the noise is below anything that is heard.
   */
  afterTick(nowMs: number): void {
    if (!this.sends) return
    const said = this.wasSilent ? null : this.frame
    const heard = this.isFilled && this.deps.waiting?.sound.playing === 'music' ? this.frame : said
    this.deps.recorder?.agent(said, nowMs)
    this.deps.echo?.sent(heard)
    if (this.taps.size === 0) return
    for (const tap of this.taps) tap(this.callerIsNew ? this.callerFrame : null, heard)
    this.callerIsNew = false
  }

  /**
   * Sends the first frame of speech now when the next tick is far away. The silence after the speech is one frame
   * shorter in return, so the phone still gets one frame per 20 ms on average and never holds more than one in advance.
   * Only when the tick is far, because every such frame is off the phone's 20 ms grid.
   *
   * @returns whether a frame left
   */
  startEarly(): boolean {
    const nowMs = this.deps.clock.now()
    if (nowMs - this.tickedMs > frameMs - earlyFromMs) return false
    if (!this.wasSilent || this.ahead || !this.deps.next(this.frame)) return false
    this.ahead = true
    this.wasSilent = false
    this.isFilled = false
    this.sends = true
    this.deps.waiting?.sound.endUnder(this.frame)
    this.tick()
    this.afterTick(nowMs)
    return true
  }
}
