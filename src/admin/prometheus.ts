// The process's numbers as Prometheus text (exposition format 0.0.4): ours from base/metrics.ts, and prom-client's
// own about the process (CPU, memory, event-loop delay), which are gathered only when somebody asks.

import { collectDefaultMetrics, Registry } from 'prom-client'
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

/** Everything there is: ours first, then the process's. */
export function createExposition(metrics: Metrics): () => Promise<string> {
  let processes: Registry | undefined
  return async () => {
    if (processes === undefined) {
      processes = new Registry()
      collectDefaultMetrics({ register: processes })
    }
    return prometheusText(metrics.snapshot()) + (await processes.metrics())
  }
}
