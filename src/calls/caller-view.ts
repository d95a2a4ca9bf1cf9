// What the caller's own page sees of its call, on the data channel of WebRTC and on the page's WebSocket. Pure.

import type { CallInfo, PublicCallEvent, Who } from './views.ts'

/** Messages to the caller's page, one JSON object each (docs/webrtc.md). */
export type ToCaller =
  | { readonly type: 'call'; readonly callId: string }
  /** All lines are busy: the caller hears a phrase, and the connection closes. */
  | { readonly type: 'refused' }
  | {
      readonly type: 'transcript'
      readonly who: 'caller' | 'agent'
      readonly text: string
      readonly isFinal: boolean
      readonly cut?: true
    }
  | { readonly type: 'phase'; readonly speaking: Who }
  | { readonly type: 'language'; readonly language: string }
  | { readonly type: 'ended'; readonly outcome: string }

type Calls = {
  get(callId: string): CallInfo | undefined
  subscribe(callId: string, listener: (event: PublicCallEvent) => void): () => void
}

/** Tells the caller's page about a call that was just offered to the registry. @returns unsubscribe */
export function followCall(calls: Calls, callId: string, tell: (message: ToCaller) => void): () => void {
  if (calls.get(callId) === undefined) tell({ type: 'refused' })
  return calls.subscribe(callId, (event) => {
    const message = toCaller(event)
    if (message !== undefined) tell(message)
  })
}

/** @returns undefined for what only the operator sees */
function toCaller(event: PublicCallEvent): ToCaller | undefined {
  switch (event.kind) {
    case 'transcript': {
      const { who, text, isFinal, cut } = event
      return { type: 'transcript', who, text, isFinal, ...(cut === true && { cut }) }
    }
    case 'phase':
      return { type: 'phase', speaking: event.speaking }
    case 'language':
      return { type: 'language', language: event.language }
    case 'ended':
      return { type: 'ended', outcome: event.outcome }
    default:
      return undefined
  }
}
