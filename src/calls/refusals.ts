// Calls that are not taken. The caller hears a ready-made phrase, or nothing when the server is about to end, and the
// dialplan goes on to humans. Whether to refuse is the registry's decision.

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Connection } from '../call/connection.ts'
import { announce } from '../call/sound/announce.ts'
import type { Ticker } from '../call/sound/ticker.ts'
import type { CallMetrics } from './call-log.ts'
import type { NextStep, NextStepSink } from './next-step.ts'

export type RefusalReason = 'busy' | 'draining'

export type RefusalDeps = {
  clock: Clock
  log: Log
  ticker: Ticker
  people: NextStep
  nextSteps: NextStepSink
  /** The ready-made audio that a refused caller hears, slin8; undefined when there is none. */
  refusal: (why: RefusalReason) => Int16Array | undefined
}

export class Refusals {
  /** Refused callers who still hear their phrase. */
  speaking = 0

  constructor(
    private readonly deps: RefusalDeps,
    private readonly metrics: CallMetrics,
    private readonly onEnded: () => void,
  ) {}

  /** @param inSilence sends the caller on without a phrase; such calls do not count as `speaking` */
  refuse(connection: Connection, why: RefusalReason, inSilence: boolean): void {
    const { clock, ticker, log, nextSteps, people, refusal } = this.deps
    const { callId } = connection
    nextSteps.set(callId, people)
    this.metrics.ended('busy').add()
    log.info('call refused', { callId, reason: why === 'draining' ? 'draining' : 'too many calls' })
    const count = inSilence ? 0 : 1
    this.speaking += count
    announce(inSilence ? undefined : refusal(why), {
      connection,
      ticker,
      clock,
      onEnded: () => {
        this.speaking -= count
        nextSteps.set(callId, people, true)
        this.onEnded()
      },
    })
  }
}
