// The ears' side of the recognisers: carries out what the calls ask, and tells what was heard. ears.worker.ts runs it
// on a thread of its own; a test runs it inline, on a faked clock.

import { OwnedRing } from '../../audio/owned-ring.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Metrics } from '../../base/metrics.ts'
import { MetricsReport } from '../../base/metrics-report.ts'
import type { Relief } from '../live/tuning.ts'
import type { Stt, SttEvent, SttSession } from '../stt.ts'
import type { EarsRequest, FromEars, Heard, ToEars } from './messages.ts'

/** Time between two reports of the state. */
const stateMs = 250

export type EarsDeps = {
  stt: Stt
  relief: Relief
  metrics: Metrics
  clock: Clock
  post: (message: FromEars) => void
  /** Runs a task once everything that has arrived already is done: what was heard meanwhile is one message. */
  later: (task: () => void) => void
}

type Session = { stt: SttSession; toldCoveredTo: number }

export class EarsServer {
  private readonly sessions = new Map<number, Session>()
  private readonly report: MetricsReport
  private heard: Heard[] = []
  private closed: number[] = []
  private isTelling = false
  private timer: Timer | undefined

  constructor(private readonly deps: EarsDeps) {
    this.report = new MetricsReport(deps.metrics)
    this.tellState()
    deps.post({ kind: 'ready' })
  }

  take(message: Exclude<ToEars, { kind: 'start' | 'end' }>): void {
    if (message.kind === 'chunk') this.deps.relief.chunkMs = message.ms
    else for (const request of message.requests) this.attempt(request)
  }

  /** A defect ends one call's session; the calls beside it hear on. */
  private attempt(request: EarsRequest): void {
    try {
      this.answer(request)
    } catch {
      const { session } = request
      const event: SttEvent = { kind: 'link', state: 'failed', code: 'defect' }
      this.heard.push({ session, event, coveredTo: 0, answeredTo: 0 })
      this.tellLater()
    }
  }

  private answer(request: EarsRequest): void {
    if (request.ask === 'open') {
      this.open(request)
      return
    }
    const session = this.sessions.get(request.session)
    switch (request.ask) {
      case 'hint':
        session?.stt.hint(request.hints)
        return
      case 'finalize':
        session?.stt.finalize()
        return
      case 'answered':
        session?.stt.answered?.()
        return
      case 'close':
        try {
          session?.stt.close()
        } finally {
          // Otherwise the call's ring would never be another call's.
          this.sessions.delete(request.session)
          this.closed.push(request.session)
          this.tellLater()
        }
    }
  }

  private open({
    session: id,
    callId,
    language,
    place,
    shared,
    owner,
    from,
    sentTo,
    without,
    hints,
  }: EarsRequest & { ask: 'open' }): void {
    const onEvent = (event: SttEvent) => {
      // The call has its own voice detector, and decides nothing by an open link.
      if (event.kind === 'speechStarted' || (event.kind === 'link' && event.state === 'open')) return
      const stt = this.sessions.get(id)?.stt
      const coveredTo = stt?.coveredTo?.() ?? from
      this.heard.push({ session: id, event, coveredTo, answeredTo: stt?.answeredTo?.() ?? coveredTo })
      this.tellLater()
    }
    const audio = new OwnedRing(place, shared, owner)
    const stt = this.deps.stt.open({ callId, language, audio, from, sentTo, without, onEvent })
    this.sessions.set(id, { stt, toldCoveredTo: from })
    if (hints) stt.hint(hints)
    this.timer ??= this.deps.clock.at(this.deps.clock.now() + stateMs, this.tick)
  }

  private tellLater(): void {
    if (this.isTelling) return
    this.isTelling = true
    this.deps.later(this.tell)
  }

  private readonly tell = (): void => {
    const { heard, closed } = this
    this.isTelling = false
    this.heard = []
    this.closed = []
    if (heard.length > 0) this.deps.post({ kind: 'heard', heard })
    if (closed.length > 0) this.deps.post({ kind: 'closed', sessions: closed })
  }

  private readonly tick = (): void => {
    const { clock } = this.deps
    // First what was heard, because `coveredTo` may rest on it.
    this.tell()
    this.tellState()
    this.timer = this.sessions.size > 0 ? clock.at(clock.now() + stateMs, this.tick) : undefined
  }

  private tellState(): void {
    const covered: number[] = []
    for (const [id, session] of this.sessions) {
      const coveredTo = session.stt.coveredTo?.() ?? session.toldCoveredTo
      if (coveredTo === session.toldCoveredTo) continue
      session.toldCoveredTo = coveredTo
      covered.push(id, coveredTo)
    }
    this.deps.post({ kind: 'state', changes: this.report.changes(), covered })
  }
}
