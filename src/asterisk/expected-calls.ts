// Calls that the dialplan announces before they connect: with what the call is to begin with, and, for sites where
// other machines can reach the AudioSocket port, because a connection whose UUID was not announced is closed there. An
// announcement is valid once and for a short time.

import type { Clock } from '../base/clock.ts'

export type ExpectedCallsOptions = {
  clock: Clock
  /** How long an announcement is valid; the dialplan connects in its next step. */
  keepMs: number
  /** Pending announcements at once. One more is refused, so that a flood of announcements can't evict a caller's. */
  capacity: number
}
const expectedCallsDefaults = { keepMs: 30_000, capacity: 4_096 } as const

/** `About` is what the dialplan says of a call; all of it may be missing. */
export type ExpectedCalls<About extends object> = {
  /** Announces a call, or restarts its time limit. @returns false when too many announcements are pending */
  announce(callId: string, about?: Partial<About>): boolean
  has(callId: string): boolean
  /** Consumes an announcement. @returns undefined when the call was not announced */
  take(callId: string): Partial<About> | undefined
  readonly size: number
}

export function createExpectedCalls<About extends object>(
  options: Pick<ExpectedCallsOptions, 'clock'> & Partial<ExpectedCallsOptions>,
): ExpectedCalls<About> {
  const { clock, keepMs, capacity } = { ...expectedCallsDefaults, ...options }
  const pending = new Map<string, { untilMs: number; about: Partial<About> }>()
  const removeExpired = () => {
    for (const [callId, { untilMs }] of pending) {
      if (untilMs > clock.now()) return
      pending.delete(callId)
    }
  }
  return {
    announce(callId, about = {}) {
      const id = callId.toLowerCase()
      removeExpired()
      // Deleted first, so that the map stays in order of expiry.
      pending.delete(id)
      if (pending.size >= capacity) return false
      pending.set(id, { untilMs: clock.now() + keepMs, about })
      return true
    },
    has(callId) {
      removeExpired()
      return pending.has(callId.toLowerCase())
    },
    take(callId) {
      removeExpired()
      const id = callId.toLowerCase()
      const about = pending.get(id)?.about
      pending.delete(id)
      return about
    },
    get size() {
      removeExpired()
      return pending.size
    },
  }
}
