// What a call needs of its transport. The AudioSocket connection has this shape, and so has any other
// (the page's WebSocket): the call never knows which one it has. Types only.

import type { Key } from '../base/keys.ts'

export type ConnectionListener = {
  /** @param frame 160 samples of 8 kHz mono, valid until return */
  audio(frame: Int16Array): void
  key(key: Key): void
  /** Once, whatever the reason; nothing comes after it. */
  closed(reason: string): void
}

export type Connection = {
  /** The call's UUID in lower case with hyphens. */
  readonly callId: string
  /** Set by the call before it returns from being offered the connection. */
  listener: ConnectionListener | undefined
  /** One 20 ms frame, one write. @param frame 160 samples, copied or sent before return; never throws */
  sendFrame(frame: Int16Array): void
  /** As `sendFrame` with silence, without building it. */
  sendSilence(): void
  /** Orderly end: the hang-up message, then reading on until the peer closes (1 s at most). */
  hangUp(): void
  /** Ends at once, for a peer that broke the rules. */
  destroy(reason: string): void
}
