// Notices that no packet of sound comes any more: the network is gone, though the browser says so only after 5 s.
// Pure: counts and times are arguments.

/**
 * The server sends a packet every 20 ms, silence too. A move for nothing costs no sound, because the old peer is used
 * until the new one is connected; but a network that stalls by itself, or a stalled server, must not make the page move
 * again and again. So each stall doubles the patience, until the sound was steady for a while.
 */
export const stallDefaults = { firstMs: 180, maxMs: 30_000, calmMs: 10_000 } as const
/** A new peer's first packet may take longer than the gap between two. */
const beginningMs = 800

export class StallWatch {
  private count = 0
  /** When the last packet was noticed. */
  private atMs = 0
  private stalledAtMs = Number.NEGATIVE_INFINITY
  private patienceMs: number = stallDefaults.firstMs

  /** A new peer is used. */
  begin(nowMs: number): void {
    this.count = 0
    this.atMs = nowMs + beginningMs
  }

  /** @param count packets received so far @returns whether the peer has stalled: once for each patience */
  look(count: number, nowMs: number): boolean {
    const { calmMs, firstMs, maxMs } = stallDefaults
    if (count > this.count) {
      this.count = count
      this.atMs = nowMs
      if (nowMs - this.stalledAtMs > calmMs) this.patienceMs = firstMs
      return false
    }
    if (nowMs - this.atMs < this.patienceMs) return false
    this.stalledAtMs = nowMs
    this.patienceMs = Math.min(2 * this.patienceMs, maxMs)
    return true
  }
}
