// Live calls: a card each, kept up to date by the event stream, with both sides' waveform from the listening socket.

import type { CallEvent, CallInfo, TranscriptLine } from '../../deps.ts'
import { askJson, openSocket, post, readEvents } from './api.ts'
import { button, byId, clockTime, h, nameOf, run, texts } from './dom.ts'
import { latencyBars, latencyKey, showLatency } from './latency.ts'
import { Loudspeaker } from './loudspeaker.ts'
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
  /** The line that each is just saying. */
  interim: { caller?: HTMLElement | undefined; agent?: HTMLElement | undefined }
  /** The line that the caller is keying. */
  keys: HTMLElement | undefined
  end(): void
}

const cards = new Map<string, Card>()
/** What happened in a call whose card is not there yet. */
const early = new Map<string, CallEvent[]>()
/** Told when a call has ended, for the recordings. */
let onEnded = () => {}

/** Follows the calls for as long as the page is open. @param ended told each time that a call has ended */
export async function followCalls(ended: () => void): Promise<void> {
  onEnded = ended
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
    early.set(event.callId, [])
    void run(undefined, () => begin(event.callId))
    return
  }
  const card = cards.get(event.callId)
  if (card === undefined) {
    early.get(event.callId)?.push(event)
    return
  }
  switch (event.kind) {
    case 'state':
      card.state.textContent = nameOf(event.to)
      return
    case 'phase':
      showSpeaking(card, event.speaking)
      return
    case 'transcript':
      showWords(card, event, event.isFinal)
      return
    case 'key':
      showKey(card, event.key)
      return
    case 'latency':
      showLatency(card.latencies, event.latency)
      return
    case 'ended':
      end(event.callId, card, event.outcome)
  }
}

/** The call as it stands, and the line that was begun while it was asked for. */
async function begin(callId: string): Promise<void> {
  try {
    const call = await askJson<CallInfo>(`/api/calls/${callId}`)
    const begun = early.get(callId)?.at(-1)
    if (call.outcome === null && !cards.has(callId)) add(call)
    const card = cards.get(callId)
    if (card && begun?.kind === 'transcript' && !begun.isFinal) showWords(card, begun, false)
  } finally {
    early.delete(callId)
    showEmpty()
  }
}

function end(callId: string, card: Card, outcome: string): void {
  card.state.textContent = nameOf(outcome)
  card.root.classList.add('ended')
  for (const resting of card.root.querySelectorAll('button, input')) resting.setAttribute('disabled', '')
  card.end()
  setTimeout(() => {
    drop(callId, card)
    showEmpty()
  }, 6_000)
  // Its record is on the disk a moment later.
  setTimeout(onEnded, 1_000)
}

function add(call: CallInfo): void {
  const wave = h('canvas', { width: 560, height: 80 })
  const rolling = new RollingWave(wave)
  const speaker = new Loudspeaker()
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
    state: h('strong', { class: 'state' }, nameOf(call.state)),
    speaking: h('span', { class: 'speaking' }),
    clock: h('time', {}, clockTime(call.durationMs)),
    lines: h('ol', { class: 'lines', 'aria-live': 'polite' }),
    latencies: latencyBars(),
    interim: {},
    keys: undefined,
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
    latencyKey(),
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
  for (const latency of call.latencies) showLatency(card.latencies, latency)
  cards.set(call.id, card)
  byId('calls').prepend(card.root)
}

function showSpeaking(card: Card, who: CallInfo['speaking']): void {
  card.speaking.className = `speaking ${who}`
  card.speaking.textContent = who === 'caller' ? texts.caller : who === 'agent' ? texts.agent : ''
}

/** An interim line is replaced by what follows it of the same speaker. */
function showWords(card: Card, line: Pick<TranscriptLine, 'who' | 'text' | 'cut'>, isFinal: boolean): void {
  const item = transcriptLine(line)
  const before = card.interim[line.who]
  card.interim[line.who] = undefined
  card.keys = undefined
  if (!isFinal) {
    item.classList.add('interim')
    card.interim[line.who] = item
  }
  if (before) before.replaceWith(item)
  else append(card, item)
}

/** Keys that follow one another are one line, as in the record. */
function showKey(card: Card, key: string): void {
  if (card.keys) card.keys.append(key)
  else {
    const item = transcriptLine({ who: 'caller', text: `⌨ ${key}` })
    append(card, item)
    card.keys = item
  }
}

function append(card: Card, item: HTMLElement): void {
  // Who has scrolled up to read is left there.
  const { lines } = card
  const isAtEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40
  lines.append(item)
  if (isAtEnd) lines.scrollTop = lines.scrollHeight
}

function transcriptLine(line: Pick<TranscriptLine, 'who' | 'text' | 'cut'>): HTMLLIElement {
  const who = line.who === 'caller' ? texts.caller : texts.agent
  const cut = line.cut ? [h('em', {}, ` — ${texts.interrupted}`)] : []
  return h('li', { class: line.who }, h('b', {}, who), ` ${line.text}`, ...cut)
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
