// What happens when the caller's words mean nothing to the open question. Silence has a count of its own
// (dialogue-machine.ts).

import { type Draft, say } from './decision-draft.ts'
import { askAgain, transfer } from './transitions.ts'

/** First the question in other words, then the keys, then a human. */
export function noMatch(draft: Draft): Draft {
  const { state } = draft
  state.noMatch++
  if (state.noMatch > 2) return transfer(draft, 'no_match_human')
  say(draft, 'no_match')
  return askAgain(draft, state.noMatch === 1 ? 'rephrase' : 'keys')
}
