// The five gauges with their alert lines, made from the Prometheus text: the same numbers, over the same five minutes,
// that the alert rules see. Also how far the archive of the night is.

import { ask } from './api.ts'
import { byId, h, texts } from './dom.ts'

type Numbers = Map<string, number>
type Look = { numbers: Numbers; atMs: number }
/** `value` and `line` are on the scale of the bar; undefined is not known yet. */
type Gauge = {
  name: string
  text: string
  value: number | undefined
  line: number
  most: number
  lineText: string
}

const everyMs = 3_000
const windowMs = 5 * 60_000
const looks: Look[] = []

/** Looks again and again; a look that fails is followed by the next. */
export async function showGauges(): Promise<void> {
  try {
    const numbers = readNumbers(await (await ask('/metrics')).text())
    const now = { numbers, atMs: performance.now() }
    looks.push(now)
    while (looks.length > 2 && now.atMs - looks[1]!.atMs >= windowMs) looks.shift()
    byId('gauges').replaceChildren(...gaugesOf(now, looks[0]!, looks.at(-2) ?? now).map(gauge))
    showArchive(numbers)
  } finally {
    setTimeout(() => void showGauges().catch(() => {}), everyMs)
  }
}

function gauge({ name, text, value, line, most, lineText }: Gauge): HTMLElement {
  const isOver = value !== undefined && value >= line
  const share = (part: number) => `${Math.round(Math.min(1, part / most) * 100)}%`
  const [fill, mark] = [h('i', {}), h('b', {})]
  fill.style.width = share(value ?? 0)
  mark.style.insetInlineStart = share(line)
  const note = isOver ? `⚠ ${texts.alert}` : `${texts.threshold} ${lineText}`
  return h(
    'div',
    { class: isOver ? 'gauge alert' : 'gauge' },
    h('span', {}, name),
    h('strong', {}, text),
    h('div', { class: 'scale', 'aria-hidden': 'true' }, fill, mark),
    h('small', {}, note),
  )
}

/** Processor: since the last look. Errors and latency: over five minutes, or the whole run when the page is new. */
function gaugesOf(now: Look, first: Look, last: Look): Gauge[] {
  const live = sumOf(now.numbers, 'voicebot_calls_live{')
  const most = sumOf(now.numbers, 'voicebot_calls_max{') || 1
  const errors = errorShare(now.numbers, first.numbers)
  const meanMs = meanLatencyMs(now.numbers, first.numbers)
  const cpu = cpuShare(now, last)
  const queue = sumOf(now.numbers, 'voicebot_worker_queue_jobs{')
  const percent = (part: number | undefined, digits: number) =>
    part === undefined ? '–' : `${(part * 100).toFixed(digits)} %`
  return [
    {
      name: texts.gaugeCalls,
      text: `${live} / ${most}`,
      value: live,
      line: most,
      most,
      lineText: String(most),
    },
    {
      name: texts.gaugeErrors,
      text: percent(errors, 1),
      value: errors,
      line: 0.05,
      most: 0.1,
      lineText: '5 %',
    },
    {
      name: texts.gaugeLatency,
      text: meanMs === undefined ? '–' : `${Math.round(meanMs)} ms`,
      ...{ value: meanMs, line: 1_000, most: 2_000, lineText: '1 s' },
    },
    { name: texts.gaugeCpu, text: percent(cpu, 0), value: cpu, line: 0.9, most: 1, lineText: '90 %' },
    { name: texts.gaugeQueue, text: String(queue), value: queue, line: 11, most: 22, lineText: '11' },
  ]
}

function cpuShare(now: Look, last: Look): number | undefined {
  const name = 'process_cpu_seconds_total{'
  if (now === last) return undefined
  const used = sumOf(now.numbers, name) - sumOf(last.numbers, name)
  return used / ((now.atMs - last.atMs) / 1_000) / (sumOf(now.numbers, 'voicebot_machine_cores{') || 1)
}

/** Undefined when nothing was asked of anybody. */
function errorShare(now: Numbers, first: Numbers): number | undefined {
  const name = 'voicebot_provider_requests_total{'
  return part(
    (numbers) => sumOf(numbers, name) - sumOf(numbers, name, 'outcome="ok"'),
    (numbers) => sumOf(numbers, name),
    now,
    first,
  )
}

function meanLatencyMs(now: Numbers, first: Numbers): number | undefined {
  const of = (kind: 'sum' | 'count') => (numbers: Numbers) =>
    sumOf(numbers, `voicebot_turn_latency_ms_${kind}{`, 'stage="firstFrame"')
  return part(of('sum'), of('count'), now, first)
}

type Read = (numbers: Numbers) => number

/** One over the other since the first look, or since the start where nothing happened since. */
function part(above: Read, below: Read, now: Numbers, first: Numbers): number | undefined {
  const since = below(now) - below(first)
  if (since > 0) return (above(now) - above(first)) / since
  return below(now) > 0 ? above(now) / below(now) : undefined
}

function showArchive(numbers: Numbers): void {
  const all = sumOf(numbers, 'voicebot_archive_recordings{')
  const done = sumOf(numbers, 'voicebot_archive_recordings_done{')
  byId('archive').textContent = all > 0 ? `${texts.archiving} ${done} / ${all}` : ''
}

function sumOf(numbers: Numbers, start: string, piece = ''): number {
  let total = 0
  for (const [key, value] of numbers) if (key.startsWith(start) && key.includes(piece)) total += value
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
