// Metrics of the running process, cheap enough for the 20 ms path: a counter is one field of one object. The admin
// room turns a `snapshot` into Prometheus text; this file knows nothing of Prometheus.

export type Counter = { value: number; add(amount?: number): void }
export type Gauge = { value: number }
/** `counts[i]` counts observations of at most `bounds[i]`; the last entry counts those above all bounds. */
export type Histogram = {
  bounds: readonly number[]
  counts: number[]
  sum: number
  observe(value: number): void
}

export type Labels = Record<string, string>
export type Sample = { name: string; help: string; labels: Labels } & (
  | { kind: 'counter' | 'gauge'; value: number }
  | { kind: 'histogram'; bounds: readonly number[]; counts: readonly number[]; sum: number }
)

/** Histogram bounds in milliseconds for the latencies of a turn. */
export const latencyBoundsMs = [
  5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000,
]

export class Metrics {
  private readonly metrics = new Map<string, { sample: () => Sample; metric: unknown }>()

  /** @param name in Prometheus style, with its unit: `frames_dropped_total` */
  counter(name: string, help: string, labels: Labels = {}): Counter {
    return this.once(name, labels, () => {
      const counter: Counter = {
        value: 0,
        add(amount = 1) {
          counter.value += amount
        },
      }
      return {
        metric: counter,
        sample: () => ({ kind: 'counter', name, help, labels, value: counter.value }),
      }
    })
  }

  gauge(name: string, help: string, labels: Labels = {}): Gauge {
    return this.once(name, labels, () => {
      const gauge: Gauge = { value: 0 }
      return { metric: gauge, sample: () => ({ kind: 'gauge', name, help, labels, value: gauge.value }) }
    })
  }

  histogram(name: string, help: string, bounds: readonly number[], labels: Labels = {}): Histogram {
    return this.once(name, labels, () => {
      const counts = new Array<number>(bounds.length + 1).fill(0)
      const histogram: Histogram = {
        bounds,
        counts,
        sum: 0,
        observe(value) {
          let i = 0
          while (i < bounds.length && value > bounds[i]) i++
          counts[i]++
          histogram.sum += value
        },
      }
      const sample = (): Sample => ({
        kind: 'histogram',
        name,
        help,
        labels,
        bounds,
        counts,
        sum: histogram.sum,
      })
      return { metric: histogram, sample }
    })
  }

  /** The present value of every metric, in order of first use. */
  snapshot(): Sample[] {
    return [...this.metrics.values()].map((entry) => entry.sample())
  }

  /** The same name and labels always return the same metric. */
  private once<T>(name: string, labels: Labels, create: () => { metric: T; sample: () => Sample }): T {
    const key = `${name}${JSON.stringify(Object.entries(labels).sort())}`
    let entry = this.metrics.get(key)
    if (!entry) {
      entry = create()
      this.metrics.set(key, entry)
    }
    return entry.metric as T
  }
}
