// What each turn cost the caller, a bar a turn: how long until the bot knew that he had ended, thought, and spoke. The
// dashed line is the alert line.

import type { TurnLatency } from '../../../call/events.ts'
import { h, texts } from './dom.ts'

const alertMs = 1_000
/** The height of the bars; what takes longer is cut off. */
const mostMs = 1_500
/** Bars that are shown; the oldest go. */
const mostBars = 60

export function latencyBars(): HTMLElement {
  return h('div', { class: 'bars', role: 'img', 'aria-label': texts.latency })
}

/** What the colours of the bars mean. */
export function latencyKey(): HTMLElement {
  const stages = [
    ['heard', texts.stageHeard],
    ['thought', texts.stageThought],
    ['spoken', texts.stageSpoken],
  ] as const
  const entries = stages.map(([stage, name]) => h('span', {}, h('i', { class: `${stage} swatch` }), name))
  return h('small', { class: 'legend row' }, `${texts.latency} :`, ...entries)
}

export function showLatency(bars: HTMLElement, latency: TurnLatency): void {
  const whole = latency.firstFrame ?? latency.endpointing ?? 0
  const heard = Math.min(whole, latency.endpointing ?? 0)
  const thought = Math.min(whole, Math.max(heard, latency.firstSentence ?? latency.firstToken ?? heard))
  const bar = h(
    'span',
    { class: whole > alertMs ? 'bar slow' : 'bar', title: titleOf(latency, whole) },
    piece('spoken', whole - thought),
    piece('thought', thought - heard),
    piece('heard', heard),
  )
  if (bars.children.length >= mostBars) bars.firstElementChild?.remove()
  bars.append(bar)
  bars.dataset.last = `${Math.round(whole)} ms`
  bars.setAttribute('aria-label', `${texts.latency}: ${Math.round(whole)} ms`)
}

function piece(stage: string, ms: number): HTMLElement {
  const made = h('i', { class: stage })
  made.style.height = `${(Math.max(0, ms) / mostMs) * 100}%`
  return made
}

function titleOf(latency: TurnLatency, whole: number): string {
  const stages = Object.entries(latency).filter(([stage]) => stage !== 'turn')
  return [`${Math.round(whole)} ms`, ...stages.map(([stage, ms]) => `${stage} ${ms} ms`)].join('\n')
}
