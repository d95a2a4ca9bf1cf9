// What the caller's words do at the welcome and during identification: who is calling, and from which number.

import type { Understanding } from '../understanding/types.ts'
import { confirmNumber, lacksName } from './customer.ts'
import { askQuestion, type Draft, say, understood } from './decision-draft.ts'
import { noMatch } from './no-match.ts'
import { askNumberAgain, takeNumber, withoutNumber } from './phone-number.ts'
import {
  askPhone,
  identificationTries,
  identify,
  leaveIdentification,
  sayBack,
  settleLine,
} from './transitions.ts'

/**
 * After a bare greeting or "I don't understand" the desk asks once what the call is about. Anything else moves on to
 * identification, understood or not.
 */
export function onOpen(draft: Draft, said: Understanding): Draft {
  const { state } = draft
  const knows = state.known.topic !== null || state.known.name !== null || said.phone !== null
  const tellsNothing = said.intent === 'confused' || said.wordCount <= 2
  if (!knows && state.noMatch === 0 && tellsNothing) {
    state.noMatch = 1
    return askQuestion(draft, 'open')
  }
  understood(draft)
  if (said.phone !== null && !said.ambiguous) state.pending = said.phone
  say(draft, state.known.topic === null ? 'ok' : 'sorry_trouble')
  sayBack(draft, said.wordCount, draft.was.known.symptom)
  return identify(draft)
}

/** The answer to the question for the name. A number counts too; after two tries the desk goes on without a name. */
export function onName(draft: Draft, said: Understanding): Draft {
  const { state } = draft
  const givesNumber = said.phone !== null && !said.ambiguous
  if (givesNumber) state.pending = said.phone
  state.nameTries++
  const known = state.known.name !== null
  // "It still does not work" and "it is not for me" say no to something else.
  const tellsElse = said.topic !== 'unknown' || said.notes.length > 0
  const refused = (said.answer === 'no' && !tellsElse) || said.intent === 'refuse' || givesNumber
  if (!known && !refused && state.nameTries < identificationTries) {
    return askQuestion(draft, 'name', 'rephrase')
  }
  understood(draft)
  say(draft, known ? 'thanks_name' : 'no_identity')
  if (said.phone === null && said.digits !== null) return takeNumber(draft, said)
  return askPhone(draft)
}

/** The answer to the number that was read back: a yes, a no, or another number. */
export function onPhoneConfirm(draft: Draft, said: Understanding): Draft {
  const { state } = draft
  if (said.answer !== 'no' && said.phone !== null && said.phone !== state.pending)
    return takeNumber(draft, said)
  if (said.answer === 'no' || said.ambiguous) {
    if (said.phone !== null && said.phone !== state.pending) return takeNumber(draft, said)
    return rejectPhone(draft)
  }
  if (said.answer === 'yes' || said.phone !== null) return acceptPhone(draft)
  // Failing to identify never ends in a transfer: the desk goes on without what it cannot confirm.
  if (state.noMatch >= 2) return withoutNumber(draft)
  return noMatch(draft)
}

/** The caller confirmed the number that was read back. */
export function acceptPhone(draft: Draft): Draft {
  const { state } = draft
  understood(draft)
  confirmNumber(draft, state.pending)
  say(draft, 'ok')
  return lacksName(state) ? identify(draft) : leaveIdentification(draft)
}

/** The number read back is wrong: ask once more, then go on without it. Another line than this one: ask which. */
export function rejectPhone(draft: Draft): Draft {
  understood(draft)
  if (draft.state.line === 'asking') {
    say(settleLine(draft), 'ok')
    return lacksName(draft.state) ? identify(draft) : askQuestion(draft, 'phone')
  }
  draft.state.pending = null
  return askNumberAgain(draft, 'confirm_phone_no')
}
