// The five gauges with their alert lines, made from the Prometheus text: the same numbers that the alert rules see.

import { ask } from './api.ts'
import { byId, h, texts } from './dom.ts'

type Numbers = Map<string, number>
type GaugeText = { name: string; value: string; share: number; alert: boolean }

const everyMs = 3_000
let before: { numbers: Numbers; atMs: number } | undefined

export async function showGauges(): Promise<void> {
  const numbers = readNumbers(await (await ask('/metrics')).text())
  const now = { numbers, atMs: performance.now() }
  const gauges = gaugesOf(numbers, before ?? now, now.atMs)
  before = now
  byId('gauges').replaceChildren(...gauges.map(gauge))
  setTimeout(() => void showGauges().catch(() => setTimeout(showGauges, everyMs)), everyMs)
}

function gauge({ name, value, share, alert }: GaugeText): HTMLElement {
  const meter = h('meter', { min: 0, max: 1, value: Math.min(1, share), 'aria-label': name })
  const note = alert ? [h('small', {}, `⚠ ${texts.alert}`)] : []
  return h(
    'div',
    { class: alert ? 'gauge alert' : 'gauge' },
    h('span', {}, name),
    h('strong', {}, value),
    meter,
    ...note,
  )
}

/** Rates are over the time since the last look; a mean without a turn in it is that of the whole run. */
function gaugesOf(now: Numbers, last: { numbers: Numbers; atMs: number }, nowMs: number): GaugeText[] {
  const live = sumOf(now, 'voicebot_calls_live{')
  const most = sumOf(now, 'voicebot_calls_max{') || 1
  const errors = errorShare(now)
  const meanMs = meanLatencyMs(now, last.numbers)
  const cpuSeconds =
    sumOf(now, 'process_cpu_seconds_total{') - sumOf(last.numbers, 'process_cpu_seconds_total{')
  const seconds = Math.max(0.001, (nowMs - last.atMs) / 1_000)
  const cpu = cpuSeconds / seconds / (sumOf(now, 'voicebot_machine_cores{') || 1)
  const queue = sumOf(now, 'voicebot_worker_queue_jobs{')
  return [
    { name: texts.gaugeCalls, value: `${live} / ${most}`, share: live / most, alert: live >= most },
    {
      name: texts.gaugeErrors,
      value: `${(errors * 100).toFixed(1)} %`,
      share: errors * 10,
      alert: errors > 0.05,
    },
    {
      name: texts.gaugeLatency,
      value: `${Math.round(meanMs)} ms`,
      share: meanMs / 2_000,
      alert: meanMs > 1_000,
    },
    { name: texts.gaugeCpu, value: `${Math.round(cpu * 100)} %`, share: cpu, alert: cpu > 0.9 },
    { name: texts.gaugeQueue, value: String(queue), share: queue / 20, alert: queue > 10 },
  ]
}

function errorShare(numbers: Numbers): number {
  const asked = sumOf(numbers, 'voicebot_provider_requests_total{')
  return asked === 0 ? 0 : 1 - sumOf(numbers, 'voicebot_provider_requests_total{', 'outcome="ok"') / asked
}

function meanLatencyMs(now: Numbers, last: Numbers): number {
  const of = (kind: 'sum' | 'count', from: Numbers) =>
    sumOf(from, `voicebot_turn_latency_ms_${kind}{`, 'stage="firstFrame"')
  const turns = of('count', now) - of('count', last)
  if (turns > 0) return (of('sum', now) - of('sum', last)) / turns
  return of('sum', now) / Math.max(1, of('count', now))
}

function sumOf(numbers: Numbers, start: string, part = ''): number {
  let total = 0
  for (const [key, value] of numbers) if (key.startsWith(start) && key.includes(part)) total += value
  return total
}

/** Keys are written with braces even without labels, so that a name is told from a longer one. */
function readNumbers(text: string): Numbers {
  const numbers: Numbers = new Map()
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+)(\{.*\})? (\S+)$/.exec(line)
    if (match) numbers.set(`${match[1]}${match[2] ?? '{}'}`, Number(match[3]))
  }
  return numbers
}
