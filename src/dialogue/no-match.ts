// The ladder for what was not understood, apart from the one for silence (dialogue-machine.ts).

import { type Draft, say } from './decision-draft.ts'
import { putAgain, transfer } from './transitions.ts'

/** Rephrase, then the keys, then a human. */
export function noMatch(draft: Draft): Draft {
  const { state } = draft
  state.noMatch++
  if (state.noMatch > 2) return transfer(draft, 'no_match_human')
  say(draft, 'no_match')
  return putAgain(draft, state.noMatch === 1 ? 'rephrase' : 'keys')
}
