// Notices that no packet of sound comes any more: the network is gone, though the browser says so only after 5 s.
// Pure: counts and times are arguments.

/**
 * The server sends a packet every 20 ms, silence too. A move for nothing costs no sound, because the old peer is used
 * until the new one is connected; but a network that stalls by itself, or a stalled server, must not make the page move
 * again and again. So each stall after which packets came again doubles the patience, until the sound was steady for a
 * while. A network that is dead stays dead: it costs no patience.
 */
export const stallDefaults = { firstMs: 180, maxMs: 30_000, calmMs: 10_000, backMs: 400 } as const
/** A new peer's first packet may take longer than the gap between two. */
const beginningMs = 800

export class StallWatch {
  private count = 0
  /** When the last packet was noticed. */
  private atMs = 0
  /** When packets came again after the last stall. */
  private backAtMs = Number.NEGATIVE_INFINITY
  private patienceMs: number = stallDefaults.firstMs
  /** No packet comes. */
  isStalled = false

  /** A new peer is used. @param firstMs how long its first packet may take beyond the gap between two */
  begin(nowMs: number, firstMs = beginningMs): void {
    this.count = 0
    this.atMs = nowMs + firstMs
    this.isStalled = false
  }

  /** @param count packets received so far @returns whether the peer has stalled: once, until packets come again */
  look(count: number, nowMs: number): boolean {
    const { calmMs, firstMs, maxMs } = stallDefaults
    if (count > this.count) {
      this.count = count
      this.atMs = nowMs
      if (this.isStalled) {
        this.isStalled = false
        this.backAtMs = nowMs
        this.patienceMs = Math.min(2 * this.patienceMs, maxMs)
      } else if (nowMs - this.backAtMs > calmMs) this.patienceMs = firstMs
      return false
    }
    if (this.isStalled || nowMs - this.atMs < this.patienceMs) return false
    this.isStalled = true
    return true
  }

  /** Whether packets have come again for a while since the last stall: no other peer is needed. */
  isBack(nowMs: number): boolean {
    return !this.isStalled && nowMs - this.backAtMs >= stallDefaults.backMs
  }
}
