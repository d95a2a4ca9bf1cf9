// Puts together what the readers need of each language, once.

import { languageOf } from './languages/index.ts'
import { type ListName, listNames } from './languages/lists.ts'
import { rewritten } from './languages/rewrites.ts'
import type { Lexicon } from './lexicon.ts'

const lexicons = new Map<string, Lexicon>()

/** The rules of a language. @throws {Error} for a code that is not a language */
export function lexiconOf(code: string): Lexicon {
  let lexicon = lexicons.get(code)
  if (lexicon === undefined) {
    const { lists, names, plain, gate, answerTalk } = languageOf(code)
    const patterns = Object.fromEntries(listNames.map((name) => [name, lists[name].pattern]))
    lexicon = {
      ...(patterns as Record<ListName, RegExp>),
      plain: (text) => rewritten(text, plain),
      names,
      answerTalk: gate.functionWords.union(answerTalk),
    }
    lexicons.set(code, lexicon)
  }
  return lexicon
}
