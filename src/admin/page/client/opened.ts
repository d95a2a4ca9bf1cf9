// The one live call that is open: its card follows its events, and has its sound.

import type { CallRow } from '../../../calls/rows.ts'
import type { CallInfo, PublicCallEvent } from '../../../calls/views.ts'
import { askJson, readEvents } from './api.ts'
import { CallCard } from './card.ts'
import { run } from './dom.ts'
import { byId } from './elements.ts'
import { RequestError } from './requests.ts'

const retryMs = 2_000

let opened: { id: string; card: CallCard | undefined; following: AbortController } | undefined
let onClose = (_callId: string) => {}

/** @param closed called with the call that was closed */
export function whenClosed(closed: (callId: string) => void): void {
  onClose = closed
}

/** Opens a call in place of the one that is open. @param takesFocus whether the keyboard goes to the call */
export function openCall(id: string, takesFocus: boolean): void {
  if (opened?.id === id) {
    if (takesFocus) opened.card?.focus()
    return
  }
  close()
  const following = new AbortController()
  opened = { id, card: undefined, following }
  void run(undefined, () => follow(id, following, takesFocus))
}

/** What the table knows of the open call. */
export function showRow(row: CallRow): void {
  if (opened?.id === row.id) opened.card?.showRow(row)
}

function close(): void {
  opened?.following.abort()
  opened?.card?.remove()
  opened = undefined
}

/** Follows the events, again after the connection was lost, until the call has ended or is closed. */
async function follow(id: string, following: AbortController, takesFocus: boolean): Promise<void> {
  const { signal } = following
  while (!signal.aborted) {
    /** Events that come before the card is there. */
    let early: PublicCallEvent[] | undefined = []
    const begin = async () => {
      const call = await askJson<CallInfo>(`/api/calls/${id}`, { signal })
      if (signal.aborted) return
      const card = show(id, call, takesFocus)
      // The answer has everything up to its own time.
      for (const event of early ?? []) if (event.atMs > call.durationMs) receive(card, event, following)
      early = undefined
    }
    try {
      await readEvents(
        `/api/calls/${id}/events`,
        () => void run(undefined, begin),
        (event) => {
          const card = opened?.id === id ? opened.card : undefined
          if (early) early.push(event as PublicCallEvent)
          else if (card) receive(card, event as PublicCallEvent, following)
        },
        signal,
      )
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof RequestError && error.code === 'unknown_call') throw error
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}

function show(id: string, call: CallInfo, takesFocus: boolean): CallCard {
  const isFirst = opened?.card === undefined
  opened?.card?.remove()
  const card = new CallCard(call, () => {
    close()
    onClose(id)
  })
  if (opened) opened.card = card
  byId('opened').replaceChildren(card.root)
  if (call.outcome !== null) card.end(call.outcome)
  else if (isFirst && takesFocus) card.focus()
  return card
}

function receive(card: CallCard, event: PublicCallEvent, following: AbortController): void {
  switch (event.kind) {
    case 'started':
      return
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
      return
    case 'latency':
      card.showLatency(event.latency)
      return
    case 'ended':
      card.end(event.outcome)
      following.abort()
  }
}

setInterval(() => opened?.card?.showDuration(), 1_000)
