// What the caller's own page sees of its call, on the data channel of WebRTC and on the page's WebSocket. Pure.

import type { PublicCallEvent, Who } from './views.ts'

/** Messages to the caller's page, one JSON object each (docs/webrtc.md). */
export type ToCaller =
  | { readonly type: 'call'; readonly callId: string }
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

/** @returns undefined for what only the operator sees */
export function toCaller(event: PublicCallEvent): ToCaller | undefined {
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
