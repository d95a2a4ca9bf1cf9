// Live calls: a card each, kept up to date by the event stream, with both sides' waveform from the listening socket.

import type { CallEvent, CallInfo, TranscriptLine, TurnLatency } from '../../deps.ts'
import { askJson, openSocket, post, readEvents } from './api.ts'
import { button, byId, clockTime, h, run, texts } from './dom.ts'
import { Speaker } from './speaker.ts'
import { RollingWave, stereoPeaks } from './wave.ts'

/** Cards that show a waveform at once: each is 32 kB/s. */
const mostWaves = 6

type Card = {
  root: HTMLElement
  startedMs: number
  state: HTMLElement
  speaking: HTMLElement
  clock: HTMLElement
  lines: HTMLElement
  latencies: HTMLElement
  interim: HTMLElement | undefined
  end(): void
}

const cards = new Map<string, Card>()

/** Follows the calls for as long as the page is open. */
export async function followCalls(): Promise<void> {
  setInterval(tickClocks, 1_000)
  for (;;) {
    try {
      await readEvents(
        '/api/events',
        () => void run(undefined, showCalls),
        (event) => take(event as CallEvent),
      )
    } catch {
      // The server may be starting again; the chip says that the link is down, and the next try follows.
    }
    byId('link').textContent = texts.lost
    byId('link').className = 'chip bad'
    await new Promise((resolve) => setTimeout(resolve, 2_000))
  }
}

/** The calls as they stand, when the stream has just been opened. */
async function showCalls(): Promise<void> {
  byId('link').textContent = texts.connected
  byId('link').className = 'chip good'
  const { calls } = await askJson<{ calls: CallInfo[] }>('/api/calls')
  const live = calls.filter((call) => call.outcome === null)
  for (const [id, card] of cards) if (!live.some((call) => call.id === id)) drop(id, card)
  for (const call of live) if (!cards.has(call.id)) add(call)
  showEmpty()
}

function take(event: CallEvent): void {
  if (event.kind === 'started') {
    void run(undefined, async () => {
      const call = await askJson<CallInfo>(`/api/calls/${event.callId}`)
      if (call.outcome === null && !cards.has(call.id)) add(call)
      showEmpty()
    })
    return
  }
  const card = cards.get(event.callId)
  if (card === undefined) return
  if (event.kind === 'state') card.state.textContent = event.to
  if (event.kind === 'phase') showSpeaking(card, event.speaking)
  if (event.kind === 'transcript') showWords(card, event, event.isFinal)
  if (event.kind === 'latency') showLatency(card, event.latency)
  if (event.kind === 'ended') {
    card.state.textContent = event.outcome
    card.root.classList.add('ended')
    card.end()
    setTimeout(() => {
      drop(event.callId, card)
      showEmpty()
    }, 6_000)
  }
}

function add(call: CallInfo): void {
  const wave = h('canvas', { width: 560, height: 80 })
  const rolling = new RollingWave(wave)
  const speaker = new Speaker()
  const path = `/api/calls/${call.id}`
  let socket: WebSocket | undefined
  if (cards.size < mostWaves) {
    socket = openSocket(`${path}/listen`)
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      const samples = new Int16Array(data)
      rolling.push(...stereoPeaks(samples))
      speaker.playStereo(samples)
    }
  }
  const listen = button(texts.listen, async () => {
    const on = await speaker.toggle()
    listen.textContent = on ? texts.mute : texts.listen
    listen.setAttribute('aria-pressed', String(on))
  })
  listen.disabled = socket === undefined
  const words = h('input', {
    'aria-label': texts.sayLabel,
    placeholder: texts.sayLabel,
    maxlength: 500,
    required: true,
  })
  const saying = h('form', { class: 'row grow' }, words, h('button', { type: 'submit' }, texts.say))
  saying.addEventListener('submit', (event) => {
    event.preventDefault()
    void run(undefined, async () => {
      await post(`${path}/say`, { text: words.value })
      words.value = ''
    })
  })
  const card: Card = {
    root: h('article', { class: 'card', 'data-call': call.id }),
    startedMs: performance.now() - call.durationMs,
    state: h('strong', { class: 'state' }, call.state),
    speaking: h('span', { class: 'speaking' }),
    clock: h('time', {}, clockTime(call.durationMs)),
    lines: h('ol', { class: 'lines', 'aria-live': 'polite' }),
    latencies: h('div', { class: 'bars', role: 'img', 'aria-label': texts.latency }),
    interim: undefined,
    end: () => {
      socket?.close()
      speaker.stop()
    },
  }
  card.root.append(
    h(
      'header',
      { class: 'row' },
      card.state,
      card.speaking,
      h('code', {}, call.id.slice(0, 8)),
      h('span', { class: 'grow' }),
      card.clock,
    ),
    h(
      'small',
      {},
      Object.entries(call.adapters)
        .map(([part, name]) => `${part} ${name}`)
        .join(' · '),
    ),
    wave,
    card.latencies,
    card.lines,
    h(
      'div',
      { class: 'row' },
      listen,
      button(texts.transfer, async () => void (await post(`${path}/transfer`))),
      button(texts.hangup, async () => void (await post(`${path}/hangup`)), { class: 'danger' }),
      saying,
    ),
  )
  showSpeaking(card, call.speaking)
  for (const line of call.transcript) showWords(card, line, true)
  for (const latency of call.latencies) showLatency(card, latency)
  cards.set(call.id, card)
  byId('calls').prepend(card.root)
}

function showSpeaking(card: Card, who: CallInfo['speaking']): void {
  card.speaking.className = `speaking ${who}`
  card.speaking.textContent = who === 'caller' ? texts.caller : who === 'agent' ? texts.agent : ''
}

/** An interim line is replaced by what follows it. */
function showWords(card: Card, line: Pick<TranscriptLine, 'who' | 'text' | 'cut'>, isFinal: boolean): void {
  if (line.who === 'caller') {
    card.interim?.remove()
    card.interim = undefined
  }
  const item = transcriptLine(line)
  if (!isFinal) {
    item.classList.add('interim')
    card.interim = item
  }
  card.lines.append(item)
  card.lines.scrollTop = card.lines.scrollHeight
}

export function transcriptLine(line: Pick<TranscriptLine, 'who' | 'text' | 'cut'>): HTMLLIElement {
  const who = line.who === 'caller' ? texts.caller : texts.agent
  const cut = line.cut ? [h('em', {}, ` — ${texts.interrupted}`)] : []
  return h('li', { class: line.who }, h('b', {}, who), ` ${line.text}`, ...cut)
}

function showLatency(card: Card, latency: TurnLatency): void {
  const ms = latency.firstFrame ?? latency.endpointing ?? 0
  const stages = Object.entries(latency).filter(([stage]) => stage !== 'turn')
  const title = stages.map(([stage, value]) => `${stage} ${value} ms`).join('\n')
  const bar = h('span', { class: ms > 1_000 ? 'bar slow' : 'bar', title })
  bar.style.height = `${Math.max(8, Math.min(100, ms / 15))}%`
  card.latencies.append(bar)
  card.latencies.setAttribute('aria-label', `${texts.latency}: ${Math.round(ms)} ms`)
}

function drop(id: string, card: Card): void {
  card.end()
  card.root.remove()
  cards.delete(id)
}

/** Whether the call is going on, as far as the page knows. */
export function isLive(callId: string): boolean {
  return cards.has(callId)
}

function showEmpty(): void {
  const calls = byId('calls')
  calls.querySelector('.empty')?.remove()
  if (cards.size === 0) calls.append(h('p', { class: 'empty' }, texts.noCalls))
}

function tickClocks(): void {
  for (const card of cards.values())
    if (!card.root.classList.contains('ended'))
      card.clock.textContent = clockTime(performance.now() - card.startedMs)
}
