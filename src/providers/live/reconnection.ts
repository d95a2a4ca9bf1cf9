// Decides after each lost socket whether and when the recogniser is tried again. Pure.
//
// A socket counts as good once it has lasted or has delivered words. A vendor in trouble often accepts a connection,
// says one thing and closes it: such short lives in a row lead to the next adapter, however quickly they follow.

import type { Down } from './tuning.ts'

export type ReconnectionOptions = {
  /** Waits before each attempt; the last one repeats. ±20 % at random. */
  backoffMs: readonly number[]
  /** Longest time without a good socket, the next wait included. */
  giveUpMs: number
}

/** Another attempt after a wait, or none, with the code of the failure. */
export type Verdict = { delayMs: number } | { failed: 'refused' | 'auth' | 'limited' | 'unavailable' }

/** Statuses that another attempt would only repeat. */
const fatal = new Set([400, 401, 402, 403, 404])
/** A socket that was open this long is a good one, even if no words arrived on it. */
const steadyMs = 5_000
/** This many sockets in a row that opened and died young: the recogniser is unavailable. */
const shortLivesAllowed = 4
/** At most this many sockets open within `windowMs`, good ones too: a server may hear words and die each time. */
const socketsInWindow = 5
const windowMs = 10_000

export class Reconnection {
  private attempt = 0
  private shortLives = 0
  private downSinceMs: number | undefined
  /** Whether words arrived on the socket that is open. */
  private worked = false
  /** When the last sockets opened, at most `socketsInWindow` of them. */
  private readonly openedMs: number[] = []

  constructor(
    private readonly options: ReconnectionOptions,
    private readonly random: () => number,
    nowMs: number,
  ) {
    this.downSinceMs = nowMs
  }

  /** A socket opened. */
  opened(nowMs: number): void {
    this.worked = false
    this.openedMs.push(nowMs)
    if (this.openedMs.length > socketsInWindow) this.openedMs.shift()
  }

  /** Words arrived: the connection works. */
  works(): void {
    this.worked = true
    this.restart(undefined)
  }

  /** @param openMs how long the socket was open; undefined when it never opened */
  lost(why: Down, nowMs: number, openMs: number | undefined): Verdict {
    if (openMs !== undefined && openMs >= steadyMs) this.restart(nowMs)
    else if (openMs !== undefined && !this.worked) this.shortLives++
    this.downSinceMs ??= nowMs
    if (why.status !== undefined && fatal.has(why.status))
      return { failed: why.status === 400 || why.status === 404 ? 'refused' : 'auth' }
    const failed = why.status === 429 ? 'limited' : 'unavailable'
    if (this.shortLives >= shortLivesAllowed) return { failed }
    const delayMs = Math.max(this.backoffMs(), this.windowWaitMs(nowMs))
    return nowMs + delayMs - this.downSinceMs >= this.options.giveUpMs ? { failed } : { delayMs }
  }

  /** Whether an attempt at `atMs` comes after the longest time without a good socket. */
  isTooLate(atMs: number): boolean {
    return this.downSinceMs !== undefined && atMs - this.downSinceMs >= this.options.giveUpMs
  }

  private restart(downSinceMs: number | undefined): void {
    this.attempt = 0
    this.shortLives = 0
    this.downSinceMs = downSinceMs
  }

  private backoffMs(): number {
    const { backoffMs } = this.options
    const base = backoffMs[Math.min(this.attempt++, backoffMs.length - 1)] ?? 0
    return base * (0.8 + 0.4 * this.random())
  }

  private windowWaitMs(nowMs: number): number {
    if (this.openedMs.length < socketsInWindow) return 0
    return Math.max(0, this.openedMs[0] + windowMs - nowMs)
  }
}
