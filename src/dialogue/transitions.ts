// The moves from state to state: which question comes next, given what is known. The callers' words and keys that
// trigger a move are read in on-speech.ts and on-key.ts.

import { symptomNames } from '../desk/script.ts'
import type { Topic } from '../desk/types.ts'
import { askQuestion, byVoice, type Draft, end, go, type Manner, say, understood } from './decision-draft.ts'
import { sayOpening } from './opening-hours.ts'
import { currentStep, stepsFor } from './state.ts'
import type { Opening } from './types.ts'

/** How many times the desk asks for the name, and for the number, before it goes on without. */
export const identificationTries = 2

/** Asks for the name or the number if one is missing; otherwise goes on. */
export function identify(draft: Draft): Draft {
  const { state } = draft
  go(draft, 'identification')
  // A name cannot be keyed in.
  if (state.known.name === null && byVoice(state) && state.nameTries === 0) return askQuestion(draft, 'name')
  return askPhone(draft)
}

/** Reads the number back if it is whole; otherwise asks for it. */
export function askPhone(draft: Draft): Draft {
  const { state } = draft
  if (state.known.phone !== null) return leaveIdentification(draft)
  return askQuestion(draft, state.pending === null ? 'phone' : 'phoneConfirm')
}

/** After identification, successful or not: the call-back if the number was for one, otherwise what is broken. */
export function leaveIdentification(draft: Draft): Draft {
  draft.state.digits = ''
  draft.state.pending = null
  if (draft.state.name === 'goodbye') return promiseCallBack(draft)
  draft.state.identified = true
  return diagnose(draft)
}

/** Asks for the topic or the symptom if one is missing; otherwise goes on to the first step. */
export function diagnose(draft: Draft): Draft {
  const { known } = draft.state
  go(draft, 'diagnostic')
  if (known.topic === null) return askQuestion(draft, 'topic')
  if (known.symptom === null || !symptomNames(known.topic).includes(known.symptom))
    return askQuestion(draft, 'symptom')
  draft.state.stepIndex = 0
  skipDoneSteps(draft)
  if (draft.state.stepIndex >= stepsFor(known).length) return checkTechnician(draft)
  go(draft, 'solution')
  say(draft, 'steps_intro')
  return askQuestion(draft, 'step')
}

/** Starts on another problem, named or not yet: forgets the first problem and keeps who is calling. */
export function newProblem(draft: Draft, topic: Topic | null, symptom: string | null): Draft {
  understood(draft)
  draft.state.known = { ...draft.state.known, topic, symptom }
  say(draft, 'new_problem')
  return draft.state.identified ? diagnose(draft) : identify(draft)
}

/** Marks the step as tried and asks whether it works now. */
export function verify(draft: Draft): Draft {
  markStepDone(draft)
  go(draft, 'verification')
  return askQuestion(draft, 'verify')
}

/** The caller says that it works although no step was finished: ask to make sure. */
export function verifySolved(draft: Draft): Draft {
  understood(draft)
  go(draft, 'verification')
  return askQuestion(draft, 'verify')
}

/** The step did not help or could not be done; it counts as tried. */
export function stepFailed(draft: Draft): Draft {
  markStepDone(draft)
  return goOn(draft)
}

/** It still does not work: ask for what is not known yet, then the next step if there is one, then a technician. */
export function goOn(draft: Draft): Draft {
  const step = currentStep(draft.state)
  if (step === undefined || !draft.state.known.stepsDone.includes(step)) {
    say(draft, 'sorry_trouble')
    return draft.state.identified ? diagnose(draft) : identify(draft)
  }
  skipDoneSteps(draft)
  if (draft.state.stepIndex >= stepsFor(draft.state.known).length) return checkTechnician(draft)
  go(draft, 'solution')
  say(draft, 'next_step')
  return askQuestion(draft, 'step')
}

/** All steps were tried: look for a technician. */
function checkTechnician(draft: Draft): Draft {
  go(draft, 'verification')
  say(draft, 'check_technician')
  draft.state.asking = 'technician'
  draft.ask = 'technician'
  return draft
}

/** No technician is free: say when one will be, and offer to call back. */
export function offerCallBack(draft: Draft, opens?: Opening): Draft {
  // This question counts its own silences: those during the search were not the caller's turn.
  understood(draft)
  go(draft, 'goodbye')
  say(draft, 'no_technician')
  if (opens === undefined) say(draft, 'opening_hours')
  else sayOpening(draft, opens)
  return askQuestion(draft, 'callBack')
}

/** The caller wants to be called back: promise it if the number is known, otherwise ask for the number. */
export function acceptCallBack(draft: Draft): Draft {
  if (draft.state.known.phone !== null) return promiseCallBack(draft)
  draft.state.phoneTries = 0
  return askQuestion(draft, 'phone')
}

/** Without a number that the caller gave, no promise: the desk does not know the number they are calling from. */
function promiseCallBack(draft: Draft): Draft {
  const { known } = draft.state
  if (known.phone === null) return bye(draft, 'call_back_no_number')
  draft.state.known = { ...known, callBack: true }
  return bye(draft, 'call_back_noted')
}

/** Ends the call with a transfer to a human. @param line what is said before it */
export function transfer(draft: Draft, line = 'transfer'): Draft {
  go(draft, 'transfer')
  say(draft, line)
  return end(draft, 'transfer')
}

/** Ends the call politely. @param first line said before the goodbye */
export function bye(draft: Draft, first?: string): Draft {
  go(draft, 'goodbye')
  if (first !== undefined) say(draft, first)
  say(draft, 'goodbye')
  return end(draft, 'goodbye')
}

/** Asks the open question again. */
export function askAgain(draft: Draft, manner: Manner): Draft {
  const { state } = draft
  if (state.asking !== undefined) askQuestion(draft, state.asking, manner)
  return draft
}

/** Marks the current step as tried. */
export function markStepDone(draft: Draft): Draft {
  const { known, stepIndex } = draft.state
  const step = stepsFor(known)[stepIndex]
  if (step === undefined || known.stepsDone.includes(step)) return draft
  draft.state.known = { ...known, stepsDone: [...known.stepsDone, step] }
  return draft
}

/** Skips steps that were tried for an earlier problem of this call. */
function skipDoneSteps(draft: Draft): Draft {
  const { known } = draft.state
  const steps = stepsFor(known)
  while (draft.state.stepIndex < steps.length && known.stepsDone.includes(steps[draft.state.stepIndex]))
    draft.state.stepIndex++
  return draft
}
