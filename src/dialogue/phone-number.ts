// How the desk gets a telephone number: by voice or by keys, whole or in pieces, read back, with at most two tries.

import { loneDigits } from '../desk/keys.ts'
import { isPhone, nationalForm, phoneFormOf } from '../understanding/phone.ts'
import type { Understanding } from '../understanding/types.ts'
import { askQuestion, type Draft, say, understood } from './decision-draft.ts'
import { objectByKey } from './recording.ts'
import { identificationTries, leaveIdentification, settleLine, transfer } from './transitions.ts'

/** The caller's words in answer to the question for a number. */
export function takeNumber(draft: Draft, said: Understanding): Draft {
  const { state } = settleLine(draft)
  if (said.ambiguous) return askNumberAgain(draft, undefined, 'ask_phone_digits')
  if (said.phone !== null) return readBack(draft, said.phone)
  if (said.digits !== null) return collect(draft, said.digits, said.otherDigits)
  // "No" in the middle of a number takes it back and does not count as a try.
  if (said.answer === 'no' && state.digits !== '') {
    state.digits = ''
    understood(draft)
    say(draft, 'confirm_phone_no')
    return askQuestion(draft, 'phone', 'rephrase')
  }
  if (said.intent === 'refuse') return withoutNumber(draft)
  // "Are you writing it down?" in the middle of a number: what was said so far stays.
  if (state.digits !== '' && state.noMatch < 2) {
    state.noMatch++
    return say(draft, 'phone_more')
  }
  return askNumberAgain(draft)
}

/**
 * "Soixante douze" may be 72 or 60 and 12. When the caller is silent after a number that lacks a pair in one reading
 * and is whole in exactly one other, it is that one. For "that's all" understanding/dictation.ts does the same.
 */
export function finishedNumber(draft: Draft): Draft | undefined {
  const { digits, otherDigits, phoneLanguage } = draft.state
  const form = phoneFormOf(phoneLanguage)
  const wholes = digits === '' ? [] : [digits, ...otherDigits].filter((one) => isPhone(one, form))
  return wholes.length === 1 ? readBack(draft, wholes[0]!) : undefined
}

/** A key while the number is being keyed. */
export function numberKey(draft: Draft, key: string): Draft {
  const { state } = draft
  if (key === '*') {
    state.digits = ''
    return askQuestion(draft, 'phone', 'rephrase')
  }
  if (key === '#') return endOfNumber(draft)
  if (!/^[0-9]$/.test(key)) return draft
  understood(draft)
  collectSilently(draft, state.digits + key)
  state.justKeyed = state.asking === 'phoneConfirm'
  return draft
}

/**
 * Asks for the number again, or goes on without it after the last try.
 *
 * @param first line said before the question
 * @param again line said instead of the usual question
 */
export function askNumberAgain(draft: Draft, first?: string, again?: string): Draft {
  const { state } = draft
  state.digits = ''
  state.phoneTries++
  if (state.phoneTries >= identificationTries) return withoutNumber(draft)
  if (first !== undefined) say(draft, first)
  if (again === undefined || !state.hearsWords) return askQuestion(draft, 'phone', 'rephrase')
  say(draft, again)
  state.asking = 'phone'
  return draft
}

/** Goes on without the number: the caller refused it, or it was not understood. */
export function withoutNumber(draft: Draft): Draft {
  understood(draft)
  // A call-back needs the number and says so itself.
  if (draft.state.name === 'identification') say(draft, 'no_identity')
  return leaveIdentification(draft)
}

function endOfNumber(draft: Draft): Draft {
  const { state } = draft
  const form = phoneFormOf(state.phoneLanguage)
  const number = nationalForm(state.digits, form)
  if (state.digits === '') return withoutNumber(draft)
  const lone = loneDigits[state.digits]
  if (lone === 'human') return transfer(draft)
  if (lone === 'noRecording') {
    state.digits = ''
    return objectByKey(draft)
  }
  if (isPhone(number, form)) return readBack(draft, number)
  return askNumberAgain(draft, 'phone_invalid')
}

function collect(draft: Draft, digits: string, others: readonly string[]): Draft {
  collectSilently(draft, digits, others)
  if (draft.say.length > 0 || draft.state.ended !== null) return draft
  understood(draft)
  draft.state.asking = 'phone'
  return say(draft, 'phone_more')
}

function collectSilently(draft: Draft, digits: string, others: readonly string[] = []): Draft {
  const form = phoneFormOf(draft.state.phoneLanguage)
  const number = nationalForm(digits, form)
  const mayGoOn = form.varies && number.length < form.longest
  if (isPhone(number, form) && !mayGoOn) return readBack(draft, number)
  const tooLong = digits.length >= (digits.startsWith('00') ? form.longestDialled : form.longest)
  if (tooLong) return askNumberAgain(draft, 'phone_invalid')
  draft.state.digits = digits
  draft.state.otherDigits = others
  return draft
}

function readBack(draft: Draft, phone: string): Draft {
  understood(draft)
  draft.state.digits = ''
  draft.state.pending = phone
  return askQuestion(draft, 'phoneConfirm')
}
