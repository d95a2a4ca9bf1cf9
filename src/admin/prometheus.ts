// Writes the metrics as Prometheus text with prom-client: ours from base/metrics.ts, which are cheap enough for the
// 20 ms path and know nothing of Prometheus, and a few about the process, under prom-client's usual names. A scrape
// reads them in `collect`: 254 series beside 100 calls held the event loop for 1.5 ms (p99 5.0; the first scrape 6.8,
// before anything is compiled). prom-client's default metrics are left out: they request heap space statistics, for
// which Bun walks the heap, 50 to 65 ms per scrape with 400 000 objects, on the thread that plays the calls.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { descriptors } from '../base/descriptors.ts'
import type { Metrics, Sample } from '../base/metrics.ts'

export const prometheusContentType = Registry.PROMETHEUS_CONTENT_TYPE

/** Prefix of our metrics, so that they sort together on a shared Prometheus server. */
const prefix = 'voicebot_'

type MetricKind = Sample['kind']
/** All samples of one name and kind. */
type Family<K extends MetricKind = MetricKind> = (Sample & { kind: K })[]

/**
 * Starts to measure the event loop's delay.
 *
 * @returns a function that writes the whole text: our metrics first, then those of the process
 */
export function createExposition(metrics: Metrics): () => Promise<string> {
  const own = new OwnMetrics(metrics)
  const ofTheProcess = processRegistry()
  return async () => {
    const texts = [own.text(), ofTheProcess.metrics()]
    return (await Promise.all(texts)).join('\n')
  }
}

/** The metrics of base/metrics.ts as prom-client metrics, one per name. A new name is registered at the next scrape. */
class OwnMetrics {
  private readonly registry = new Registry()
  private families = new Map<string, Family>()
  private readonly labelNames = new Map<string, ReadonlySet<string>>()

  constructor(private readonly metrics: Metrics) {}

  text(): Promise<string> {
    this.families = familiesOf(this.metrics.snapshot())
    for (const [name, family] of this.families) {
      const names = new Set(family.flatMap(({ labels }) => Object.keys(labels)))
      const known = this.labelNames.get(name)
      if (known && names.isSubsetOf(known)) continue
      this.registry.removeSingleMetric(prefix + name)
      this.labelNames.set(name, names)
      this.register(name, family[0]!, [...names])
    }
    return this.registry.metrics()
  }

  private register(name: string, { kind, help }: Sample, labelNames: string[]): void {
    const family = () => this.families.get(name) ?? []
    const options = { name: prefix + name, help, labelNames, registers: [this.registry] }
    switch (kind) {
      case 'counter':
        new Counter({
          ...options,
          collect() {
            this.reset()
            // prom-client rejects NaN and negative counts, which would fail the whole scrape.
            for (const { labels, value } of family() as Family<'counter'>)
              this.inc(labels, Math.max(0, value) || 0)
          },
        })
        return
      case 'gauge':
        new Gauge({
          ...options,
          collect() {
            this.reset()
            for (const { labels, value } of family() as Family<'gauge'>) this.set(labels, value)
          },
        })
        return
      case 'histogram':
        new CountedHistogram(options, family as () => Family<'histogram'>)
    }
  }
}

/** Groups samples by name; when a name was used for two kinds, the first kind wins. */
function familiesOf(samples: readonly Sample[]): Map<string, Family> {
  const families = new Map<string, Family>()
  for (const sample of samples) {
    const family = families.get(sample.name)
    if (family === undefined) families.set(sample.name, [sample])
    else if (family[0]!.kind === sample.kind) family.push(sample)
  }
  return families
}

type MetricOptions = { name: string; help: string; labelNames: string[]; registers: Registry[] }
type HistogramText = Awaited<ReturnType<Histogram['get']>>

/** A histogram whose counts come from base/metrics.ts; prom-client's own would count by itself. */
class CountedHistogram extends Histogram {
  constructor(
    private readonly metric: MetricOptions,
    private readonly family: () => Family<'histogram'>,
  ) {
    super(metric)
  }

  override async get(): Promise<HistogramText> {
    const { name, help } = this.metric
    const values = this.family().flatMap((sample) => valuesOf(name, sample))
    return { name, help, type: 'histogram', values } as unknown as HistogramText
  }

  /** What the registry calls to write the text. */
  getForPromString(): Promise<HistogramText> {
    return this.get()
  }
}

function valuesOf(name: string, sample: Family<'histogram'>[number]): HistogramText['values'] {
  const { labels, bounds, counts, sum } = sample
  const values: HistogramText['values'] = []
  let total = 0
  for (const [i, count] of counts.entries()) {
    total += count
    const le = i < bounds.length ? String(bounds[i]) : '+Inf'
    values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: total })
  }
  values.push({ metricName: `${name}_sum`, labels, value: sum })
  values.push({ metricName: `${name}_count`, labels, value: total })
  return values
}

/** Metrics of the process. The event loop's longest delay is that since the last scrape, 0 when none was measured. */
function processRegistry(): Registry {
  const registry = new Registry()
  const registers = [registry]
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read())
      },
    })
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'User and system processor time in seconds',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
  gauge('process_resident_memory_bytes', 'Resident memory in bytes', () => process.memoryUsage.rss())
  gauge('process_start_time_seconds', 'Start of the process, in seconds since 1970', () =>
    Math.round(performance.timeOrigin / 1_000),
  )
  if (descriptors() !== undefined) {
    gauge('process_open_fds', 'Open file descriptors', () => descriptors()?.open ?? 0)
    gauge('process_max_fds', 'Most file descriptors that the process may open', () => descriptors()?.max ?? 0)
  }
  const lag = (name: string, nanoseconds: () => number) =>
    gauge(
      `nodejs_eventloop_lag_${name}_seconds`,
      'Delay of the event loop in seconds',
      () => (nanoseconds() || 0) / 1e9,
    )
  lag('mean', () => delay.mean)
  lag('p99', () => delay.percentile(99))
  lag('max', () => {
    const { max } = delay
    delay.reset()
    return max
  })
  return registry
}
