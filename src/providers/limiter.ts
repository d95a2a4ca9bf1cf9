// Keeps the requests of all calls under an organisation's tokens per minute. A bucket that fills steadily; the
// vendor's own `x-ratelimit-*` headers correct it. It never waits: it says how long, and the asker decides.

import type { Clock } from '../base/clock.ts'
import type { Counter } from '../base/metrics.ts'

export type LimiterOptions = {
  clock: Clock
  /** Tokens per minute to begin with; the vendor's headers overrule it. 0 knows no limit until told. */
  tokensPerMinute: number
  /** Counts requests that were told to wait. */
  refused?: Counter
}

/** A place taken in the minute; `used` gives back what the estimate had too much. */
export type Taken = { tokens: number }

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
   * @param tokens estimate of prompt and answer together; more than a whole minute's worth counts as a minute's
   * @returns the place, or the milliseconds after which asking again makes sense
   */
  take(tokens: number): Taken | { waitMs: number } {
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

  /** Corrects an estimate by what the vendor counted. */
  used(taken: Taken, tokens: number): void {
    if (this.perMinute === 0) return
    this.fill()
    this.level = Math.min(this.perMinute, this.level + taken.tokens - tokens)
  }

  /**
   * Reads what an answer tells of the limit: `x-ratelimit-limit-tokens` and `x-ratelimit-remaining-tokens`, both
   * per minute. The lower of its count and ours holds, because other answers may be on their way.
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
 * Tokens a request will cost at most: French takes about three and a half characters a token with the models in
 * use, so three are on the safe side.
 */
export function estimateTokens(messages: readonly { content: string }[], maxTokens: number): number {
  let characters = 0
  for (const message of messages) characters += message.content.length + 12
  return Math.ceil(characters / 3) + maxTokens
}
