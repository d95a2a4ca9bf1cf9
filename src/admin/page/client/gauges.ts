// The five gauges with their alert thresholds, computed from the Prometheus text: the same metrics over the same five
// minutes that the alert rules use. Also the progress of the nightly archiving.

import { ask } from './api.ts'
import { texts } from './dom.ts'
import { byId, h } from './elements.ts'

type Numbers = Map<string, number>
type Scrape = { numbers: Numbers; atMs: number }
/** `value` is undefined until it is known; `threshold` is the alert's; the bar ends at `max`. */
type Gauge = {
  name: string
  text: string
  value: number | undefined
  threshold: number
  max: number
  thresholdText: string
  /** In place of the note on the threshold. */
  note?: string
}

const everyMs = 3_000
const windowMs = 5 * 60_000
/** Of voicebot_overload_steps: new calls are refused. */
const refusingSteps = 4
/** The scrapes of the last five minutes, oldest first. */
const scrapes: Scrape[] = []

/** Scrapes the metrics every 3 s; a failed scrape is followed by the next. */
export async function showGauges(): Promise<void> {
  try {
    const numbers = readNumbers(await (await ask('/metrics')).text())
    const now = { numbers, atMs: performance.now() }
    scrapes.push(now)
    while (scrapes.length > 2 && now.atMs - scrapes[1]!.atMs >= windowMs) scrapes.shift()
    byId('gauges').replaceChildren(...gaugesOf(now, scrapes[0]!, scrapes.at(-2) ?? now).map(gauge))
    showArchive(numbers)
  } finally {
    setTimeout(() => void showGauges().catch(() => {}), everyMs)
  }
}

function gauge({ name, text, value, threshold, max, thresholdText, note: given }: Gauge): HTMLElement {
  const isOver = value !== undefined && value >= threshold
  const share = (part: number) => `${Math.round(Math.min(1, part / max) * 100)}%`
  const [fill, mark] = [h('i', {}), h('b', {})]
  fill.style.width = share(value ?? 0)
  mark.style.insetInlineStart = share(threshold)
  const note = given ?? (isOver ? `⚠ ${texts.alert}` : `${texts.threshold} ${thresholdText}`)
  return h(
    'div',
    { class: isOver ? 'gauge alert' : 'gauge' },
    h('span', {}, name),
    h('strong', {}, text),
    h('div', { class: 'scale', 'aria-hidden': 'true' }, fill, mark),
    h('small', {}, note),
  )
}

/**
 * Processor: since the last scrape. Errors and latency: over five minutes, or since the server's start where nothing
 * has happened since the first scrape.
 */
function gaugesOf(now: Scrape, first: Scrape, last: Scrape): Gauge[] {
  const live = sumOf(now.numbers, 'voicebot_calls_live{')
  const limit = sumOf(now.numbers, 'voicebot_calls_max{') || 1
  const errors = errorShare(now.numbers, first.numbers)
  const meanMs = meanLatencyMs(now.numbers, first.numbers)
  const cpu = cpuShare(now, last)
  const queue = sumOf(now.numbers, 'voicebot_worker_queue_jobs{')
  const percent = (part: number | undefined, digits: number) =>
    part === undefined ? '–' : `${(part * 100).toFixed(digits)} %`
  return [
    {
      name: texts.gaugeCalls,
      text: `${live} / ${limit}`,
      value: live,
      threshold: limit,
      max: limit,
      thresholdText: String(limit),
      note: callsNote(now.numbers),
    },
    {
      name: texts.gaugeErrors,
      text: percent(errors, 1),
      value: errors,
      threshold: 0.05,
      max: 0.1,
      thresholdText: '5 %',
    },
    {
      name: texts.gaugeLatency,
      text: meanMs === undefined ? '–' : `${Math.round(meanMs)} ms`,
      value: meanMs,
      threshold: 1_000,
      max: 2_000,
      thresholdText: '1 s',
    },
    {
      name: texts.gaugeCpu,
      text: percent(cpu, 0),
      value: cpu,
      threshold: 0.9,
      max: 1,
      thresholdText: '90 %',
    },
    {
      name: texts.gaugeQueue,
      text: String(queue),
      value: queue,
      threshold: 11,
      max: 22,
      thresholdText: '11',
    },
  ]
}

/** Overload, or else how many calls the machine carries; undefined while neither is known. */
function callsNote(numbers: Numbers): string | undefined {
  const steps = sumOf(numbers, 'voicebot_overload_steps{')
  const carried = sumOf(numbers, 'voicebot_calls_carried{')
  if (steps >= refusingSteps) return `⚠ ${texts.refusing}`
  if (steps > 0) return `⚠ ${texts.overloaded} ${steps}`
  return carried > 0 ? `${texts.carried} ${carried}` : undefined
}

function cpuShare(now: Scrape, last: Scrape): number | undefined {
  const name = 'process_cpu_seconds_total{'
  if (now === last) return undefined
  const used = sumOf(now.numbers, name) - sumOf(last.numbers, name)
  return used / ((now.atMs - last.atMs) / 1_000) / (sumOf(now.numbers, 'voicebot_machine_cores{') || 1)
}

/** Undefined when no provider has been called. */
function errorShare(now: Numbers, first: Numbers): number | undefined {
  const name = 'voicebot_provider_requests_total{'
  return ratio(
    (numbers) => sumOf(numbers, name) - sumOf(numbers, name, 'outcome="ok"'),
    (numbers) => sumOf(numbers, name),
    now,
    first,
  )
}

function meanLatencyMs(now: Numbers, first: Numbers): number | undefined {
  const of = (kind: 'sum' | 'count') => (numbers: Numbers) =>
    sumOf(numbers, `voicebot_turn_latency_ms_${kind}{`, 'stage="firstFrame"')
  return ratio(of('sum'), of('count'), now, first)
}

type Read = (numbers: Numbers) => number

/** The ratio of two counters since the first scrape, or since the server's start where nothing has happened since. */
function ratio(above: Read, below: Read, now: Numbers, first: Numbers): number | undefined {
  const since = below(now) - below(first)
  if (since > 0) return (above(now) - above(first)) / since
  return below(now) > 0 ? above(now) / below(now) : undefined
}

function showArchive(numbers: Numbers): void {
  const all = sumOf(numbers, 'voicebot_archive_recordings{')
  const done = sumOf(numbers, 'voicebot_archive_recordings_done{')
  byId('archive').textContent = all > 0 ? `${texts.archiving} ${done} / ${all}` : ''
}

/** Sum over the series whose key starts with `start` and contains `label`. */
function sumOf(numbers: Numbers, start: string, label = ''): number {
  let total = 0
  for (const [key, value] of numbers) if (key.startsWith(start) && key.includes(label)) total += value
  return total
}

/** Parses Prometheus text. Keys get braces even without labels, so that a name can't match a longer one. */
function readNumbers(text: string): Numbers {
  const numbers: Numbers = new Map()
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+)(\{.*\})? (\S+)$/.exec(line)
    if (match) numbers.set(`${match[1]}${match[2] ?? '{}'}`, Number(match[3]))
  }
  return numbers
}
