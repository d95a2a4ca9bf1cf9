// A whole number and its correction in one turn: "06 39 98 12 47, no, I swap them, 47 12 at the end". Only for a turn
// that is ambiguous in one piece: what stands before the correction counts as the number that was read back.

import { correctedNumber } from './corrected-number.ts'
import { dictation } from './dictation.ts'
import { languageOf } from './languages/index.ts'
import type { PhoneForm } from './phone-form.ts'
import { type Word, words } from './words.ts'

/** The corrected number; null unless exactly one can be meant. */
export function correctedTurn(text: string, language: string, form: PhoneForm): string | null {
  const { corrections } = languageOf(language).numbers
  const list = words(text)
  for (const [at, word] of list.entries()) {
    if (!corrections.has(word.text)) continue
    const { phone } = dictation(written(list.slice(0, at)), language, [], true, form)
    if (phone !== null) return correctedNumber(written(list.slice(at)), language, phone, form)
  }
  return null
}

const written = (list: readonly Word[]): string =>
  list.map(({ text, joined, apart }) => `${joined ? '-' : apart ? ', ' : ' '}${text}`).join('')
