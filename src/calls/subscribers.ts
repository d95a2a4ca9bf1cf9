// Who hears the public events of calls: one call's subscribers, and those of all calls.

import type { PublicCallEvent } from './views.ts'

/** Called from inside the call: must not throw, must not wait. */
export type CallListener = (event: PublicCallEvent) => void

export class Subscribers {
  private readonly listeners = new Map<string, Set<CallListener>>()

  /** @returns unsubscribe */
  subscribe(callId: string | 'all', listener: CallListener): () => void {
    const set = this.listeners.get(callId) ?? new Set()
    this.listeners.set(callId, set)
    set.add(listener)
    return () => {
      set.delete(listener)
      if (set.size === 0) this.listeners.delete(callId)
    }
  }

  tell(event: PublicCallEvent): void {
    for (const key of [event.callId, 'all'])
      for (const listener of this.listeners.get(key) ?? []) listener(event)
  }
}
