// The frames of one call on their way to the caller: one a tick, speech or silence, made, sent, then recorded and shown
// to a supervisor. The first frame of speech may leave before its tick. What is said is the speaker's, when is the
// ticker's.

import { frameMs, frameSamples } from '../../audio/pcm.ts'
import type { Clock } from '../../base/clock.ts'
import type { Connection } from '../connection.ts'

/** One tick of both sides: 160 samples each, null for silence, valid until return; must not throw. */
export type AudioTap = (caller: Int16Array | null, agent: Int16Array | null) => void

export type DownlinkDeps = {
  clock: Clock
  connection: Pick<Connection, 'sendFrame' | 'sendSilence'>
  /** Fills the next frame, 160 samples. @returns false when there is nothing to say */
  next: (frame: Int16Array) => boolean
  recorder: { agent(frame: Int16Array | null): void } | undefined
}

/** A tick nearer than this is waited for: the first frame is then late by less than the turn's 15 ms allow. */
const earlyFromMs = 12

export class Downlink {
  private readonly frame = new Int16Array(frameSamples)
  private readonly taps = new Set<AudioTap>()
  private readonly callerFrame = new Int16Array(frameSamples)
  private callerIsNew = false
  private tickedMs = Number.NEGATIVE_INFINITY
  /** The last frame was silence. */
  private wasSilent = true
  /** A frame left before its tick; the next silence makes up for it. */
  private ahead = false
  /** This tick sends a frame. */
  private sends = false

  constructor(private readonly deps: DownlinkDeps) {}

  /** Both sides, frame by frame, for a supervisor. @returns what ends it */
  listen(tap: AudioTap): () => void {
    this.taps.add(tap)
    return () => this.taps.delete(tap)
  }

  /** @param frame of the caller's, 160 samples, copied when somebody listens */
  caller(frame: Int16Array): void {
    if (this.taps.size === 0) return
    this.callerFrame.set(frame)
    this.callerIsNew = true
  }

  /** Makes the frame of this tick. */
  prepare(): void {
    this.tickedMs = this.deps.clock.now()
    this.wasSilent = !this.deps.next(this.frame)
    this.sends = !this.wasSilent || !this.ahead
    if (!this.sends) this.ahead = false
  }

  /** Sends it. */
  tick(): void {
    if (!this.sends) return
    if (this.wasSilent) this.deps.connection.sendSilence()
    else this.deps.connection.sendFrame(this.frame)
  }

  /** Records and shows it. */
  afterTick(): void {
    if (!this.sends) return
    const frame = this.wasSilent ? null : this.frame
    this.deps.recorder?.agent(frame)
    if (this.taps.size === 0) return
    for (const tap of this.taps) tap(this.callerIsNew ? this.callerFrame : null, frame)
    this.callerIsNew = false
  }

  /**
   * Speech that begins after silence does not wait for a tick that is far: its first frame leaves now, and the silence
   * after the speech is a frame shorter, so that the phone gets one frame per 20 ms all the same and never holds more
   * than one in advance. Only when it is far, because every such frame is off the phone's grid of 20 ms.
   *
   * @returns whether a frame left
   */
  startEarly(): boolean {
    if (this.deps.clock.now() - this.tickedMs > frameMs - earlyFromMs) return false
    if (!this.wasSilent || this.ahead || !this.deps.next(this.frame)) return false
    this.ahead = true
    this.wasSilent = false
    this.sends = true
    this.tick()
    this.afterTick()
    return true
  }
}
