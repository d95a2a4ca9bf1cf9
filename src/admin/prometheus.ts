// Writes the metrics as text for Prometheus (exposition format 0.0.4): ours from base/metrics.ts, which are cheap
// enough for the 20 ms path and know nothing of Prometheus, and a few about the process, under the names that its own
// clients use. Not by prom-client, which loads 87 files at the start, an eighth of its processor time.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { descriptors } from '../base/descriptors.ts'
import type { Labels, Metrics, Sample } from '../base/metrics.ts'

export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** Prefix of our metrics, so that they sort together on a shared Prometheus server. */
const prefix = 'voicebot_'

/**
 * Starts to measure the event loop's delay.
 *
 * @returns a function that writes the whole text: our metrics first, then those of the process
 */
export function createExposition(metrics: Metrics): () => string {
  const ofTheProcess = processSamples()
  return () => {
    const own = metrics.snapshot().map((sample) => ({ ...sample, name: prefix + sample.name }))
    return [...familiesOf(own), ...familiesOf(ofTheProcess())].map(familyText).join('\n')
  }
}

/** Groups samples by name; when a name was used for two kinds, the first kind wins. */
function familiesOf(samples: readonly Sample[]): Sample[][] {
  const families = new Map<string, Sample[]>()
  for (const sample of samples) {
    const family = families.get(sample.name)
    if (family === undefined) families.set(sample.name, [sample])
    else if (family[0]!.kind === sample.kind) family.push(sample)
  }
  return [...families.values()]
}

function familyText(family: readonly Sample[]): string {
  const { name, help, kind } = family[0]!
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${kind}\n${family.map(sampleText).join('')}`
}

function sampleText(sample: Sample): string {
  const { name, labels } = sample
  // Prometheus rejects a whole scrape for a count that is not a number or is negative.
  if (sample.kind !== 'histogram')
    return line(name, labels, sample.kind === 'gauge' ? sample.value : Math.max(0, sample.value) || 0)
  const { bounds, counts, sum } = sample
  let total = 0
  const buckets = counts.map((count, i) => {
    total += count
    return line(`${name}_bucket`, { ...labels, le: i < bounds.length ? String(bounds[i]) : '+Inf' }, total)
  })
  return `${buckets.join('')}${line(`${name}_sum`, labels, sum)}${line(`${name}_count`, labels, total)}`
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(
    ([key, text]) => `${key}="${escaped(text).replaceAll('"', '\\"')}"`,
  )
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}\n`
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

const numberText = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'

/** Metrics of the process. The event loop's longest delay is that since the last scrape, 0 when none was measured. */
function processSamples(): () => Sample[] {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const gauge = (name: string, help: string, value: number): Sample => ({
    ...{ kind: 'gauge', name, help, value },
    labels: {},
  })
  const lag = (name: string, nanoseconds: number) =>
    gauge(
      `nodejs_eventloop_lag_${name}_seconds`,
      'Delay of the event loop in seconds',
      (nanoseconds || 0) / 1e9,
    )
  return () => {
    const { user, system } = process.cpuUsage()
    const files = descriptors()
    const { mean, max } = delay
    const p99 = delay.percentile(99)
    delay.reset()
    return [
      {
        ...gauge(
          'process_cpu_seconds_total',
          'User and system processor time in seconds',
          (user + system) / 1e6,
        ),
        kind: 'counter',
      } as Sample,
      gauge('process_resident_memory_bytes', 'Resident memory in bytes', process.memoryUsage.rss()),
      gauge(
        'process_start_time_seconds',
        'Start of the process, in seconds since 1970',
        Math.round(performance.timeOrigin / 1_000),
      ),
      ...(files === undefined
        ? []
        : [
            gauge('process_open_fds', 'Open file descriptors', files.open),
            gauge('process_max_fds', 'Most file descriptors that the process may open', files.max),
          ]),
      ...[lag('mean', mean), lag('p99', p99), lag('max', max)],
    ]
  }
}
