// Decides after each lost socket whether and when the recogniser is tried again. Pure.

import type { Down } from './tuning.ts'

export type ReconnectionOptions = {
  /** Waits before each attempt; the last one repeats. ±20 % at random. */
  backoffMs: readonly number[]
  /** Longest time without a working socket, the next wait included. */
  giveUpMs: number
}

/** Another attempt after a wait, or none, with the code of the failure. */
export type Verdict = { delayMs: number } | { failed: 'refused' | 'auth' | 'limited' | 'unavailable' }

/** Statuses that another attempt would only repeat. */
const fatal = new Set([400, 401, 402, 403, 404])
/** A socket that was open this long counts as a working one, even if no message arrived on it. */
const steadyMs = 2_000

export class Reconnection {
  private attempt = 0
  private downSinceMs: number | undefined

  constructor(
    private readonly options: ReconnectionOptions,
    private readonly random: () => number,
    nowMs: number,
  ) {
    this.downSinceMs = nowMs
  }

  /** A message arrived: the connection works. */
  works(): void {
    this.attempt = 0
    this.downSinceMs = undefined
  }

  /** @param openMs how long the socket was open; undefined when it never opened */
  lost(why: Down, nowMs: number, openMs: number | undefined): Verdict {
    if (openMs !== undefined && openMs >= steadyMs) {
      this.downSinceMs = nowMs
      this.attempt = 0
    }
    this.downSinceMs ??= nowMs
    if (why.status !== undefined && fatal.has(why.status))
      return { failed: why.status === 400 || why.status === 404 ? 'refused' : 'auth' }
    const { backoffMs, giveUpMs } = this.options
    const base = backoffMs[Math.min(this.attempt++, backoffMs.length - 1)] ?? 0
    const delayMs = base * (0.8 + 0.4 * this.random())
    if (nowMs + delayMs - this.downSinceMs >= giveUpMs)
      return { failed: why.status === 429 ? 'limited' : 'unavailable' }
    return { delayMs }
  }
}
