// What the caller's words do at each question, once they are understood, and what happens when they mean nothing there.

import type { Understanding } from '../understanding/types.ts'
import { askInLanguage, speak } from './change-language.ts'
import { askQuestion, type Draft, say, understood } from './decision-draft.ts'
import { beforeSteps, learn, otherProblem } from './known-facts.ts'
import { noMatch } from './no-match.ts'
import { onName, onOpen, onPhoneConfirm } from './on-identification.ts'
import { takeNumber } from './phone-number.ts'
import { answerConsent, askForHelp, objectToRecording, onlyObjects } from './recording.ts'
import { currentStep } from './state.ts'
import {
  acceptCallBack,
  askAgain,
  bye,
  diagnose,
  goOn,
  markStepDone,
  newProblem,
  sayBack,
  stepDone,
  stepFailed,
  transfer,
  verify,
  verifySolved,
} from './transitions.ts'

/**
 * Reacts to a turn in words. First comes what means the same at every question (a human, goodbye, wait, repeat, another
 * problem), then the answer to the open question.
 */
export function onSpeech(draft: Draft, said: Understanding): Draft {
  const { state } = draft
  const presence = state.presence
  const holding = state.holding
  const sure = state.makesSure
  state.noInput = 0
  state.unheard = 0
  state.presence = false
  state.makesSure = false
  state.keyed = false
  state.holding = false
  if (said.objects) {
    objectToRecording(draft)
    if (onlyObjects(said)) return goOnAfterObjection(draft, holding)
  }
  const wanted = state.offered.find(({ language }) => language === said.language)
  if (wanted !== undefined) return inLanguage(speak(understood(draft), wanted), said)
  // What was told before the wish is handed over with the caller.
  if (said.intent === 'human') return transfer(learn(draft, said))
  if (said.intent === 'otherDesk') return transfer(learnBeside(draft, said), 'other_desk')
  // Once the desk has asked again, an ending needs no further evidence.
  const doubtful = said.doubtful && !sure && state.hearsWords
  if (said.intent === 'goodbye') {
    learn(draft, said)
    return doubtful ? makeSure(draft) : leave(draft, said)
  }
  const numberSaid = said.phone !== null || said.digits !== null || said.ambiguous
  const namedNow = state.asking === 'name' && said.name !== null
  if (said.intent === 'wait' && !numberSaid) {
    if (namedNow) learn(draft, said)
    if (state.asking === 'technician') return say(draft, 'wait')
    return hold(draft)
  }
  if (said.intent === 'repeat' && !numberSaid && !namedNow) return repeat(draft)
  if (holding && state.asking !== 'open' && isNoise(said)) {
    // The caller is away from the phone and talks to somebody else.
    state.holding = true
    return draft
  }
  const topic = state.known.topic
  learn(draft, said)
  if (said.intent === 'solved')
    return state.asking === 'step' ? verify(understood(draft)) : verifySolved(draft)
  const other = otherProblem(draft, said)
  if (other !== undefined) {
    if (state.asking === 'step' && other.topic === state.known.topic) markStepDone(draft)
    return newProblem(draft, other.topic, other.symptom)
  }
  if (!beforeSteps(state.name) && said.anotherProblem) return newProblem(draft, null, null)
  if (state.name === 'identification' && topic !== null && topic !== state.known.topic)
    return problemInstead(draft, said)
  // After "are you still there?" or a wait, "yes" says only that the caller is there.
  const backAgain = presence
    ? said.intent !== 'done'
    : holding && state.asking !== 'step' && said.wordCount <= presenceWords
  if (backAgain && isBareYes(said)) return askAgain(draft, 'ask')
  if (said.intent === 'back')
    return state.asking === 'technician' ? say(draft, 'wait') : askAgain(draft, 'ask')
  if (said.intent === 'robot') say(draft, 'automatic')
  if (said.intent === 'robot' && tellsNothing(said)) return askAgain(draft, 'ask')
  if (said.intent === 'complaint') return withEmpathy(answer(say(draft, 'empathy'), said, topic))
  const ends = state.asking === 'verify' || (state.asking === 'phoneConfirm' && said.phone === null)
  if (ends && doubtful && said.answer === 'yes' && said.intent !== 'stuck') return makeSure(draft)
  return answer(draft, said, topic)
}

/** The caller chose the language. What they tell beside it counts as an answer, but is no consent to a recording. */
function inLanguage(draft: Draft, said: Understanding): Draft {
  const { asking, known } = draft.state
  if (said.intent === 'human') return transfer(learn(draft, said))
  learn(draft, said)
  const answers = asking !== 'consent' && !tellsNothing(said)
  return answers ? answer(draft, said, known.topic) : askInLanguage(draft)
}

/** After a wait "oui" and "oui oui" say that the caller is back; "oui ça marche" answers what was asked before it. */
const presenceWords = 2

/** Asks the open question again in short: what the caller said may be its answer, and would end something. */
function makeSure(draft: Draft): Draft {
  draft.state.makesSure = true
  return askAgain(draft, 'rephrase')
}

/** The business of another desk does not take the place of a fault that the caller reported before. */
const learnBeside = (draft: Draft, said: Understanding): Draft =>
  learn(draft, draft.state.known.topic === null ? said : { ...said, topic: 'unknown', symptom: null })

const tellsNothing = (said: Understanding): boolean =>
  said.topic === 'unknown' &&
  said.symptom === null &&
  said.phone === null &&
  said.digits === null &&
  !said.ambiguous &&
  said.name === null

const isNoise = (said: Understanding): boolean =>
  said.intent === 'none' && said.answer === 'unknown' && tellsNothing(said)

/** While we ask who is calling, the caller corrects what it is about: acknowledge it and ask the question again. */
function problemInstead(draft: Draft, said: Understanding): Draft {
  say(draft, 'new_problem')
  if (said.name !== null || (draft.state.asking === 'phoneConfirm' && said.answer !== 'unknown'))
    return answer(draft, said, draft.state.known.topic)
  understood(draft)
  return askAgain(draft, 'ask')
}

/** After words of sympathy, "all right" and "I did not understand" would sound wrong. */
function withEmpathy(draft: Draft): Draft {
  draft.say = draft.say.filter(({ name }) => !['ok', 'sorry_trouble', 'no_match'].includes(name))
  return draft
}

/** Nothing but the objection was said: the desk goes on where it was. A wait that the caller asked for goes on. */
function goOnAfterObjection(draft: Draft, holding: boolean): Draft {
  const { state } = draft
  if (state.asking === 'consent') return askForHelp(draft)
  state.holding = holding
  if (holding) return draft
  understood(draft)
  if (state.asking === 'phone' && state.digits !== '') return say(draft, 'phone_more')
  return askAgain(draft, 'ask')
}

/** The words may say yes or no to the recording, what the call is about, or both. Without a yes nothing is recorded. */
function onConsent(draft: Draft, said: Understanding): Draft {
  if (!said.objects) answerConsent(draft, said.answer === 'yes')
  if (onlyObjects(said)) {
    understood(draft)
    return askForHelp(draft)
  }
  draft.state.asking = 'open'
  return onOpen(draft, said)
}

/** @param topic the topic as it was known before this turn */
function answer(draft: Draft, said: Understanding, topic: string | null): Draft {
  const { state } = draft
  switch (state.asking) {
    case 'consent':
      return onConsent(draft, said)
    case 'open':
      return onOpen(draft, said)
    case 'name':
      return onName(draft, said)
    case 'phone':
      return takeNumber(draft, said)
    case 'phoneConfirm':
      return onPhoneConfirm(draft, said)
    case 'topic':
      return state.known.topic === null ? noMatch(draft) : proceed(draft, said)
    case 'symptom':
      if (state.known.symptom !== null || state.known.topic !== topic) return proceed(draft, said)
      return noMatch(draft)
    case 'step':
      return onStep(draft, said)
    case 'verify':
      if (said.intent === 'stuck' || said.answer === 'no') {
        understood(draft)
        return goOn(draft)
      }
      if (said.answer === 'yes') return bye(draft, 'solved')
      return said.intent === 'done' ? askAgain(draft, 'rephrase') : noMatch(draft)
    case 'technician':
      return say(draft, 'wait')
    case 'callBack':
      if (said.answer === 'unknown' && said.phone === null) return noMatch(draft)
      if (said.answer === 'unknown') {
        state.phoneTries = 0
        return takeNumber(draft, said)
      }
      understood(draft)
      return said.answer === 'yes' ? acceptCallBack(draft) : bye(draft, 'call_back_declined')
  }
  return draft
}

/** Gives the caller time. */
function hold(draft: Draft): Draft {
  draft.state.holding = true
  draft.state.noMatch = 0
  return say(draft, 'hold')
}

/** Says the last lines again, word for word. */
export function repeat(draft: Draft): Draft {
  draft.say.push(...draft.state.last)
  return draft
}

function leave(draft: Draft, said: Understanding): Draft {
  const { state } = draft
  return bye(draft, state.asking === 'verify' && said.answer === 'yes' ? 'solved' : undefined)
}

function proceed(draft: Draft, said: Understanding): Draft {
  understood(draft)
  say(draft, 'ok')
  sayBack(draft, said.wordCount, draft.was.known.symptom)
  return diagnose(draft)
}

function onStep(draft: Draft, said: Understanding): Draft {
  if (said.intent === 'stuck') {
    understood(draft)
    return stepFailed(draft)
  }
  // "Where is it exactly?" holds a word that says yes, and asks for help all the same.
  if (said.intent === 'confused') return helpWithStep(draft)
  if (said.intent !== 'done' && onlyAgrees(draft, said)) return hold(understood(draft))
  if (said.intent === 'done' || said.answer === 'yes') return stepDone(understood(draft))
  if (said.answer === 'no') {
    understood(draft)
    return stepFailed(draft)
  }
  return noMatch(draft)
}

/** A gesture that takes this long, in ms, is not done while the desk still speaks of it. */
const longGestureMs = 10_000

/** "Oui", "d'accord": the caller will do it. The same word after the desk has waited says that it is done. */
const onlyAgrees = (draft: Draft, said: Understanding): boolean =>
  said.answer === 'yes' &&
  said.evident &&
  !draft.was.holding &&
  (currentStep(draft.state)?.takesMs ?? 0) >= longGestureMs

/** Explains the step in more detail, twice; then the call goes to a human. */
function helpWithStep(draft: Draft): Draft {
  const { state } = draft
  state.noMatch++
  if (state.noMatch > 2) return transfer(draft, 'no_match_human')
  askQuestion(draft, 'step', state.noMatch === 1 ? 'rephrase' : 'keys')
  const [, ...rest] = draft.say.splice(0)
  if (state.noMatch > 1) say(draft, 'sorry_trouble')
  const step = currentStep(state)
  if (step !== undefined) say(draft, step.help)
  draft.say.push(...rest)
  return draft
}

const isBareYes = (said: Understanding): boolean =>
  (said.answer === 'yes' || said.intent === 'done') &&
  said.topic === 'unknown' &&
  said.phone === null &&
  said.digits === null &&
  said.name === null
