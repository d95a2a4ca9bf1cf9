// Why a change of a phrase is refused: in a sentence, and with a code where the page can say it in its own language.

import { AppError, errorText } from '../base/errors.ts'
import { textFault } from './overlay.ts'
import type { PhraseChange, PhraseRefusal } from './types.ts'

export type Refusal = PhraseChange & { ok: false }

/** Longest text of a phrase, in characters. */
const maxChars = 400

export const unknown = (name: string, language: string): Refusal => ({
  ok: false,
  code: 'unknown',
  problems: [`there is no phrase ${name} in ${language}`],
})

export const refuse = (problem: string): Refusal => ({ ok: false, problems: problem.split('; ') })

/** What the operator's page can say by itself, by the code of the error. */
const refusals: Readonly<Record<string, PhraseRefusal>> = {
  conflict: 'conflict',
  changed: 'conflict',
  unknown: 'unknown',
  noRedis: 'no_redis',
  soundTooLong: 'sound_too_long',
  soundTooQuiet: 'sound_too_quiet',
  soundTooShort: 'sound_too_short',
  badAudio: 'not_audio',
  EACCES: 'folder_not_writable',
  EROFS: 'folder_not_writable',
  ENOSPC: 'folder_not_writable',
  bad_hours: 'bad_hours',
  bad_exceptions: 'bad_exceptions',
  bad_message: 'bad_message',
  bad_until: 'bad_until',
}

/** What was thrown while a change was made. */
export function refusal(error: unknown): Refusal {
  const thrown = error instanceof Error && 'code' in error ? String(error.code) : ''
  const code = Object.hasOwn(refusals, thrown) ? refusals[thrown] : undefined
  return { ...refuse(error instanceof AppError && code ? error.message : errorText(error)), code }
}

/** A text as it is stored, or why it cannot be a phrase. */
export function cleaned(text: string): string | Refusal {
  const clean = text.normalize('NFC').replace(/\s+/g, ' ').trim()
  if (clean === '' || clean.length > maxChars) return refuse(`a text must have 1 to ${maxChars} characters`)
  if (/[\p{Cc}<>{}]/u.test(clean)) return refuse('a text must not contain control characters or < > { }')
  const wrong = textFault(clean)
  return wrong === undefined ? clean : refuse(`the text ${wrong}`)
}
