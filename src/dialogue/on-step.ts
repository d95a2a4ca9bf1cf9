// What the caller's words do while a step is tried: done, not done, not understood, or just a yes that the caller will
// try it.

import type { Understanding } from '../understanding/types.ts'
import { askQuestion, type Draft, say, understood } from './decision-draft.ts'
import { noMatch } from './no-match.ts'
import { currentStep } from './state.ts'
import { stepDone, stepFailed, transfer } from './transitions.ts'

/** The answer to "is it done?". */
export function onStep(draft: Draft, said: Understanding): Draft {
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

/** Gives the caller time. */
export function hold(draft: Draft): Draft {
  draft.state.holding = true
  draft.state.noMatch = 0
  return say(draft, 'hold')
}
