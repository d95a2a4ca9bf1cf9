// Why a call was slow or failed: its record as a picture, who spoke and what was waited for on one line of time
// each, and the same as a table for those who do not see it.

import type { CallRecord } from '../../../recording/files.ts'
import { type Trace, type TracePart, traceOf, traceRows } from '../../../recording/trace.ts'
import { texts } from './dom.ts'
import { clockTime, h } from './elements.ts'

const [left, width, rowHeight] = [110, 1_120, 24]
const ns = 'http://www.w3.org/2000/svg'

/** @param seek plays the recording from there; missing without audio */
export function traceView(record: CallRecord, seek?: (ms: number) => void): HTMLElement {
  const trace = traceOf(record)
  return h(
    'details',
    { class: 'trace' },
    h('summary', {}, texts.trace),
    h('p', { class: 'hint' }, summaryOf(trace)),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': texts.trace },
      picture(trace, seek),
    ),
    table(trace),
  )
}

/** The worst wait and the number of troubles, in one sentence. */
function summaryOf({ turns, parts }: Trace): string {
  const worst = turns.toSorted((a, b) => b.waitMs - a.waitMs)[0]
  const troubles = parts.filter(({ row }) => row === 'trouble').length
  const wait = worst ? `${texts.longestWait} ${seconds(worst.waitMs)} (${clockTime(worst.atMs)}). ` : ''
  return `${wait}${texts.troubleCount} ${troubles}.`
}

function picture({ durationMs, parts }: Trace, seek?: (ms: number) => void): SVGElement {
  const height = traceRows.length * rowHeight + 18
  const picture = svg('svg', { viewBox: `0 0 ${left + width} ${height}`, role: 'img', class: 'timeline' })
  picture.setAttribute('aria-label', texts.tracePicture)
  const x = (ms: number) => left + (Math.min(ms, durationMs) / Math.max(1, durationMs)) * width
  for (const [i, row] of traceRows.entries()) {
    const y = i * rowHeight
    picture.append(svg('text', { x: 0, y: y + 16 }, texts.traceRows[row]))
    picture.append(
      svg('line', { x1: left, x2: left + width, y1: y + rowHeight, y2: y + rowHeight, class: 'rule' }),
    )
    for (const part of parts.filter((one) => one.row === row)) {
      const box = {
        x: x(part.fromMs),
        y: y + 4,
        width: Math.max(3, x(part.toMs) - x(part.fromMs)),
        height: 16,
      }
      picture.append(svg('rect', { ...box, class: row }, svg('title', {}, partText(part))))
    }
  }
  for (let at = 0; at <= 4; at++) {
    const ms = (durationMs * at) / 4
    const anchor = at === 4 ? 'end' : 'start'
    picture.append(svg('text', { x: x(ms), y: height - 2, 'text-anchor': anchor }, clockTime(ms)))
  }
  if (seek)
    picture.addEventListener('click', (event) => {
      const { left: edge, width: shown } = picture.getBoundingClientRect()
      const at = ((event as MouseEvent).clientX - edge) / shown
      seek(Math.max(0, ((at * (left + width) - left) / width) * durationMs))
    })
  return picture
}

/** The waits turn by turn, then what went wrong. */
function table({ turns, parts }: Trace): HTMLElement {
  const heads = [
    texts.at,
    texts.wait,
    ...(['recogniser', 'model', 'voice'] as const).map((row) => texts.traceRows[row]),
  ]
  const rows = turns.map(({ atMs, waitMs, recogniser, model, voice }) =>
    h(
      'tr',
      {},
      ...[clockTime(atMs), ...[waitMs, recogniser, model, voice].map(seconds)].map((text) =>
        h('td', {}, text),
      ),
    ),
  )
  const troubles = parts.filter(({ row }) => row === 'trouble').map((part) => h('li', {}, partText(part)))
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': texts.waits },
    h(
      'table',
      { class: 'audit' },
      h('caption', {}, texts.waits),
      h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, ...rows),
    ),
    h('ul', {}, ...troubles),
  )
}

function partText({ row, kind, fromMs, toMs }: TracePart): string {
  const what = row === 'trouble' ? (texts.troubles[kind] ?? kind) : `${texts.traceRows[row]} ${kind}`.trim()
  return `${clockTime(fromMs)} ${what}${toMs > fromMs ? ` (${seconds(toMs - fromMs)})` : ''}`
}

const seconds = (ms: number): string =>
  `${(ms / 1_000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} s`

function svg(name: string, props: Record<string, string | number>, ...inside: (string | Node)[]): SVGElement {
  const made = document.createElementNS(ns, name)
  for (const [key, value] of Object.entries(props)) made.setAttribute(key, String(value))
  made.append(...inside)
  return made
}
