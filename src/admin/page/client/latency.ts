// The caller's wait in each turn, one bar per turn: until the bot knew that the caller had finished, had thought, and
// spoke. The dashed line is the alert threshold.

import type { TurnLatency } from '../../../call/events.ts'
import { texts } from './dom.ts'
import { h } from './elements.ts'

const alertMs = 1_000
/** Milliseconds at full height; longer bars are cut off. */
const fullHeightMs = 1_500
/** Bars shown at once; the oldest is removed. */
const maxBars = 60

export function latencyBars(): HTMLElement {
  return h('div', { class: 'bars', role: 'img', 'aria-label': texts.latency })
}

/** The legend: what the colours of the bars mean. */
export function latencyKey(): HTMLElement {
  const stages = [
    ['heard', texts.stageHeard],
    ['thought', texts.stageThought],
    ['spoken', texts.stageSpoken],
  ] as const
  const entries = stages.map(([stage, name]) => h('span', {}, h('i', { class: `${stage} swatch` }), name))
  return h('small', { class: 'legend row' }, texts.latency, ...entries)
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
  if (bars.children.length >= maxBars) bars.firstElementChild?.remove()
  bars.append(bar)
  bars.dataset.last = `${Math.round(whole)} ms`
  bars.setAttribute('aria-label', `${texts.latency} ${Math.round(whole)} ms`)
}

function piece(stage: string, ms: number): HTMLElement {
  const made = h('i', { class: stage })
  made.style.height = `${(Math.max(0, ms) / fullHeightMs) * 100}%`
  return made
}

function titleOf(latency: TurnLatency, whole: number): string {
  const stages = Object.entries(latency).filter(([stage]) => stage !== 'turn')
  return [`${Math.round(whole)} ms`, ...stages.map(([stage, ms]) => `${stage} ${ms} ms`)].join('\n')
}
