// What the days of a desk are judged by, as counters: topics with their outcomes, the steps that help, why people take
// calls over, and what went wrong. Label values are the names of the desks in use; any other name counts as `other`.

import type { Metrics } from '../base/metrics.ts'
import type { CallOutcome } from '../call/events.ts'
import type { Troubles } from '../call/reply/troubles.ts'
import type { Known } from '../dialogue/types.ts'

export type DeskNames = { topics: readonly string[]; steps: readonly string[] }

export type EndedDay = {
  outcome: CallOutcome
  known: Pick<Known, 'topic' | 'stepsDone' | 'callBack'>
  troubles: Troubles
  /** The states that the call was in, in order. */
  states: readonly string[]
  /** The line with which the desk handed over to people. */
  handOverLine: string | undefined
}

const outcomes = ['goodbye', 'transfer', 'error', 'hangup', 'lost'] as const
/** Why people take a call over, by the line that the desk says then. */
const reasons: Readonly<Record<string, string>> = {
  transfer: 'asked',
  no_match_human: 'notUnderstood',
  operator_transfer: 'operator',
  other_desk: 'otherDesk',
}
/** No step helped, or the problem is one for people. */
const byProblem = 'problem'
const noTopic = 'none'
const otherName = 'other'

/** Made before the first call: a counter that first appears as 1 shows in no rate. @param names as they are now */
export function createDayMetrics(metrics: Metrics, names: () => DeskNames) {
  const topic = (name: string, outcome: string) =>
    metrics.counter('topic_calls_total', 'Ended calls by topic and outcome', { topic: name, outcome })
  const helped = (step: string) =>
    metrics.counter('step_helped_total', 'Calls that ended well after this step', { step })
  const transfers = (reason: string) =>
    metrics.counter('transfers_total', 'Calls handed over to people, by reason', { reason })
  const notUnderstood = metrics.counter('turns_not_understood_total', 'Turns that the desk could not use')
  const silences = metrics.counter('turns_silent_total', 'Times that the desk asked who said nothing')
  const complaints = metrics.counter('turns_angry_total', 'Turns of angry callers')
  const callBacks = metrics.counter('call_backs_total', 'Calls that ended with a promised call-back')
  const known = (list: readonly string[], name: string) => (list.includes(name) ? name : otherName)

  const { topics, steps } = names()
  for (const name of [...topics, noTopic, otherName]) for (const outcome of outcomes) topic(name, outcome)
  for (const name of [...steps, otherName]) helped(name)
  for (const reason of [...Object.values(reasons), byProblem]) transfers(reason)

  return {
    /** Counts a call that has ended. */
    ended({
      outcome,
      known: { topic: about, stepsDone, callBack },
      troubles,
      states,
      handOverLine,
    }: EndedDay): void {
      const now = names()
      topic(about === null ? noTopic : known(now.topics, about), outcome).add()
      const last = stepsDone.at(-1)
      const isSolved = outcome === 'goodbye' && !callBack && states.at(-2) === 'verification'
      if (isSolved && last !== undefined) helped(known(now.steps, last)).add()
      if (outcome === 'transfer') transfers(reasons[handOverLine ?? ''] ?? byProblem).add()
      notUnderstood.add(troubles.notUnderstood)
      silences.add(troubles.silences)
      complaints.add(troubles.complaints)
      if (callBack) callBacks.add()
    },
  }
}
export type DayMetrics = ReturnType<typeof createDayMetrics>
