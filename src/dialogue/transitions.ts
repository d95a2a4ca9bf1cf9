// The moves between the states: what has to be known before the next question makes sense, and which question that
// is. Nothing here reads the caller's words.

import { symptomNames } from '../desk/script.ts'
import type { Topic } from '../desk/types.ts'
import { byVoice, type Draft, end, go, type Manner, put, say, understood } from './decision-draft.ts'
import { sayOpening } from './opening-hours.ts'
import { currentStep, stepsFor } from './state.ts'
import type { Opening } from './types.ts'

/** How often name and number are asked for before the desk goes on without them. */
export const identificationTries = 2

/** Asks for what is missing of name and number; goes on when nothing is. */
export function identify(draft: Draft): Draft {
  const { state } = draft
  go(draft, 'identification')
  // Nobody can key in a name.
  if (state.known.name === null && byVoice(state) && state.nameTries === 0) return put(draft, 'name')
  return askPhone(draft)
}

/** Reads a number back that is whole already, else asks for it. */
export function askPhone(draft: Draft): Draft {
  const { state } = draft
  if (state.known.phone !== null) return leaveIdentification(draft)
  return put(draft, state.pending === null ? 'phone' : 'phoneConfirm')
}

/** After name and number, or without them: what is broken, or the call-back that the number was for. */
export function leaveIdentification(draft: Draft): Draft {
  draft.state.digits = ''
  draft.state.pending = null
  if (draft.state.name === 'goodbye') return promiseCallBack(draft)
  draft.state.identified = true
  return diagnose(draft)
}

/** Asks for topic and symptom as far as they are missing; goes on to the first step when they are known. */
export function diagnose(draft: Draft): Draft {
  const { known } = draft.state
  go(draft, 'diagnostic')
  if (known.topic === null) return put(draft, 'topic')
  if (known.symptom === null || !symptomNames(known.topic).includes(known.symptom))
    return put(draft, 'symptom')
  draft.state.stepIndex = 0
  skipDoneSteps(draft)
  if (draft.state.stepIndex >= stepsFor(known).length) return checkTechnician(draft)
  go(draft, 'solution')
  say(draft, 'steps_intro')
  return put(draft, 'step')
}

/** Another problem, named or not yet: what was known of the first one gives way, the caller stays known. */
export function newProblem(draft: Draft, topic: Topic | null, symptom: string | null): Draft {
  understood(draft)
  draft.state.known = { ...draft.state.known, topic, symptom }
  say(draft, 'new_problem')
  return draft.state.identified ? diagnose(draft) : identify(draft)
}

/** The step counts as tried: does it work now? */
export function verify(draft: Draft): Draft {
  markStepDone(draft)
  go(draft, 'verification')
  return put(draft, 'verify')
}

/** The caller says that it works, of which no step of ours knows: asked before it is believed. */
export function verifySolved(draft: Draft): Draft {
  understood(draft)
  go(draft, 'verification')
  return put(draft, 'verify')
}

/** The step did not help, or could not be done: it counts as tried. */
export function stepFailed(draft: Draft): Draft {
  markStepDone(draft)
  return goOn(draft)
}

/** It still does not work: what is not known yet, the next step while there is one, then a technician. */
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
  return put(draft, 'step')
}

function checkTechnician(draft: Draft): Draft {
  go(draft, 'verification')
  say(draft, 'check_technician')
  draft.state.asking = 'technician'
  draft.ask = 'technician'
  return draft
}

/** Nobody is there: when somebody will be, and whether we may call back. */
export function offerCallBack(draft: Draft, opens?: Opening): Draft {
  // A new question with a ladder of its own: silences during the search were nobody's turn.
  understood(draft)
  go(draft, 'goodbye')
  say(draft, 'no_technician')
  if (opens === undefined) say(draft, 'opening_hours')
  else sayOpening(draft, opens)
  return put(draft, 'callBack')
}

/** The caller wants to be called back: with a number that is known, or after asking for one. */
export function acceptCallBack(draft: Draft): Draft {
  if (draft.state.known.phone !== null) return promiseCallBack(draft)
  draft.state.phoneTries = 0
  return put(draft, 'phone')
}

/** Promised is only what can be kept: the desk does not know the number of this call, only one that it was told. */
function promiseCallBack(draft: Draft): Draft {
  const { known } = draft.state
  if (known.phone === null) return bye(draft, 'call_back_no_number')
  draft.state.known = { ...known, callBack: true }
  return bye(draft, 'call_back_noted')
}

export function transfer(draft: Draft, line = 'transfer'): Draft {
  go(draft, 'transfer')
  say(draft, line)
  return end(draft, 'transfer')
}

/** Ends politely; `first` is said before the goodbye. */
export function bye(draft: Draft, first?: string): Draft {
  go(draft, 'goodbye')
  if (first !== undefined) say(draft, first)
  say(draft, 'goodbye')
  return end(draft, 'goodbye')
}

/** Puts the open question again. */
export function putAgain(draft: Draft, manner: Manner): Draft {
  const { state } = draft
  if (state.asking !== undefined) put(draft, state.asking, manner)
  return draft
}

/** Where the welcome leads: a caller whose call came back is offered a call-back. */
export function welcome(draft: Draft, resumed: boolean): Draft {
  const { state } = draft
  if (resumed) {
    go(draft, 'goodbye')
    say(draft, 'welcome_back')
    return put(draft, 'callBack')
  }
  go(draft, 'welcome')
  say(draft, state.hearsWords ? 'welcome' : 'welcome_keys')
  state.asking = 'open'
  return draft
}

/** The step in hand counts as tried. */
export function markStepDone(draft: Draft): Draft {
  const { known, stepIndex } = draft.state
  const step = stepsFor(known)[stepIndex]
  if (step === undefined || known.stepsDone.includes(step)) return draft
  draft.state.known = { ...known, stepsDone: [...known.stepsDone, step] }
  return draft
}

/** A step that was tried for an earlier problem of this call is not asked for again. */
function skipDoneSteps(draft: Draft): Draft {
  const { known } = draft.state
  const steps = stepsFor(known)
  while (draft.state.stepIndex < steps.length && known.stepsDone.includes(steps[draft.state.stepIndex]))
    draft.state.stepIndex++
  return draft
}
