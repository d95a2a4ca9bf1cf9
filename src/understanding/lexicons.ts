// Puts together what the readers need of each language, once.

import { englishNames } from './languages/en/names.ts'
import { frenchNames } from './languages/fr/names.ts'
import { plainFrench } from './languages/fr/plain.ts'
import { languageOf } from './languages/index.ts'
import { type ListName, listNames } from './languages/lists.ts'
import type { Lexicon } from './lexicon.ts'

const written: Readonly<Record<string, Pick<Lexicon, 'plain' | 'names'>>> = {
  fr: { plain: plainFrench, names: frenchNames },
  en: { plain: (text) => text, names: englishNames },
}

const lexicons = new Map<string, Lexicon>()

/** The rules of a language. @throws {Error} for a code that is not a language */
export function lexiconOf(code: string): Lexicon {
  let lexicon = lexicons.get(code)
  if (lexicon === undefined) {
    const { lists } = languageOf(code)
    const patterns = Object.fromEntries(listNames.map((name) => [name, lists[name].pattern]))
    lexicon = { ...(patterns as Record<ListName, RegExp>), ...written[code] }
    lexicons.set(code, lexicon)
  }
  return lexicon
}
