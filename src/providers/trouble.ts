// What one adapter refuses until the operator does something (no credit, a wrong key, an unknown model, a field), and
// in which language: a voice or recogniser that lacks Spanish still serves the calls in French.

import type { Clock } from '../base/clock.ts'
import type { ProviderFailure } from './errors.ts'

/** How long an adapter stays off that nothing but the operator can repair; then one request tries it. */
const offMs = 300_000
/** The same after a refusal of one language that may pass, as long as a breaker stays open. */
const refusedMs = 15_000

/** A refusal of every language, such as that of a wrong key. */
const everyLanguage = ''

type Refused = { reason: string; offUntilMs: number }

export class Trouble {
  private readonly refused = new Map<string, Refused>()
  /** Languages that were asked for: where there is only one, no reason names it. */
  private readonly asked = new Set<string>()
  /** As reported last. */
  private reported: string | undefined

  /** @param own the bot's own language */
  constructor(
    private readonly clock: Clock,
    own?: string,
  ) {
    if (own !== undefined) this.asked.add(own)
  }

  /** What it refuses, as text for people; undefined when it is well. */
  get text(): string | undefined {
    const reasons = [...this.refused].map(([language, { reason }]) =>
      language === everyLanguage || this.asked.size < 2 ? reason : `${reason} in '${language}'`,
    )
    return reasons.length === 0 ? this.reported : reasons.join('; ')
  }

  /** It was in trouble before this process or thread began, and that was reported. */
  reportedBefore(): void {
    this.reported = 'reported before'
  }

  /** Whether it must not be asked for this language. @param language undefined: the adapter takes none */
  isOff(language: string | undefined): boolean {
    const now = this.clock.now()
    return [everyLanguage, language ?? everyLanguage].some(
      (key) => now < (this.refused.get(key)?.offUntilMs ?? Number.NEGATIVE_INFINITY),
    )
  }

  /** @returns what to report: undefined when that was reported already */
  refuse(failure: ProviderFailure, language: string | undefined): string | undefined {
    const isOfLanguage = failure.code === 'refused' && language !== undefined
    if (language !== undefined) this.asked.add(language)
    const lasts = failure.isPermanent ? offMs : isOfLanguage && this.asked.size > 1 ? refusedMs : 0
    this.refused.set(isOfLanguage ? language : everyLanguage, {
      reason: failure.message,
      offUntilMs: this.clock.now() + lasts,
    })
    const { text } = this
    if (text === this.reported) return undefined
    this.reported = text
    return text
  }

  /** It has answered in this language. @returns what to report; false when nothing has changed */
  works(language: string | undefined): { reason: string | undefined } | false {
    if (language !== undefined) this.asked.add(language)
    this.refused.delete(everyLanguage)
    if (language !== undefined) this.refused.delete(language)
    const reason = this.refused.size === 0 ? undefined : this.text
    if (reason === this.reported) return false
    this.reported = reason
    return { reason }
  }
}
