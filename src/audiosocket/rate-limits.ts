// Rate limits on what one peer sends, so that no peer costs more than one call. Audio faster than real time and keys
// faster than a person presses them are dropped and counted. A peer whose messages keep the decoder busy beyond any
// call's need is a flood, and its connection is closed.

import type { Clock } from '../base/clock.ts'

export type RateLimitOptions = {
  /** Frames that may come at once after the network or a blocked event loop held them; Asterisk gives up after 2 s. */
  burstFrames: number
  /** A little faster than real time, because the clocks of two machines differ. */
  framesPerS: number
  burstKeys: number
  keysPerS: number
  /** Units of decoding work: 1 per message and 1 per 256 bytes. 192 kHz audio costs 1 600/s, telephone audio 110/s. */
  burstWork: number
  workPerS: number
}
const rateLimitDefaults = {
  burstFrames: 100,
  framesPerS: 60,
  burstKeys: 40,
  keysPerS: 20,
  burstWork: 6_000,
  workPerS: 5_000,
} as const satisfies RateLimitOptions

/** Three token buckets, one set per connection. `refill` is called once per chunk; all else is one subtraction. */
export class RateLimits {
  private frames: number
  private keys: number
  private work: number
  private atMs: number

  constructor(
    private readonly clock: Clock,
    private readonly options: RateLimitOptions = rateLimitDefaults,
  ) {
    this.frames = options.burstFrames
    this.keys = options.burstKeys
    this.work = options.burstWork
    this.atMs = clock.now()
  }

  refill(now = this.clock.now()): void {
    const { burstFrames, framesPerS, burstKeys, keysPerS, burstWork, workPerS } = this.options
    const seconds = (now - this.atMs) / 1_000
    this.atMs = now
    this.frames = Math.min(burstFrames, this.frames + framesPerS * seconds)
    this.keys = Math.min(burstKeys, this.keys + keysPerS * seconds)
    this.work = Math.min(burstWork, this.work + workPerS * seconds)
  }

  /** @returns false when the frame is over the limit */
  frame(): boolean {
    if (this.frames < 1) return false
    this.frames--
    return true
  }

  /** @returns false when the key is over the limit */
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
