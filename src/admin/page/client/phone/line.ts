// One way of calling, WebRTC or WebSocket: what both need and offer. Types only.

import type { ToCaller } from '../../../../calls/caller-view.ts'
import type { Sound } from './sound.ts'

export type FromCaller = { type: 'key'; key: string } | { type: 'text'; text: string }

export type LineOptions = {
  readonly sound: Sound
  /** In which the call shall begin; undefined for the server's default. */
  readonly language: string | undefined
  /** Sends a request with the caller's token or link. @throws {RequestError} when it is refused */
  readonly request: (path: string, init?: RequestInit) => Promise<Response>
  /** The same for a WebSocket. */
  readonly openSocket: (path: string) => WebSocket
  readonly listener: LineListener
}

export type LineListener = {
  message(message: ToCaller): void
  /** The line was lost and is being built anew, or is there again. */
  reconnecting(isReconnecting: boolean): void
  /** Called once, and not after `hangUp`. `lost`: the call may still have been on. */
  closed(reason: 'ended' | 'lost'): void
}

export type Line = {
  readonly way: 'webrtc' | 'websocket'
  send(message: FromCaller): void
  /** Ends the call. */
  hangUp(): void
}

export const languageQuery = (language: string | undefined): string =>
  language === undefined ? '' : `?language=${encodeURIComponent(language)}`
