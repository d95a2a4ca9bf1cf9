// What a call needs of its transport. The AudioSocket connection has this shape, and so has the page's WebSocket; the
// call does not know which one it has. Types only.

import type { Key } from '../base/keys.ts'

export type ConnectionListener = {
  /** @param frame 160 samples of 8 kHz mono, valid until return */
  audio(frame: Int16Array): void
  key(key: Key): void
  /** A turn that the caller typed; a transport without a keyboard never calls it. @param text not empty */
  typed?(text: string): void
  /** Called once, whatever the reason; nothing is called after it. */
  closed(reason: string): void
}

export type Connection = {
  /** The call's UUID in lower case with hyphens. */
  readonly callId: string
  /** Address of the peer, where many calls may come from one; absent for a caller's own browser. */
  readonly address?: string
  /** False where nobody can take the call over: there is no Asterisk behind a browser. */
  readonly canTransfer?: false
  /** The call sets it before `offer` returns. */
  listener: ConnectionListener | undefined
  /** Sends one 20 ms frame in one write; never throws. @param frame 160 samples, copied or sent before return */
  sendFrame(frame: Int16Array): void
  /** Like `sendFrame` with silence, without building the frame. */
  sendSilence(): void
  /** Orderly end: sends the hang-up message, then reads until the peer closes, 1 s at most. */
  hangUp(): void
  /** Ends at once, for a peer that broke the protocol. */
  destroy(reason: string): void
}
