// The process's numbers as Prometheus text (exposition format 0.0.4): ours from base/metrics.ts, and those about the
// process, under the names that prom-client has for them. Not by prom-client itself: its default metrics ask for heap
// space statistics, for which Bun walks the heap, 50 to 65 ms per scrape with 400 000 objects, on the thread that
// plays the calls. What is asked for here takes less than 1 ms.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Labels, Metrics, Sample } from '../base/metrics.ts'

export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** @param prefix put before our names, so that they stand together on a shared server */
export function prometheusText(samples: readonly Sample[], prefix = 'voicebot_'): string {
  const families = new Map<string, Sample[]>()
  for (const sample of samples) {
    const family = families.get(sample.name)
    if (family) family.push(sample)
    else families.set(sample.name, [sample])
  }
  const lines: string[] = []
  for (const [name, family] of families) {
    const first = family[0]
    lines.push(`# HELP ${prefix}${name} ${escapeHelp(first.help)}`, `# TYPE ${prefix}${name} ${first.kind}`)
    for (const sample of family)
      if (sample.kind === first.kind) lines.push(...sampleLines(prefix + name, sample))
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

function sampleLines(name: string, sample: Sample): string[] {
  if (sample.kind !== 'histogram') return [`${name}${labelText(sample.labels)} ${numberText(sample.value)}`]
  const lines: string[] = []
  let total = 0
  for (const [i, count] of sample.counts.entries()) {
    total += count
    const le = i < sample.bounds.length ? numberText(sample.bounds[i]) : '+Inf'
    lines.push(`${name}_bucket${labelText({ ...sample.labels, le })} ${total}`)
  }
  lines.push(`${name}_sum${labelText(sample.labels)} ${numberText(sample.sum)}`)
  lines.push(`${name}_count${labelText(sample.labels)} ${total}`)
  return lines
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"')
}

function escapeHelp(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}

/** @returns what makes the whole text: ours first, then the process's; the event loop is watched from now on */
export function createExposition(metrics: Metrics): () => string {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  return () => prometheusText(metrics.snapshot()) + prometheusText(processSamples(delay), '')
}

/** The event loop's delay is that since the last look, 0 when nothing was measured since. */
function processSamples(delay: ReturnType<typeof monitorEventLoopDelay>): Sample[] {
  const { user, system } = process.cpuUsage()
  const sample = (kind: 'counter' | 'gauge', name: string, help: string, value: number): Sample => ({
    ...{ kind, name, help, value },
    labels: {},
  })
  const lag = (name: string, nanoseconds: number) =>
    sample(
      'gauge',
      `nodejs_eventloop_lag_${name}_seconds`,
      'Delay of the event loop',
      (nanoseconds || 0) / 1e9,
    )
  const samples = [
    sample('counter', 'process_cpu_seconds_total', 'Processor time, user and system', (user + system) / 1e6),
    sample('gauge', 'process_resident_memory_bytes', 'Memory in use', process.memoryUsage.rss()),
    sample(
      'gauge',
      'process_start_time_seconds',
      'When the process began, since 1970',
      Math.round(performance.timeOrigin / 1_000),
    ),
    lag('mean', delay.mean),
    lag('p99', delay.percentile(99)),
    lag('max', delay.max),
  ]
  delay.reset()
  return samples
}
