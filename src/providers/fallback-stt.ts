// Several recognisers as one. When one fails for good in the middle of a call, the next one takes over and begins with
// the audio that no transcript covers yet.

import { rateHz } from '../audio/pcm.ts'
import type { Timer } from '../base/clock.ts'
import type { Counter } from '../base/metrics.ts'
import type { BreakerOptions, Permit } from './breaker.ts'
import {
  type ChainDeps,
  countRequest,
  createMembers,
  type Member,
  noteRefusal,
  noteSuccess,
} from './fallback.ts'
import type { Stt, SttEvent, SttHints, SttOpen, SttSession } from './stt.ts'

export type SttRetryPolicy = {
  /** How long after the failure of all recognisers the first is tried again. */
  againMs: number
  /** The most audio from before its beginning that a recogniser hears when it takes over. */
  keepMs: number
}
export const sttRetryPolicy: SttRetryPolicy = { againMs: 10_000, keepMs: 15_000 }

/** The most text of one turn, in characters: three minutes of fast speech. What comes beyond it is left out. */
const longestTurn = 2_000

/** A link that stays open this long works, even if the caller says nothing. */
const steadyMs = 5_000

/**
 * A recogniser that refuses all requests (no credit, a wrong key, an unknown model) is switched off for all calls, as
 * language models and voices are.
 *
 * @param adapters in the order they are tried, at least one; those that hear no words are used only alone
 */
export function createSttChain(
  adapters: readonly Stt[],
  deps: ChainDeps,
  options: { policy?: Partial<SttRetryPolicy>; breaker?: Partial<BreakerOptions> } = {},
): Stt {
  const policy = { ...sttRetryPolicy, ...options.policy }
  const hearing = adapters.filter((stt) => stt.hearsWords)
  const members = createMembers(hearing, (stt) => `stt/${stt.name}`, deps, {
    failures: 1,
    ...options.breaker,
  })
  for (const member of members) if (deps.troubled?.includes(member.label)) member.trouble.reportedBefore()
  const sessions = new Set<SttSession>()
  return {
    name: 'chain',
    hearsWords: hearing.length > 0,
    open(asked) {
      // No recogniser hears words, so there is nothing to fall back to.
      if (members.length === 0) return adapters[0].open(asked)
      const session = new ChainSession(members, asked, policy, deps, () => sessions.delete(session))
      sessions.add(session)
      return session
    },
    close() {
      for (const session of sessions) session.close()
      for (const stt of adapters) stt.close()
    },
  }
}

class ChainSession implements SttSession {
  private index = -1
  private current: SttSession | undefined
  private permit: Permit | undefined
  /** Whether this recogniser's link was counted as open. */
  private counted = false
  private hints: SttHints | undefined
  /** Where the next recogniser begins. */
  private from: number
  /** The end of the audio when no recogniser was left; undefined while one works. */
  private unheardFrom: number | undefined
  private closed = false
  private timer: Timer | undefined
  /** Runs while the link of a recogniser is open and has not shown yet that it works. */
  private steady: Timer | undefined
  private readonly unheardMs: Counter
  private readonly leftOut: Counter
  /** Characters of the final texts since the last end of a turn. */
  private turnChars = 0

  constructor(
    private readonly members: readonly Member<Stt>[],
    private readonly asked: SttOpen,
    private readonly policy: SttRetryPolicy,
    private readonly deps: ChainDeps,
    private readonly forget: () => void,
  ) {
    this.unheardMs = deps.metrics.counter('stt_unheard_ms_total', 'Caller audio while no recogniser worked')
    this.leftOut = deps.metrics.counter('stt_left_out_total', 'Texts of a recogniser beyond the longest turn')
    this.from = asked.from
    this.next()
  }

  hint(hints: SttHints): void {
    this.hints = hints
    this.current?.hint(hints)
  }

  finalize(): void {
    this.current?.finalize()
  }

  answered(): void {
    this.turnChars = 0
    this.current?.answered?.()
  }

  coveredTo(): number {
    return this.current?.coveredTo?.() ?? this.from
  }

  answeredTo(): number {
    return this.current?.answeredTo?.() ?? this.coveredTo()
  }

  close(): void {
    this.closed = true
    this.timer?.cancel()
    this.steady?.cancel()
    this.permit?.dropped()
    this.current?.close()
    this.current = undefined
    this.countUnheard()
    this.forget()
  }

  /** Opens the next recogniser whose breaker permits it, or gives up for a while. */
  private next(): void {
    const { audio } = this.asked
    this.countUnheard()
    this.from = Math.max(this.from, audio.written - (this.policy.keepMs * rateHz) / 1_000)
    while (++this.index < this.members.length) {
      const member = this.members[this.index]
      if (this.asked.without?.includes(member.adapter.name)) continue
      const permit = member.trouble.isOff(this.asked.language) ? undefined : member.breaker.enter()
      if (!permit) continue
      this.permit = permit
      this.counted = false
      const at = this.index
      this.current = member.adapter.open({
        ...this.asked,
        from: this.from,
        onEvent: (event) => {
          if (!this.closed && at === this.index) this.hear(event)
        },
      })
      if (this.hints) this.current.hint(this.hints)
      return
    }
    this.current = undefined
    this.unheardFrom = audio.written
    this.permit = undefined
    const { clock } = this.deps
    this.timer = clock.at(clock.now() + this.policy.againMs, () => {
      this.index = -1
      this.next()
    })
    this.reportLater({ kind: 'link', state: 'failed', code: 'unavailable' })
  }

  private hear(event: SttEvent): void {
    if (event.kind !== 'link' || event.state !== 'failed') {
      this.judge(event)
      this.asked.onEvent(this.bounded(event))
      return
    }
    this.steady?.cancel()
    const failed = this.current
    const member = this.members[this.index]
    countRequest(this.deps.metrics, member.label, event.code ?? 'unavailable')
    const { language } = this.asked
    if (event.failure) noteRefusal(member, event.failure, this.deps, language)
    const permit = this.permit ?? member.breaker.enter()
    // Refused for this language and off for it: the calls in other languages keep this recogniser.
    if (event.code === 'refused' && member.trouble.isOff(language)) permit?.dropped()
    else permit?.failed()
    this.permit = undefined
    this.from = Math.max(this.from, failed?.coveredTo?.() ?? 0)
    failed?.close()
    this.asked.onEvent({ kind: 'link', state: 'lost', code: event.code })
    if (!this.closed) this.next()
  }

  /** The event with no more text than a turn may have. */
  private bounded(event: SttEvent): SttEvent {
    if (event.kind === 'endOfTurn') this.turnChars = 0
    if (event.kind !== 'transcript' && event.kind !== 'eagerEndOfTurn') return event
    const left = Math.max(0, longestTurn - this.turnChars)
    const text = event.text.slice(0, left)
    if (event.kind === 'transcript' && event.isFinal) this.turnChars += text.length
    if (text.length === event.text.length) return event
    this.leftOut.add()
    return { ...event, text }
  }

  /** A link that opens may still die at once: it shows that the recogniser works by words, or by staying open. */
  private judge(event: SttEvent): void {
    const { clock, metrics } = this.deps
    const member = this.members[this.index]
    const works = () => {
      this.steady?.cancel()
      this.permit?.succeeded()
      this.permit = undefined
    }
    if (event.kind === 'transcript' && event.text !== '') {
      works()
      // Only words show it: Whisper's link is open before its first request.
      noteSuccess(member, this.deps, this.asked.language)
    }
    if (event.kind !== 'link') return
    this.steady?.cancel()
    if (event.state !== 'open' || !this.permit) return
    if (!this.counted) countRequest(metrics, member.label, 'ok')
    this.counted = true
    this.steady = clock.at(clock.now() + steadyMs, works)
  }

  private countUnheard(): void {
    if (this.unheardFrom === undefined) return
    this.unheardMs.add(((this.asked.audio.written - this.unheardFrom) * 1_000) / rateHz)
    this.unheardFrom = undefined
  }

  /** Not from inside the constructor: the caller does not have the session yet. */
  private reportLater(event: SttEvent): void {
    const { clock } = this.deps
    clock.at(clock.now(), () => {
      if (!this.closed && !this.current) this.asked.onEvent(event)
    })
  }
}
