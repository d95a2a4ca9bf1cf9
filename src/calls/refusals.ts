// Calls that are not taken. The caller hears a ready-made phrase, or nothing when the server is about to end or many
// hear it already, and the dialplan goes on to humans. Whether to refuse is the registry's decision.

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Connection } from '../call/connection.ts'
import { announce } from '../call/sound/announce.ts'
import type { Ticker } from '../call/sound/ticker.ts'
import type { CallMetrics } from './call-metrics.ts'
import type { NextStep, NextStepSink } from './next-step.ts'
import { type RefusalReason, refusalTexts } from './refusal-reason.ts'

/** Phrases that play at once: a frame each 20 ms costs most of what a call costs. Further callers go on in silence. */
export const mostSpeaking = 30

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

  /** @param closed sends the caller on without a phrase */
  refuse(connection: Connection, why: RefusalReason, closed: boolean): void {
    const { clock, ticker, log, nextSteps, people, refusal } = this.deps
    const { callId } = connection
    nextSteps.set(callId, people)
    const inSilence = closed || this.speaking >= mostSpeaking
    this.metrics.ended('busy').add()
    this.metrics.refused(why).add()
    // Hundreds of silent refusals come in the same second; overload.ts logs how many there were.
    log[inSilence ? 'debug' : 'info']('call refused', { callId, reason: refusalTexts[why] })
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
