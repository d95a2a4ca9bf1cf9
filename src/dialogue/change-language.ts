// Takes the call into another language. What is known stays, and the open question is asked again in the new language.

import type { Texts } from '../desk/texts.ts'
import { type Draft, say } from './decision-draft.ts'
import { otherLanguages } from './language.ts'
import { askForHelp, noticeIsDue, sayNotice } from './recording.ts'
import { askAgain } from './transitions.ts'

/** From now on the desk speaks these texts. A caller who has heard the recording notice hears it in these words too. */
export function speak(draft: Draft, texts: Texts): Draft {
  const { state } = draft
  state.before = state.texts
  use(draft, texts)
  say(draft, 'language_changed')
  return noticeIsDue(draft) ? sayNotice(draft, 'recording_notice') : draft
}

/** The key goes to the next language. */
export function nextLanguage(draft: Draft): Draft {
  const [next] = otherLanguages(draft)
  return next === undefined ? draft : askInLanguage(speak(draft, next))
}

/** Nothing can be said or heard in the new language: the call goes back to the one before, for good. */
export function goBack(draft: Draft): Draft {
  const { state } = draft
  const { before, language } = state
  if (before === undefined) return draft
  state.before = undefined
  state.offered = state.offered.filter((texts) => texts.language !== language)
  return askInLanguage(say(use(draft, before), 'language_lost'))
}

function use(draft: Draft, texts: Texts): Draft {
  draft.state.texts = texts
  draft.state.language = texts.language
  draft.language = texts.language
  return draft
}

/** The open question in the language that the desk speaks now. */
export function askInLanguage(draft: Draft): Draft {
  const { asking, digits } = draft.state
  if (asking === 'open') return askForHelp(draft)
  if (asking === 'technician') return say(draft, 'wait')
  if (asking === 'phone' && digits !== '') return say(draft, 'phone_more')
  return askAgain(draft, 'ask')
}
