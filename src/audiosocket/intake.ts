// What one peer may bring, so that no peer costs more than a call. Audio beyond real time and keys beyond any thumb
// are left out and counted; a peer that keeps the decoder busy for nothing is a flood, and its connection ends.

import type { Clock } from '../base/clock.ts'

export type IntakeOptions = {
  /** Frames that may come at once: what the network or a blocked loop held back. Asterisk gives up after 2 s. */
  burstFrames: number
  /** A little faster than real time, because the clocks of two machines differ. */
  framesPerS: number
  burstKeys: number
  keysPerS: number
  /** One for each message, and one for each 256 bytes: 192 kHz audio is 1 600 a second, telephone audio 110. */
  burstWork: number
  workPerS: number
}
export const intakeDefaults = {
  burstFrames: 100,
  framesPerS: 60,
  burstKeys: 40,
  keysPerS: 20,
  burstWork: 6_000,
  workPerS: 5_000,
} as const satisfies IntakeOptions

/** One per connection. `refill` once a chunk, the rest is a subtraction each. */
export class Intake {
  private frames: number
  private keys: number
  private work: number
  private atMs: number

  constructor(
    private readonly clock: Clock,
    private readonly options: IntakeOptions = intakeDefaults,
  ) {
    this.frames = options.burstFrames
    this.keys = options.burstKeys
    this.work = options.burstWork
    this.atMs = clock.now()
  }

  refill(): void {
    const { burstFrames, framesPerS, burstKeys, keysPerS, burstWork, workPerS } = this.options
    const now = this.clock.now()
    const seconds = (now - this.atMs) / 1_000
    this.atMs = now
    this.frames = Math.min(burstFrames, this.frames + framesPerS * seconds)
    this.keys = Math.min(burstKeys, this.keys + keysPerS * seconds)
    this.work = Math.min(burstWork, this.work + workPerS * seconds)
  }

  /** @returns false when this frame is one too many */
  frame(): boolean {
    if (this.frames < 1) return false
    this.frames--
    return true
  }

  /** @returns false when this key is one too many */
  key(): boolean {
    if (this.keys < 1) return false
    this.keys--
    return true
  }

  /** @returns false when the peer floods */
  message(bytes: number): boolean {
    this.work -= 1 + (bytes >> 8)
    return this.work >= 0
  }
}
