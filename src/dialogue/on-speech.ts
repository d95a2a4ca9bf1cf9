// What the caller's words do, once they are understood. Here is what means the same at every question; the answers to
// the open question are in answer-question.ts.

import type { Understanding } from '../understanding/types.ts'
import { answer } from './answer-question.ts'
import { askInLanguage, speak } from './change-language.ts'
import { type Draft, say, understood } from './decision-draft.ts'
import { incidentIsDue, tellIncident } from './incident.ts'
import { beforeSteps, learn, otherProblem } from './known-facts.ts'
import { hold } from './on-step.ts'
import { askForHelp, objectToRecording, onlyObjects } from './recording.ts'
import { askAgain, bye, markStepDone, newProblem, transfer, verify, verifySolved } from './transitions.ts'

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
  if (said.intent === 'human') return transfer(keepNumber(learn(draft, said), said))
  if (said.intent === 'otherDesk') return transfer(keepNumber(learnBeside(draft, said), said), 'other_desk')
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
  if (incidentIsDue(draft)) return tellIncident(draft)
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

/** A whole number said beside the wish is handed over as one that nobody has confirmed. */
function keepNumber(draft: Draft, said: Understanding): Draft {
  const { state } = draft
  if (said.phone !== null && state.known.phone === null) state.pending = said.phone
  return draft
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

/** Says the last lines again, word for word. */
export function repeat(draft: Draft): Draft {
  draft.say.push(...draft.state.last)
  return draft
}

function leave(draft: Draft, said: Understanding): Draft {
  const { state } = draft
  return bye(draft, state.asking === 'verify' && said.answer === 'yes' ? 'solved' : undefined)
}

const isBareYes = (said: Understanding): boolean =>
  (said.answer === 'yes' || said.intent === 'done') &&
  said.topic === 'unknown' &&
  said.phone === null &&
  said.digits === null &&
  said.name === null
