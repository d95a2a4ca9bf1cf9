// Metrics of another thread: it reports what has changed, and the thread that shows the metrics adds that to its own.
// Counters and histograms travel as what was added since the last report, so that a thread that is started anew, and
// counts from 0, takes nothing away.

import type { Metrics, Sample } from './metrics.ts'

/** A sample whose counts are those since the last report; a gauge has its present value. */
export type MetricChange = Sample

export class MetricsReport {
  /** What was reported of each metric, in the order of the metrics. */
  private readonly reported: Sample[] = []

  constructor(private readonly metrics: Metrics) {}

  /** @returns every metric that has changed since the last call, and every one that is new */
  changes(): MetricChange[] {
    const changes: MetricChange[] = []
    for (const [i, now] of this.metrics.snapshot().entries()) {
      const change = difference(now, this.reported[i])
      if (change) changes.push(change)
      this.reported[i] = now.kind === 'histogram' ? { ...now, counts: [...now.counts] } : now
    }
    return changes
  }
}

function difference(now: Sample, before: Sample | undefined): MetricChange | undefined {
  if (before === undefined) return now.kind === 'histogram' ? { ...now, counts: [...now.counts] } : now
  if (now.kind === 'histogram' && before.kind === 'histogram') {
    const counts = now.counts.map((count, i) => count - before.counts[i]!)
    return counts.some((count) => count > 0) ? { ...now, counts, sum: now.sum - before.sum } : undefined
  }
  if (now.kind === 'histogram' || before.kind === 'histogram' || now.value === before.value) return undefined
  return { ...now, value: now.kind === 'gauge' ? now.value : now.value - before.value }
}

/** Adds the changes of another thread. */
export function addChanges(metrics: Metrics, changes: readonly MetricChange[]): void {
  for (const change of changes) {
    const { name, help, labels } = change
    if (change.kind === 'histogram') {
      const histogram = metrics.histogram(name, help, change.bounds, labels)
      for (const [i, count] of change.counts.entries()) histogram.counts[i]! += count
      histogram.sum += change.sum
    } else if (change.kind === 'counter') metrics.counter(name, help, labels).add(change.value)
    else metrics.gauge(name, help, labels).value = change.value
  }
}
