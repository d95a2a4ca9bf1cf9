// The moves from state to state: which question comes next, given what is known. The callers' words and keys that
// trigger a move are read in on-speech.ts and on-key.ts.

import { courseOf, stepsOf, symptomOf, topicOf } from '../desk/desk.ts'
import { confirmNumber, lineTellsWho } from './customer.ts'
import { askQuestion, byVoice, type Draft, end, go, type Manner, say, understood } from './decision-draft.ts'
import { sayOpening } from './opening-hours.ts'
import { currentStep, offersLine } from './state.ts'
import type { Opening } from './types.ts'

/** How many times the desk asks for the name, and for the number, before it goes on without. */
export const identificationTries = 2

/** Asks for the name or the number if one is missing; otherwise goes on. */
export function identify(draft: Draft): Draft {
  const { state } = draft
  go(draft, 'identification')
  // A name cannot be keyed in.
  const asksName = state.known.name === null && byVoice(state) && state.nameTries === 0
  if (asksName && !lineTellsWho(state)) return askQuestion(draft, 'name')
  return askPhone(draft)
}

/** Reads the number back if it is whole; otherwise asks whether it is the line that calls, or asks for it. */
export function askPhone(draft: Draft): Draft {
  const { state } = draft
  if (state.known.phone !== null) return leaveIdentification(draft)
  if (state.pending === null && state.line === 'unasked' && state.callerNumber !== null) {
    state.pending = state.callerNumber
    state.line = 'asking'
  }
  return askQuestion(draft, state.pending === null ? 'phone' : 'phoneConfirm')
}

/** After identification, successful or not: the call-back if the number was for one, otherwise what is broken. */
export function leaveIdentification(draft: Draft): Draft {
  draft.state.digits = ''
  draft.state.pending = null
  settleLine(draft)
  if (draft.state.name === 'goodbye') return promiseCallBack(draft)
  draft.state.identified = true
  return diagnose(draft)
}

/** The caller has said yes or no to the line, or gave another number: from now on a number is read back as theirs. */
export function settleLine(draft: Draft): Draft {
  if (draft.state.line === 'asking') {
    draft.state.pending = null
    draft.state.line = 'settled'
  }
  return draft
}

/** Asks for the topic or the symptom if one is missing; otherwise goes on to the first step. */
export function diagnose(draft: Draft): Draft {
  const { desk, known } = draft.state
  go(draft, 'diagnostic')
  const topic = topicOf(desk, known.topic)
  if (topic === undefined) return askQuestion(draft, 'topic')
  const isKnown = topic.symptoms.some(({ name }) => name === known.symptom)
  if (topic.symptoms.length > 0 && !isKnown) return askQuestion(draft, 'symptom')
  const course = courseOf(desk, known)
  if (course?.kind === 'handOver') return checkTechnician(draft, course.say)
  if (course?.kind === 'callBack') {
    go(say(draft, course.say), 'goodbye')
    return askQuestion(draft, 'callBack')
  }
  draft.state.stepIndex = 0
  skipDoneSteps(draft)
  if (currentStep(draft.state) === undefined) return checkTechnician(draft)
  go(draft, 'solution')
  say(draft, 'steps_intro')
  return askQuestion(draft, 'step')
}

/** Starts on another problem, named or not yet: forgets the first problem and keeps who is calling. */
export function newProblem(draft: Draft, topic: string | null, symptom: string | null): Draft {
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

/** The step was done: ask whether it works now, unless the desk says that this step only leads to the next. */
export function stepDone(draft: Draft): Draft {
  if (currentStep(draft.state)?.done !== 'next') return verify(draft)
  markStepDone(draft)
  return goOn(draft)
}

/** The step did not help or could not be done; it counts as tried. */
export function stepFailed(draft: Draft): Draft {
  markStepDone(draft)
  return currentStep(draft.state)?.stuck === 'technician' ? checkTechnician(draft) : goOn(draft)
}

/** It still does not work: ask for what is not known yet, then the next step if there is one, then a technician. */
export function goOn(draft: Draft): Draft {
  const step = currentStep(draft.state)
  if (step === undefined || !draft.state.known.stepsDone.includes(step.name)) {
    say(draft, 'sorry_trouble')
    return draft.state.identified ? diagnose(draft) : identify(draft)
  }
  skipDoneSteps(draft)
  if (currentStep(draft.state) === undefined) return checkTechnician(draft)
  go(draft, 'solution')
  say(draft, 'next_step')
  return askQuestion(draft, 'step')
}

/** All steps were tried, or none would help: look for somebody. @param line said meanwhile */
export function checkTechnician(draft: Draft, line = 'check_technician'): Draft {
  if (!draft.state.canTransfer) return callBackInstead(draft)
  go(draft, 'verification')
  say(draft, line)
  draft.state.asking = 'technician'
  draft.ask = 'technician'
  return draft
}

/** Somebody is there: a technician, or whom the problem needs. */
export function handOver(draft: Draft): Draft {
  const { desk, known } = draft.state
  const course = courseOf(desk, known)
  return transfer(draft, course?.kind === 'handOver' ? course.found : 'technician_found')
}

/** Nobody is free: say when somebody will be, and offer to call back. */
export function offerCallBack(draft: Draft, opens?: Opening): Draft {
  // This question counts its own silences: those during the search were not the caller's turn.
  understood(draft)
  go(draft, 'goodbye')
  const course = courseOf(draft.state.desk, draft.state.known)
  say(draft, course?.kind === 'handOver' ? course.none : 'no_technician')
  if (opens === undefined) say(draft, 'opening_hours')
  else sayOpening(draft, opens)
  return askQuestion(draft, 'callBack')
}

/** The caller wants to be called back: promise it if there is a number for it, otherwise ask for one. */
export function acceptCallBack(draft: Draft): Draft {
  if (offersLine(draft.state)) confirmNumber(draft, draft.state.callerNumber)
  if (draft.state.known.phone !== null) return promiseCallBack(draft)
  draft.state.phoneTries = 0
  return askQuestion(draft, 'phone')
}

/** Without a number, no promise. */
function promiseCallBack(draft: Draft): Draft {
  const { known } = draft.state
  if (known.phone === null) return bye(draft, 'call_back_no_number')
  draft.state.known = { ...known, callBack: true }
  return bye(draft, 'call_back_noted')
}

/** Nobody can take this call over: says so, and offers to call back. */
function callBackInstead(draft: Draft): Draft {
  understood(draft)
  go(draft, 'goodbye')
  say(draft, 'no_transfer')
  return askQuestion(draft, 'callBack')
}

/**
 * Ends the call with a transfer to a human, or offers to call back where no human can take it over.
 *
 * @param line what is said before it
 */
export function transfer(draft: Draft, line = 'transfer'): Draft {
  if (!draft.state.canTransfer) {
    // Who does not answer that offer either is not asked again.
    const isOffered = draft.state.name === 'goodbye'
    return isOffered && line === 'no_match_human' ? bye(draft, 'call_back_declined') : callBackInstead(draft)
  }
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
  const { known } = draft.state
  const step = currentStep(draft.state)?.name
  if (step === undefined || known.stepsDone.includes(step)) return draft
  draft.state.known = { ...known, stepsDone: [...known.stepsDone, step] }
  return draft
}

/** Skips steps that were tried for an earlier problem of this call, and those tried before it with a word. */
function skipDoneSteps(draft: Draft): Draft {
  const { desk, known } = draft.state
  const steps = stepsOf(desk, known)
  const done = [...known.stepsDone]
  for (; draft.state.stepIndex < steps.length; draft.state.stepIndex++) {
    const { name, tried } = steps[draft.state.stepIndex]
    if (done.includes(name)) continue
    if (!known.tried.includes(name)) break
    if (tried !== undefined) say(draft, tried)
    done.push(name)
  }
  draft.state.known = { ...known, stepsDone: done }
  return draft
}

/** A turn of so many words is a story: the caller wants to hear that it was understood. */
const storyWords = 20

/** Says back, after a story, what the call is now known to be about. @param before the symptom known before it */
export function sayBack(draft: Draft, wordCount: number, before: string | null): Draft {
  const { desk, known } = draft.state
  const { heard } = symptomOf(desk, known.symptom) ?? {}
  return heard !== undefined && known.symptom !== before && wordCount >= storyWords
    ? say(draft, heard)
    : draft
}
