// A token bucket: so many at once, then so many a second.

import type { Clock } from '../base/clock.ts'

export class Bucket {
  private left: number
  private atMs: number

  constructor(
    private readonly clock: Clock,
    private readonly burst: number,
    private readonly perS: number,
  ) {
    this.left = burst
    this.atMs = clock.now()
  }

  /** @returns false when the rate is exceeded; nothing is taken then */
  take(amount = 1): boolean {
    const now = this.clock.now()
    this.left = Math.min(this.burst, this.left + ((now - this.atMs) / 1_000) * this.perS)
    this.atMs = now
    if (this.left < amount) return false
    this.left -= amount
    return true
  }
}
