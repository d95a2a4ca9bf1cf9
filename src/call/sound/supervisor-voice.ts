// The voice of a supervisor who has taken the call over: frames that come over the network in bursts leave one per
// tick. Nothing is allocated per frame.

import { frameSamples } from '../../audio/pcm.ts'

/** 200 ms; beyond this the newest frame is dropped, so that the supervisor is not heard ever later. */
const capacity = 10
/** Frames that are there before the first one leaves: 60 ms of jitter cause no gap. */
const prebuffer = 3
/** Samples above this are voice. */
const audible = 500
/** A voice has ended after this many quiet frames. */
const hangoverFrames = 25

export class SupervisorVoice {
  /** Whether a supervisor has the call. */
  isOn = false
  /** Whether the supervisor speaks just now. */
  isSpeaking = false
  private readonly frames = Array.from({ length: capacity }, () => new Int16Array(frameSamples))
  private first = 0
  private count = 0
  private isFlowing = false
  private quiet = 0

  /** Begins or ends; what waits is dropped. */
  switch(on: boolean): void {
    this.isOn = on
    this.isSpeaking = false
    this.isFlowing = false
    this.count = 0
    this.quiet = 0
  }

  /** @param frame 160 samples, copied @returns false when the frame was dropped */
  push(frame: Int16Array): boolean {
    if (!this.isOn || this.count === capacity) return false
    this.frames[(this.first + this.count) % capacity]!.set(frame)
    this.count++
    return true
  }

  /** Fills the next frame. @returns false for silence */
  next(out: Int16Array): boolean {
    if (!this.isFlowing && this.count < prebuffer) return false
    this.isFlowing = this.count > 0
    if (this.count === 0) return false
    const frame = this.frames[this.first]!
    out.set(frame)
    this.first = (this.first + 1) % capacity
    this.count--
    let peak = 0
    for (let i = 0; i < frameSamples; i++) peak = Math.max(peak, Math.abs(frame[i]!))
    this.quiet = peak > audible ? 0 : this.quiet + 1
    this.isSpeaking = this.quiet === 0 || (this.isSpeaking && this.quiet < hangoverFrames)
    return true
  }
}
