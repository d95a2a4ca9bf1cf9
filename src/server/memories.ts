// Everything in the server that remembers something of a call by its id. A part that keeps such a thing adds how to
// forget it, so that an erasure and the deletion of one recording forget the same.

export type Memories = {
  /** @param forget removes a call that has ended; does nothing for other calls */
  add(forget: (callId: string) => void): void
  /** Removes the call from every memory. */
  forget(callId: string): void
}

export function createMemories(): Memories {
  const all: ((callId: string) => void)[] = []
  return {
    add: (forget) => void all.push(forget),
    forget(callId) {
      for (const forget of all) forget(callId)
    },
  }
}
