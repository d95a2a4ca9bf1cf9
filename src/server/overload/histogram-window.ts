// What a histogram has taken lately, from its counts now and at earlier looks. So that what decides on overload is
// what the metrics show.

import type { Histogram } from '../../base/metrics.ts'

export class HistogramWindow {
  /** Counts at the last looks, oldest first; the arrays are used again and again. */
  private readonly seen: number[][]

  /** @param looks how many looks back the window reaches */
  constructor(
    private readonly histogram: Histogram,
    looks: number,
  ) {
    this.seen = Array.from({ length: looks }, () => [...histogram.counts])
  }

  /**
   * Ends a look.
   *
   * @param share 0.95 for p95
   * @param least with fewer values nothing is known
   * @returns a value that this share of the window's values does not exceed by much: the lower bound of its bucket. 0
   *   where nothing is known
   */
  look(share: number, least = 1): number {
    const value = this.between(this.seen[0]!, this.histogram.counts, share, least)
    this.end()
    return value
  }

  /**
   * The same, as far as it has lasted: at most what holds for each half of the window alone. One stall makes all that
   * waited late, in a single moment.
   */
  lasting(share: number, least: number): number {
    const { counts } = this.histogram
    const [oldest, middle] = [this.seen[0]!, this.seen[this.seen.length >> 1]!]
    const value = Math.min(
      this.between(oldest, counts, share, least),
      this.between(oldest, middle, share, 1),
      this.between(middle, counts, share, 1),
    )
    this.end()
    return value
  }

  private between(from: readonly number[], to: readonly number[], share: number, least: number): number {
    const { bounds } = this.histogram
    let values = 0
    for (let i = 0; i < to.length; i++) values += to[i]! - from[i]!
    let left = values * (1 - share)
    let at = to.length - 1
    while (at > 0 && left - (to[at]! - from[at]!) >= 0) {
      left -= to[at]! - from[at]!
      at--
    }
    return values < least || at === 0 ? 0 : bounds[at - 1]!
  }

  private end(): void {
    const { counts } = this.histogram
    const oldest = this.seen.shift()!
    for (let i = 0; i < counts.length; i++) oldest[i] = counts[i]!
    this.seen.push(oldest)
  }
}
