// When a page that moves its call offers a further peer beside those that are not connected yet: the network of a peer
// may die while it connects, and would be waited for in vain. Pure: times are arguments.

/** The first further peer follows after at least this, in ms, or after twice the usual time, up to `mostMs`. */
const leastMs = 250
/** Each further one after twice the time before, up to this. */
const mostMs = 1_000
/** When all have failed, the next one follows after this. */
const retryMs = 300
/** A peer is given up after this, or four times the usual time: at most four are connecting, as the server allows. */
const leastLifeMs = 2_000

export class MovePace {
  private dueMs = 0
  private waitMs = leastMs
  private usualMs = 0
  private pending = 0

  /** How long a peer of this move may take to connect. */
  get lifeMs(): number {
    return Math.max(leastLifeMs, 4 * this.usualMs)
  }

  /** A move begins, and with it the first peer. @param usualMs how long the last peer took to connect */
  begin(nowMs: number, usualMs: number): void {
    this.usualMs = usualMs
    this.waitMs = Math.min(Math.max(leastMs, 2 * usualMs), mostMs)
    this.dueMs = nowMs + this.waitMs
    this.pending++
  }

  /** @returns whether a further peer begins now */
  look(nowMs: number): boolean {
    if (nowMs < this.dueMs) return false
    this.waitMs = Math.min(2 * this.waitMs, Math.max(mostMs, 2 * this.usualMs))
    this.dueMs = nowMs + this.waitMs
    this.pending++
    return true
  }

  /** A peer was connected, or could not be. */
  ended(nowMs: number): void {
    this.pending--
    if (this.pending === 0) this.dueMs = Math.min(this.dueMs, nowMs + retryMs)
  }
}
