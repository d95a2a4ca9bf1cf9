// The live calls: follows the event stream, and keeps one card per call up to date (card.ts).

import type { CallInfo, PublicCallEvent } from '../../../calls/views.ts'
import { askJson, readEvents } from './api.ts'
import { CallCard } from './card.ts'
import { run, texts } from './dom.ts'
import { byId, h } from './elements.ts'

/** Cards with audio and a waveform at once: each takes 32 kB/s. */
const maxWaves = 6
const retryMs = 2_000
/** How long the card of an ended call stays. */
const endedCardMs = 6_000
/** How long after the end of a call its record is surely on disk. */
const recordWrittenMs = 1_000

const cards = new Map<string, CallCard>()
/** Events of calls whose card does not exist yet. */
const early = new Map<string, PublicCallEvent[]>()
let onEnded = () => {}

/** Follows the calls for as long as the page is open. @param ended runs each time a call has ended */
export async function followCalls(ended: () => void): Promise<void> {
  onEnded = ended
  setInterval(() => {
    for (const card of cards.values()) card.showDuration()
  }, 1_000)
  for (;;) {
    try {
      await readEvents(
        '/api/events',
        () => void run(undefined, showCalls),
        (event) => receive(event as PublicCallEvent),
      )
    } catch {
      // The server may be restarting: the chip says that the connection is lost, and the next try follows.
    }
    showLink(false)
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}

/** Whether the call is live, as far as the page knows. */
export function isLive(callId: string): boolean {
  return cards.has(callId)
}

function showLink(isConnected: boolean): void {
  byId('link').textContent = isConnected ? texts.connected : texts.lost
  byId('link').className = isConnected ? 'chip good' : 'chip bad'
}

/** Shows the present calls once the stream is open. */
async function showCalls(): Promise<void> {
  showLink(true)
  const { calls } = await askJson<{ calls: CallInfo[] }>('/api/calls')
  const live = calls.filter((call) => call.outcome === null)
  for (const id of cards.keys()) if (!live.some((call) => call.id === id)) removeCard(id)
  for (const call of live) if (!cards.has(call.id)) addCard(call)
  showEmpty()
}

function receive(event: PublicCallEvent): void {
  if (event.kind === 'started') {
    early.set(event.callId, [])
    void run(undefined, () => showNewCall(event.callId))
    return
  }
  const card = cards.get(event.callId)
  if (card === undefined) {
    early.get(event.callId)?.push(event)
    return
  }
  switch (event.kind) {
    case 'state':
      card.showState(event.to)
      return
    case 'phase':
      card.showSpeaking(event.speaking)
      return
    case 'transcript':
      card.showWords(event, event.isFinal)
      return
    case 'key':
      card.showKey(event.key)
      return
    case 'recording':
      card.showConsent(event.recording)
      return
    case 'language':
      card.showLanguage(event.language)
      return
    case 'held':
      card.showHeld(event.held)
      return
    case 'echo':
      card.showEcho(event.echo)
      break
    case 'latency':
      card.showLatency(event.latency)
      return
    case 'ended':
      endCall(event.callId, card, event.outcome)
  }
}

/** Shows the call as it is now, and the unfinished line that came while the page asked for it. */
async function showNewCall(callId: string): Promise<void> {
  try {
    const call = await askJson<CallInfo>(`/api/calls/${callId}`)
    const lastEvent = early.get(callId)?.at(-1)
    if (call.outcome === null && !cards.has(callId)) addCard(call)
    if (lastEvent?.kind === 'transcript' && !lastEvent.isFinal) cards.get(callId)?.showWords(lastEvent, false)
  } finally {
    early.delete(callId)
    showEmpty()
  }
}

function addCard(call: CallInfo): void {
  const card = new CallCard(call, cards.size < maxWaves)
  cards.set(call.id, card)
  byId('calls').prepend(card.root)
}

function endCall(callId: string, card: CallCard, outcome: string): void {
  card.end(outcome)
  setTimeout(() => {
    removeCard(callId)
    showEmpty()
  }, endedCardMs)
  setTimeout(onEnded, recordWrittenMs)
}

function removeCard(callId: string): void {
  cards.get(callId)?.remove()
  cards.delete(callId)
}

function showEmpty(): void {
  const calls = byId('calls')
  calls.querySelector('.empty')?.remove()
  if (cards.size === 0) calls.append(h('p', { class: 'empty' }, texts.noCalls))
}
