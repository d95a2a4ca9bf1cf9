// The metrics of all calls: latency per stage, outcomes, refusals, interruptions. call-log.ts counts with them.

import { latencyBoundsMs, type Metrics } from '../base/metrics.ts'
import type { CallOutcome, TurnLatency } from '../call/events.ts'
import { type HeldReason, heldReasons } from '../dialogue/model/gate/gate.ts'
import { languages } from '../understanding/languages/index.ts'
import { type RefusalReason, refusalReasons } from './refusal-reason.ts'

export const stages = [
  'transcript',
  'endpointing',
  'firstToken',
  'firstSentence',
  'firstTtsByte',
  'filler',
  'firstFrame',
] as const satisfies (keyof TurnLatency)[]

const outcomes = [
  'goodbye',
  'transfer',
  'error',
  'hangup',
  'lost',
  'busy',
] as const satisfies readonly CallOutcome[]

/** The metrics of all calls. Made once, before the first call: a counter that first appears as 1 shows in no rate. */
export function callMetrics(metrics: Metrics) {
  const stageHelp = 'Milliseconds from the end of the caller’s speech, per stage'
  const stageMs = (stage: (typeof stages)[number]) =>
    metrics.histogram('turn_latency_ms', stageHelp, latencyBoundsMs, { stage })
  const ended = (outcome: CallOutcome) => metrics.counter('calls_total', 'Calls by outcome', { outcome })
  for (const stage of stages) stageMs(stage)
  const refused = (reason: RefusalReason) =>
    metrics.counter('calls_refused_total', 'Calls that were sent on to humans at once', { reason })
  for (const reason of refusalReasons) refused(reason)
  for (const outcome of outcomes) ended(outcome)
  const held = (reason: HeldReason) =>
    metrics.counter('model_held_total', 'Sentences of the language model that were not spoken', { reason })
  for (const reason of heldReasons) held(reason)
  const languageChanged = (to: string) =>
    metrics.counter('language_changes_total', 'Calls that changed to a language in their middle', { to })
  for (const code of languages) languageChanged(code)
  return {
    stageMs,
    overheadMs: metrics.histogram(
      'turn_overhead_ms',
      'Milliseconds of a turn’s wait that are the server’s own, after the last answer of a vendor',
      latencyBoundsMs,
    ),
    refused,
    ended,
    held,
    languageChanged,
    bargeIns: metrics.counter('barge_ins_total', 'Interruptions of the agent'),
    falseBargeIns: metrics.counter('barge_ins_false_total', 'Interruptions that were taken back'),
    echoes: metrics.counter('echo_calls_total', 'Calls whose telephone sent the agent’s voice back'),
    underruns: metrics.counter(
      'playout_underruns_total',
      'Frames missing in the middle of speech because the voice was too slow',
    ),
  }
}
export type CallMetrics = ReturnType<typeof callMetrics>

/**
 * What the server itself added to the wait of a turn: from the last answer of a vendor to the first frame of the reply.
 *
 * @returns undefined where the reply waited for the end of a filler, which is no fault of the server's
 */
export function overheadMs(latency: TurnLatency): number | undefined {
  const { endpointing = 0, firstToken = 0, firstSentence = 0, firstTtsByte = 0, filler, firstFrame } = latency
  if (firstFrame === undefined || filler !== undefined) return undefined
  return Math.max(0, firstFrame - Math.max(endpointing, firstToken, firstSentence, firstTtsByte))
}
