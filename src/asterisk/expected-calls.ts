// Calls that the dialplan announces before they connect, for sites where other machines can reach the AudioSocket port:
// a connection whose UUID was not announced is closed. An announcement is valid once and for a short time.

import type { Clock } from '../base/clock.ts'

export type ExpectedCallsOptions = {
  clock: Clock
  /** How long an announcement is valid; the dialplan connects in its next step. */
  keepMs: number
  /** Pending announcements at once. One more is refused, so that a flood of announcements can't evict a caller's. */
  capacity: number
}
const expectedCallsDefaults = { keepMs: 30_000, capacity: 4_096 } as const

export type ExpectedCalls = {
  /** Announces a call, or restarts its time limit. @returns false when too many announcements are pending */
  announce(callId: string): boolean
  /** Consumes an announcement. @returns whether the call was announced */
  take(callId: string): boolean
  readonly size: number
}

export function createExpectedCalls(
  options: Pick<ExpectedCallsOptions, 'clock'> & Partial<ExpectedCallsOptions>,
): ExpectedCalls {
  const { clock, keepMs, capacity } = { ...expectedCallsDefaults, ...options }
  const untilMs = new Map<string, number>()
  const removeExpired = () => {
    for (const [callId, ms] of untilMs) {
      if (ms > clock.now()) return
      untilMs.delete(callId)
    }
  }
  return {
    announce(callId) {
      const id = callId.toLowerCase()
      removeExpired()
      // Deleted first, so that the map stays in order of expiry.
      untilMs.delete(id)
      if (untilMs.size >= capacity) return false
      untilMs.set(id, clock.now() + keepMs)
      return true
    },
    take(callId) {
      removeExpired()
      return untilMs.delete(callId.toLowerCase())
    },
    get size() {
      removeExpired()
      return untilMs.size
    },
  }
}
