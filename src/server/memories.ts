// Everything in the server that remembers something of a call by its id. A part that keeps such a thing adds how to
// forget it, so that an erasure and the deletion of one recording forget the same.

import { ForgottenCalls } from '../recording/forgotten.ts'

export type Memories = {
  /** The calls that were forgotten: recordings ask before they write. */
  readonly forgotten: ForgottenCalls
  /** @param forget removes a call that has ended; does nothing for other calls */
  add(forget: (callId: string) => void): void
  /** Removes the call from every memory. */
  forget(callId: string): void
}

export function createMemories(): Memories {
  const all: ((callId: string) => void)[] = []
  return {
    forgotten: new ForgottenCalls(),
    add: (forget) => void all.push(forget),
    forget(callId) {
      for (const forget of all) forget(callId)
    },
  }
}
