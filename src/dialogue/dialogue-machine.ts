// The dialogue of the after-sales desk as a pure machine: step(state, input) returns the next state and a decision.
// The meaning of the caller's words comes as an Understanding (understanding/); when to speak, and clocks and timers,
// are the call's business (call/).
//
// What each key does is in desk/keys.ts. While the caller keys a telephone number every digit is a digit, because
// French numbers begin with 0: there `0` followed by `#` or by silence asks for a human. A number that is whole is read
// back at once, unless numbers of its country may be longer. The caller may still press the `#` that the question asked
// for: it does not answer the read-back.

import { loneDigits, objectionKey } from '../desk/keys.ts'
import { goOn, goOnAfterCut } from './after-cut.ts'
import { goBack } from './change-language.ts'
import { learnCustomer } from './customer.ts'
import { askQuestion, type Draft, draftOf, end, finish, go, say } from './decision-draft.ts'
import { incidentIsDue, tellIncident } from './incident.ts'
import { onKey } from './on-key.ts'
import { onSpeech } from './on-speech.ts'
import { finishedNumber } from './phone-number.ts'
import {
  answerConsent,
  askForHelp,
  noticeHeard,
  objectByKey,
  objectInSilence,
  remindOfRecording,
  welcome,
} from './recording.ts'
import type { DialogueState } from './state.ts'
import { askAgain, bye, handOver, offerCallBack, transfer } from './transitions.ts'
import type { Decision, DialogueInput, Line } from './types.ts'

export { createDialogue, type DialogueOptions, type DialogueState } from './state.ts'

/** After this many silences during the search for a technician, the desk takes it that none is free. */
const technicianPatience = 3
/** After this many turns of speech without words in a row, the call goes to a human. */
const unheardPatience = 5

/**
 * Decides what to say and do.
 *
 * @returns a new state (the given one is not changed) and the decision. `say` is empty when there is nothing to say:
 *   after the end, for a digit of a number that goes on, and for noise while the caller has asked us to wait
 * @throws never, for any input in any state made by createDialogue() with texts from parseTexts()
 */
export function step(state: DialogueState, input: DialogueInput): [DialogueState, Decision] {
  const draft = draftOf(state)
  if (input.kind === 'noticeHeard') noticeHeard(draft)
  else if (state.ended === null) remindOfRecording(react(draft, input))
  else if (input.kind === 'key' && input.key === objectionKey) objectInSilence(draft)
  return finish(draft)
}

/** The state after a model worded the decision differently: "repeat" then repeats the model's words. */
export const worded = (state: DialogueState, said: readonly Line[]): DialogueState => ({
  ...state,
  last: said,
})

function react(draft: Draft, input: DialogueInput): Draft {
  const { state } = draft
  if (input.kind !== 'key') state.justKeyed = false
  // A caller who answers has heard the new language.
  if (input.kind === 'said' || input.kind === 'key') state.before = undefined
  switch (input.kind) {
    case 'start':
      if (input.cut) goOnAfterCut(draft)
      else if (state.name === 'init') welcome(draft, input.resumed === true)
      return draft
    case 'said':
      if (state.asking !== undefined) onSpeech(draft, input.understanding)
      return draft
    case 'key':
      if (state.asking !== undefined) onKey(draft, input.key)
      return draft
    case 'silence':
      if (state.asking !== undefined) onSilence(draft)
      return draft
    case 'unheard':
      if (state.asking !== undefined) onUnheard(draft)
      return draft
    case 'technician':
      if (state.asking !== 'technician') return draft
      return input.available ? handOver(draft) : offerCallBack(draft, input.opens)
    case 'customer':
      return learnCustomer(draft, input.name, input.incident)
    case 'incident':
      return incidentIsDue(draft) ? tellIncident(draft) : draft
    case 'timeUp':
      return bye(draft, 'time_up')
    case 'operator':
      return input.wants === 'transfer' ? transfer(draft, 'operator_transfer') : bye(draft, 'draining')
    case 'handedBack':
      return goOn(input.lost ? say(draft, 'cut_off') : draft)
    case 'languageFailed':
      return goBack(draft)
    case 'failed':
      go(draft, 'error')
      say(draft, 'error_transfer')
      return end(draft, 'error')
  }
  return draft
}

/** First "are you still there?", then the same with the question, then goodbye. */
function onSilence(draft: Draft): Draft {
  const { state } = draft
  state.holding = false
  state.noInput++
  if (state.asking === 'technician')
    return state.noInput < technicianPatience ? say(draft, 'wait') : offerCallBack(draft)
  // A silent caller has not agreed: the call goes on without a recording.
  if (state.asking === 'consent') return askForHelp(answerConsent(draft, false))
  // A single digit and then silence: the caller wanted what the key means at every other question.
  if (state.asking === 'phone') {
    if (loneDigits[state.digits] === 'human') return transfer(draft)
    if (loneDigits[state.digits] === 'noRecording') {
      state.digits = ''
      return objectByKey(draft)
    }
  }
  const finished = state.asking === 'phone' ? finishedNumber(draft) : undefined
  if (finished !== undefined) return finished
  if (state.noInput > 2) {
    bye(draft)
    draft.say = []
    return say(draft, 'no_input_goodbye')
  }
  say(draft, 'still_there')
  state.presence = state.noInput === 1 && state.hearsWords
  if (state.asking === 'phone' && state.digits !== '') return say(draft, 'phone_more')
  if (!state.presence) askAgain(draft, 'rephrase')
  return draft
}

/** Speech without words is neither silence nor a misunderstanding: neither of their counts changes. */
function onUnheard(draft: Draft): Draft {
  const { state } = draft
  // The search goes on. So does a wait that the caller asked for: they may be talking to somebody else.
  if (state.asking === 'technician' || state.holding) return draft
  state.unheard++
  if (state.unheard >= unheardPatience) return transfer(draft, 'no_match_human')
  say(draft, state.hearsWords ? 'unheard' : 'keys_only')
  if (state.asking === undefined) return draft
  return askQuestion(draft, state.asking, state.unheard === 1 ? 'rephrase' : 'keys')
}
