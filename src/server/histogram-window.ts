// What a histogram has taken lately, from its counts now and at earlier looks. So that what decides on overload is
// what the metrics show.

import type { Histogram } from '../base/metrics.ts'

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
    const { bounds, counts } = this.histogram
    const oldest = this.seen.shift()!
    let values = 0
    for (let i = 0; i < counts.length; i++) values += counts[i]! - oldest[i]!
    let left = values * (1 - share)
    let at = counts.length - 1
    while (at > 0 && left - (counts[at]! - oldest[at]!) >= 0) {
      left -= counts[at]! - oldest[at]!
      at--
    }
    for (let i = 0; i < counts.length; i++) oldest[i] = counts[i]!
    this.seen.push(oldest)
    return values < least || at === 0 ? 0 : bounds[at - 1]!
  }
}
