// What happens to a caller after the call: the answer for the dialplan, with what the technician should know. Pure.

import type { CallCustomer } from '../call/reply/thinker-deps.ts'
import type { Known } from '../dialogue/types.ts'
import type { CallDetails } from './call-log.ts'

export type NextStep = {
  verb: 'queue' | 'dial' | 'hangup'
  target: string
  variables?: Record<string, string>
}

/** Beside the desk's own notes. */
const vulnerableNote = 'vulnerable'

/** Keeps the answer until the dialplan asks; see asterisk/next-steps.ts. */
export type NextStepSink = {
  /** @param isAwaited the call is over and its dialplan asks now */
  set(callId: string, step: NextStep, isAwaited?: boolean): void
}

/**
 * What the dialplan does with a caller whose call with the bot has ended.
 *
 * @param summary for the technician, in words
 * @param people where humans are
 * @param customer what the operator's system knows of the caller
 */
export function nextStepOf(
  details: CallDetails,
  known: Known,
  summary: string,
  people: NextStep,
  customer?: CallCustomer,
): NextStep {
  const variables: Record<string, string> = {
    VB_NAME: known.name ?? '',
    VB_PHONE: known.phone ?? '',
    VB_TOPIC: known.topic ?? '',
    VB_SYMPTOM: known.symptom ?? '',
    VB_STEPS: known.stepsDone.join(' '),
    VB_LANGUAGE: details.languages.at(-1)?.language ?? '',
    VB_OUTCOME: details.outcome ?? '',
    VB_NOTES: [...known.notes, ...(customer?.vulnerable ? [vulnerableNote] : [])].join(' '),
    // A comma would part arguments in the dialplan, and is taken out of every value (asterisk/next-steps.ts).
    VB_SUMMARY: summary.replaceAll(', ', ' / '),
  }
  // Set only when wanted, because a dialplan tests whether the variable exists.
  if (known.callBack) variables.VB_CALLBACK = '1'
  if (customer?.contract) variables.VB_CONTRACT = customer.contract
  if (customer?.vulnerable) variables.VB_VULNERABLE = '1'
  if (customer?.incident) variables.VB_INCIDENT = '1'
  // After a caller's own hang-up the dialplan does not ask. If it asks all the same, the connection broke and the
  // caller is still there, so the answer is the queue or the technicians' phone.
  if (details.outcome === 'goodbye')
    return known.callBack ? { verb: 'hangup', target: '', variables } : { verb: 'hangup', target: '' }
  return { ...people, variables }
}
