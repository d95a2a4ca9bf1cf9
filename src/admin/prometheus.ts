// The process's numbers as Prometheus text, written by prom-client: ours from base/metrics.ts, which are cheap enough
// for the 20 ms path and know nothing of Prometheus, and those about the process, under prom-client's names for them.
// A scrape reads them by `collect`: 254 series beside 100 calls held the event loop for 1.5 ms (p99 5.0; the very first
// 6.8, when nothing is compiled yet). prom-client's default metrics are not collected: they ask for heap space
// statistics, for which Bun walks the heap, 50 to 65 ms a scrape with 400 000 objects, on the thread that plays the
// calls.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics, Sample } from '../base/metrics.ts'

export const prometheusContentType = Registry.PROMETHEUS_CONTENT_TYPE

/** Before our names, so that they stand together on a shared server. */
const prefix = 'voicebot_'

type MetricKind = Sample['kind']
/** All samples of one name and kind. */
type Family<K extends MetricKind = MetricKind> = (Sample & { kind: K })[]

/** @returns what makes the whole text: ours first, then the process's; the event loop is watched from now on */
export function createExposition(metrics: Metrics): () => Promise<string> {
  const ours = new Told(metrics)
  const ofTheProcess = processRegistry()
  return async () => {
    const texts = [ours.text(), ofTheProcess.metrics()]
    return (await Promise.all(texts)).join('\n')
  }
}

/** What base/metrics.ts counts, as prom-client's metrics, one for each name. A new name is taken in when it is there. */
class Told {
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
    const about = { name: prefix + name, help, labelNames, registers: [this.registry] }
    switch (kind) {
      case 'counter':
        new Counter({
          ...about,
          collect() {
            this.reset()
            // A count that is none would be refused, and cost the scrape all the others.
            for (const { labels, value } of family() as Family<'counter'>)
              this.inc(labels, Math.max(0, value) || 0)
          },
        })
        return
      case 'gauge':
        new Gauge({
          ...about,
          collect() {
            this.reset()
            for (const { labels, value } of family() as Family<'gauge'>) this.set(labels, value)
          },
        })
        return
      case 'histogram':
        new CountedHistogram(about, family as () => Family<'histogram'>)
    }
  }
}

/** By name; of a name that was used for two kinds, the first counts. */
function familiesOf(samples: readonly Sample[]): Map<string, Family> {
  const families = new Map<string, Family>()
  for (const sample of samples) {
    const family = families.get(sample.name)
    if (family === undefined) families.set(sample.name, [sample])
    else if (family[0]!.kind === sample.kind) family.push(sample)
  }
  return families
}

type About = { name: string; help: string; labelNames: string[]; registers: Registry[] }
type HistogramText = Awaited<ReturnType<Histogram['get']>>

/** prom-client's own histogram counts by itself; this one is told the counts. */
class CountedHistogram extends Histogram {
  constructor(
    private readonly about: About,
    private readonly family: () => Family<'histogram'>,
  ) {
    super(about)
  }

  override async get(): Promise<HistogramText> {
    const { name, help } = this.about
    const values = this.family().flatMap((sample) => valuesOf(name, sample))
    return { name, help, type: 'histogram', values } as unknown as HistogramText
  }

  /** What the registry asks; by another name than `get` because its own labels are shared there. */
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

/** The event loop's delay is that since the last look, 0 when nothing was measured since. */
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
    help: 'Processor time, user and system',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
  gauge('process_resident_memory_bytes', 'Memory in use', () => process.memoryUsage.rss())
  gauge('process_start_time_seconds', 'When the process began, since 1970', () =>
    Math.round(performance.timeOrigin / 1_000),
  )
  const lag = (name: string, nanoseconds: () => number) =>
    gauge(`nodejs_eventloop_lag_${name}_seconds`, 'Delay of the event loop', () => (nanoseconds() || 0) / 1e9)
  lag('mean', () => delay.mean)
  lag('p99', () => delay.percentile(99))
  lag('max', () => {
    const { max } = delay
    delay.reset()
    return max
  })
  return registry
}
