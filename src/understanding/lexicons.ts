// Puts together what the readers need of each language, once.

import { languageOf, languages, reading } from './languages/index.ts'
import { type ListName, listNames } from './languages/lists.ts'
import { rewritten } from './languages/rewrites.ts'
import { has, type Lexicon } from './lexicon.ts'

const lexicons = new Map<string, Lexicon>()

/** The rules of a language. @throws {Error} for a code that is not a language */
export function lexiconOf(code: string): Lexicon {
  let lexicon = lexicons.get(code)
  if (lexicon === undefined) {
    const { lists, names, plain, gate, answerTalk, choicePlaces } = languageOf(code)
    const patterns = Object.fromEntries(listNames.map((name) => [name, lists[name].pattern]))
    lexicon = {
      ...(patterns as Record<ListName, RegExp>),
      plain: (text) => rewritten(text, plain),
      names,
      choicePlaces,
      answerTalk: gate.functionWords.union(answerTalk),
    }
    lexicons.set(code, lexicon)
  }
  return lexicon
}

/**
 * Reads all languages, and makes what each pattern of the offered ones needs for its first search: one file, list or
 * pattern a step, so that no first turn waits for it.
 */
export function* prepared(offered: readonly string[]): Generator<void> {
  for (const code of offered) {
    const { lists, plain } = yield* reading(code)
    for (const name of listNames) {
      has(lists[name].pattern, 'a')
      yield
    }
    for (const step of plain) {
      rewritten('a', [step])
      yield
    }
  }
  for (const code of languages) yield* reading(code)
}
