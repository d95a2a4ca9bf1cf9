// Keeps the requests of all calls below an organisation's tokens per minute: a token bucket, corrected by the vendor's
// `x-ratelimit-*` headers. It never waits; it returns how long to wait, and the caller decides.

import type { Clock } from '../base/clock.ts'
import type { Counter } from '../base/metrics.ts'

export type LimiterOptions = {
  clock: Clock
  /** Initial tokens per minute; the vendor's headers override it. 0 sets no limit until they do. */
  tokensPerMinute: number
  /** Counts requests that have to wait. */
  refused?: Counter
}

/** Tokens reserved for one request; `used` corrects the estimate afterwards. */
export type Reservation = { tokens: number }

type Headers = { get(name: string): string | null }

export class TokenLimiter {
  private level: number
  private perMinute: number
  private filledMs: number

  constructor(private readonly options: LimiterOptions) {
    this.perMinute = options.tokensPerMinute
    this.level = options.tokensPerMinute
    this.filledMs = options.clock.now()
  }

  /**
   * @param tokens estimate for prompt and answer together; more than a minute's worth counts as one minute's worth
   * @returns the reservation, or the milliseconds after which a retry makes sense
   */
  take(tokens: number): Reservation | { waitMs: number } {
    if (this.perMinute === 0) return { tokens: 0 }
    this.fill()
    const wanted = Math.min(tokens, this.perMinute)
    if (this.level < wanted) {
      this.options.refused?.add()
      return { waitMs: Math.ceil(((wanted - this.level) / this.perMinute) * 60_000) }
    }
    this.level -= wanted
    return { tokens: wanted }
  }

  /** Replaces the estimate by the vendor's count. */
  used(taken: Reservation, tokens: number): void {
    if (this.perMinute === 0) return
    this.fill()
    this.level = Math.min(this.perMinute, this.level + taken.tokens - tokens)
  }

  /**
   * Reads the limit from an answer's headers `x-ratelimit-limit-tokens` and `x-ratelimit-remaining-tokens`, both per
   * minute. The lower of the vendor's count and ours applies, because other answers may be on their way.
   */
  learn(headers: Headers): void {
    const limit = Number(headers.get('x-ratelimit-limit-tokens') ?? Number.NaN)
    const remaining = Number(headers.get('x-ratelimit-remaining-tokens') ?? Number.NaN)
    this.fill()
    if (Number.isFinite(limit) && limit > 0) {
      if (this.perMinute === 0) this.level = limit
      this.perMinute = limit
    }
    if (Number.isFinite(remaining) && remaining >= 0 && this.perMinute > 0)
      this.level = Math.min(this.level, remaining)
  }

  private fill(): void {
    const nowMs = this.options.clock.now()
    this.level = Math.min(this.perMinute, this.level + ((nowMs - this.filledMs) / 60_000) * this.perMinute)
    this.filledMs = nowMs
  }
}

/**
 * An upper estimate of a request's tokens: with the models in use, French has about three and a half characters per
 * token, so three are on the safe side.
 */
export function estimateTokens(messages: readonly { content: string }[], maxTokens: number): number {
  let characters = 0
  for (const message of messages) characters += message.content.length + 12
  return Math.ceil(characters / 3) + maxTokens
}
