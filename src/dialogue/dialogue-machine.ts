// The dialogue of the after-sales desk as a pure machine: a state and an input make a state and a decision. What the
// caller's words mean is decided before (understand.ts); when to speak and what time it is, outside (call/).
//
// Keys. `0` a human, `*` again, `1` Internet and `2` mobile wherever no question gives them another meaning:
// at a yes-or-no `1` is yes and `2` no, at a step `1` is done, `2` does not work, `3` wait, and at the symptoms they
// number the answers. While a number is dictated every digit is a digit, because French numbers begin with 0;
// there a human is `0` followed by `#` or by silence, `#` ends the number, and `*` begins it again. A number that was
// whole with its tenth digit is read back at once; the `#` that was asked for and follows it is no answer to that.

import { type Draft, draftOf, end, finish, go, put, say } from './decision-draft.ts'
import { onKey } from './on-key.ts'
import { onSpeech } from './on-speech.ts'
import type { DialogueState } from './state.ts'
import { bye, offerCallBack, putAgain, transfer, welcome } from './transitions.ts'
import type { Decision, DialogueInput, Line } from './types.ts'

export { createDialogue, type DialogueOptions, type DialogueState } from './state.ts'

/** Silences during the search for a technician after which nobody is taken to be there. */
const technicianPatience = 3
/** Turns of speech without words, in a row, after which a human shall listen. */
const unheardPatience = 5

/**
 * Decides what to say and do.
 *
 * @returns a new state, never the given one changed, and the decision. Nothing to say is an empty `say`: after the
 *   end, for a digit of a number that goes on, and for noise while the caller asked us to wait
 * @throws never, for any input in any state made by createDialogue() with texts from parseTexts()
 */
export function step(state: DialogueState, input: DialogueInput): [DialogueState, Decision] {
  const draft = draftOf(state)
  if (state.ended === null) react(draft, input)
  return finish(draft)
}

/** The state when the decision was said in other words: they are what "repeat" says again. */
export const worded = (state: DialogueState, said: readonly Line[]): DialogueState => ({
  ...state,
  last: said,
})

function react(draft: Draft, input: DialogueInput): Draft {
  const { state } = draft
  if (input.kind !== 'key') state.justKeyed = false
  switch (input.kind) {
    case 'start':
      if (state.name === 'init') welcome(draft, input.resumed === true)
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
      return input.available ? transfer(draft, 'technician_found') : offerCallBack(draft, input.opens)
    case 'timeUp':
      return bye(draft, 'time_up')
    case 'operator':
      return input.wants === 'transfer' ? transfer(draft, 'operator_transfer') : bye(draft, 'draining')
    case 'failed':
      go(draft, 'error')
      say(draft, 'error_transfer')
      return end(draft, 'error')
  }
  return draft
}

/** "Are you still there?", again with the question, then goodbye. */
function onSilence(draft: Draft): Draft {
  const { state } = draft
  state.holding = false
  state.noInput++
  if (state.asking === 'technician')
    return state.noInput < technicianPatience ? say(draft, 'wait') : offerCallBack(draft)
  // A lone 0 and then nothing: the caller wanted the human whom 0 brings at every other question.
  if (state.asking === 'phone' && state.digits === '0') return transfer(draft)
  if (state.noInput > 2) {
    bye(draft)
    draft.say = []
    return say(draft, 'no_input_goodbye')
  }
  say(draft, 'still_there')
  state.presence = state.noInput === 1 && state.hearsWords
  if (state.asking === 'phone' && state.digits !== '') return say(draft, 'phone_more')
  if (!state.presence) putAgain(draft, 'rephrase')
  return draft
}

/** Speech without words: neither silence nor a misunderstanding, so neither ladder moves. */
function onUnheard(draft: Draft): Draft {
  const { state } = draft
  // The search goes on, and so does the wait that the caller asked for: they may be talking to somebody else.
  if (state.asking === 'technician' || state.holding) return draft
  state.unheard++
  if (state.unheard >= unheardPatience) return transfer(draft, 'no_match_human')
  say(draft, state.hearsWords ? 'unheard' : 'keys_only')
  if (state.asking === undefined) return draft
  return put(draft, state.asking, state.unheard === 1 ? 'rephrase' : 'keys')
}
