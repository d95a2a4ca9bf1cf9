// Calls announced by the dialplan before they come, for sites where the AudioSocket's port is within reach of others:
// a UUID that was not announced is closed. An announcement serves once and for a short time.

import type { Clock } from '../base/clock.ts'

export type ExpectedCallsOptions = {
  clock: Clock
  /** From the announcement to the call: the dialplan connects in the next step. */
  keepMs: number
  /** Announcements that wait at once; one more is refused, so that a flood of them takes no caller's away. */
  capacity: number
}
export const expectedCallsDefaults = { keepMs: 30_000, capacity: 4_096 } as const

export type ExpectedCalls = {
  /** Announces a call, or starts its time again. @returns false when too many wait already */
  announce(callId: string): boolean
  /** Whether the call was announced; answers true once for each announcement. */
  take(callId: string): boolean
  readonly size: number
}

export function createExpectedCalls(
  options: Pick<ExpectedCallsOptions, 'clock'> & Partial<ExpectedCallsOptions>,
): ExpectedCalls {
  const { clock, keepMs, capacity } = { ...expectedCallsDefaults, ...options }
  const untilMs = new Map<string, number>()
  const forgetOld = () => {
    for (const [callId, ms] of untilMs) {
      if (ms > clock.now()) return
      untilMs.delete(callId)
    }
  }
  return {
    announce(callId) {
      const id = callId.toLowerCase()
      forgetOld()
      // Deleted first, so that the map stays in the order of expiry.
      untilMs.delete(id)
      if (untilMs.size >= capacity) return false
      untilMs.set(id, clock.now() + keepMs)
      return true
    },
    take(callId) {
      forgetOld()
      return untilMs.delete(callId.toLowerCase())
    },
    get size() {
      forgetOld()
      return untilMs.size
    },
  }
}
