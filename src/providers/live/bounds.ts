// How often all calls of this process together may open recogniser sockets anew, and how much audio they may send a
// second time. When a vendor fails, every call reconnects at the same moment; without a bound, 20 calls opened 960
// sockets in 10 s and sent 4 768 s of audio, which is billed.

import type { Clock } from '../../base/clock.ts'

/** A bucket that fills with time: `most` at once, then `perS` a second. */
export class Bucket {
  private level: number
  private atMs: number

  constructor(
    private readonly clock: Clock,
    private readonly most: number,
    private readonly perS: number,
  ) {
    this.level = most
    this.atMs = clock.now()
  }

  /** @returns whether there was enough; if not, nothing is taken */
  take(amount: number): boolean {
    this.fill()
    if (amount > this.level) return false
    this.level -= amount
    return true
  }

  /** @returns how long until `amount` can be taken, in ms; 0 when it can be taken now */
  waitMs(amount: number): number {
    this.fill()
    return Math.max(0, ((amount - this.level) * 1_000) / this.perS)
  }

  private fill(): void {
    const nowMs = this.clock.now()
    this.level = Math.min(this.most, this.level + ((nowMs - this.atMs) * this.perS) / 1_000)
    this.atMs = nowMs
  }
}

/** Sockets: each of 250 calls may reconnect once at the same moment, which is what a vendor's restart costs. */
export const createReconnectBound = (clock: Clock) => new Bucket(clock, 250, 10)
/** Audio of one process in ms: 250 calls with 4 s each, then 20 s a second. */
export const createReplayBound = (clock: Clock) => new Bucket(clock, 1_000_000, 20_000)
/** Audio of one call in ms: three full buffers, then as much as is spoken. */
export const createCallReplayBound = (clock: Clock) => new Bucket(clock, 45_000, 1_000)
