// Keeps the requests of all calls below an organisation's tokens per minute: a token bucket, corrected by the vendor's
// `x-ratelimit-*` headers. It never waits; it returns how long to wait, and the caller decides. Several machines share
// one bucket. Without it, each has the bucket's last known level and its refill divided by the number of machines.

import type { Clock } from '../base/clock.ts'
import type { Counter } from '../base/metrics.ts'
import type { SharedTokens, Spending } from './shared-limits.ts'

export type LimiterOptions = {
  clock: Clock
  /** Initial tokens per minute; the vendor's headers override it. 0 sets no limit until they do. */
  tokensPerMinute: number
  /** Counts requests that have to wait. */
  refused?: Counter
  /** The bucket of all machines, under the name of the model; left out where there is one machine. */
  shared?: { tokens: SharedTokens; model: string }
}

/** Tokens reserved for one request; `used` corrects the estimate afterwards. */
export type Reservation = { tokens: number }
export type Taken = Reservation | { waitMs: number }

type Headers = { get(name: string): string | null }

/** A level that the machines' bucket had this long ago says too little. */
const freshMs = 2_000

export class TokenLimiter {
  private level: number
  private perMinute: number
  private filledMs: number
  /** Whether `level` is that of the machines' bucket, or this machine's part of it. */
  private isShared = false
  /** When the machines' bucket last said its level, and the tokens granted since without asking. */
  private toldMs = Number.NEGATIVE_INFINITY
  private unconfirmed = 0

  constructor(private readonly options: LimiterOptions) {
    this.perMinute = options.tokensPerMinute
    this.level = options.tokensPerMinute
    this.filledMs = options.clock.now()
  }

  /**
   * @param tokens estimate for prompt and answer together; more than a minute's worth counts as one minute's worth
   * @returns the reservation, or the milliseconds after which a retry makes sense. A promise only where half of
   *   the machines' bucket is used up, or it was not asked for a while: it answers within some 50 ms or counts as gone
   */
  take(tokens: number): Taken | Promise<Taken> {
    if (this.perMinute === 0) return { tokens: 0 }
    this.fill()
    const wanted = Math.min(tokens, this.perMinute)
    if (!this.isShared) return this.takeHere(wanted)
    const isFresh = this.options.clock.now() - this.toldMs < freshMs
    const isHalfFull = this.level - wanted >= this.perMinute / 2
    // Together the machines grant half of the bucket at most before they hear of each other.
    if (isFresh && isHalfFull && this.unconfirmed + wanted <= this.level / (2 * this.machines)) {
      void this.spend({ tokens: wanted, isSpent: true })
      return { tokens: wanted }
    }
    return this.ask(wanted)
  }

  /** Replaces the estimate by the vendor's count. */
  used(taken: Reservation, tokens: number): void {
    if (this.perMinute === 0) return
    this.fill()
    const more = tokens - taken.tokens
    if (this.isShared) void this.spend({ tokens: more, isSpent: true })
    else this.level = Math.min(this.capacity, this.level - more)
  }

  /**
   * Reads the limit from an answer's headers `x-ratelimit-limit-tokens` and `x-ratelimit-remaining-tokens`, both per
   * minute and for all machines together. The lower of the vendor's count and ours applies, because other answers may
   * be on their way.
   */
  learn(headers: Headers): void {
    const limit = Number(headers.get('x-ratelimit-limit-tokens') ?? Number.NaN)
    const remaining = Number(headers.get('x-ratelimit-remaining-tokens') ?? Number.NaN)
    const hasLimit = Number.isFinite(limit) && limit > 0
    this.fill()
    if (hasLimit) {
      const isFirst = this.perMinute === 0
      this.perMinute = limit
      if (isFirst) this.level = this.capacity
    }
    if (this.perMinute === 0) return
    const isTold = Number.isFinite(remaining) && remaining >= 0
    if (isTold) this.level = Math.min(this.level, this.isShared ? remaining : remaining / this.machines)
    if (this.isShared && (hasLimit || isTold))
      void this.spend({
        tokens: 0,
        isSpent: true,
        isLearnt: hasLimit,
        atMost: isTold ? remaining : undefined,
      })
  }

  /** From this machine's part. */
  private takeHere(tokens: number): Taken {
    const parts = this.isShared ? this.machines : 1
    const wanted = Math.min(tokens, this.capacity / parts)
    if (this.level / parts < wanted) return this.refuse(wanted)
    this.level -= wanted
    return { tokens: wanted }
  }

  private async ask(wanted: number): Promise<Taken> {
    const granted = await this.spend({ tokens: wanted })
    this.fill()
    if (granted === undefined) return this.takeHere(wanted)
    return granted ? { tokens: wanted } : this.refuse(wanted)
  }

  private refuse(wanted: number): { waitMs: number } {
    this.options.refused?.add()
    return { waitMs: Math.max(1, Math.ceil(((wanted - this.level) / this.capacity) * 60_000)) }
  }

  /** @returns whether the machines' bucket granted the tokens; undefined when it gave no answer */
  private async spend(spending: Pick<Spending, 'tokens'> & Partial<Spending>): Promise<boolean | undefined> {
    const { clock, shared } = this.options
    const { tokens, isSpent = false } = spending
    if (isSpent) this.unconfirmed += tokens
    this.level = Math.min(this.perMinute, this.level - (isSpent ? tokens : 0))
    const asked = { isLearnt: false, atMost: undefined, ...spending, isSpent, perMinute: this.perMinute }
    const answer = await shared?.tokens.spend(shared.model, asked)
    if (isSpent) this.unconfirmed -= tokens
    if (answer === undefined || !this.isShared) return answer?.granted
    this.perMinute = answer.perMinute
    this.level = answer.level - this.unconfirmed
    this.toldMs = this.filledMs = clock.now()
    return answer.granted
  }

  private get machines(): number {
    return this.options.shared?.tokens.machines() ?? 1
  }

  /** What this machine can have at most, and gets in a minute. */
  private get capacity(): number {
    return this.isShared ? this.perMinute : this.perMinute / this.machines
  }

  private fill(): void {
    const nowMs = this.options.clock.now()
    const { capacity } = this
    this.level = Math.min(capacity, this.level + ((nowMs - this.filledMs) / 60_000) * capacity)
    this.filledMs = nowMs
    const isShared = this.options.shared?.tokens.isUp ?? false
    if (isShared === this.isShared) return
    this.isShared = isShared
    this.level *= isShared ? this.machines : 1 / this.machines
    this.toldMs = Number.NEGATIVE_INFINITY
    // What was granted without the machines' bucket is missing in it.
    if (isShared && this.perMinute > 0)
      void this.spend({ tokens: 0, isSpent: true, atMost: Math.max(0, Math.floor(this.level)) })
  }
}

/** An upper estimate of a request's tokens: those of its messages, and the longest answer. */
export const estimateTokens = (messages: readonly { content: string }[], maxTokens: number): number =>
  tokensOf(messages) + maxTokens

/**
 * An upper estimate of the messages' tokens: with the models in use, French has about three and a half characters per
 * token, so three are on the safe side.
 */
export function tokensOf(messages: readonly { content: string }[]): number {
  let characters = 0
  for (const message of messages) characters += message.content.length + 12
  return Math.ceil(characters / 3)
}
