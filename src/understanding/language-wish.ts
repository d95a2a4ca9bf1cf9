// Whether the caller asks for another language that the call can be in. The rules of all these languages are tried,
// because a caller who wants English may say so in English, to a recogniser that listens in French. Pure.

import { languageOf } from './languages/index.ts'
import { anyOf, has, type Lexicon } from './lexicon.ts'

export type LanguageWish = {
  wanted: string
  /** The language in which the wish is said. */
  spoken: string
  /** The turn without the words of the wish. */
  rest: string
}

/**
 * @param text flat (words.ts)
 * @param language of the call
 * @param others languages that the call can be in, too
 * @param lexiconFor the rules of a language
 */
export function languageWish(
  text: string,
  language: string,
  others: readonly string[],
  lexiconFor: (code: string) => Lexicon,
): LanguageWish | undefined {
  const all = [language, ...others]
  // Hardly any turn names a language, and the rules take 4 ms for a long story.
  if (!all.some((code) => names(code, text))) return undefined
  for (const spoken of all) {
    const { asksForLanguage, speaksNot } = lexiconFor(spoken)
    for (const { 0: words } of text.matchAll(asksForLanguage)) {
      const wanted = others.find((code) => names(code, words))
      if (wanted !== undefined) return { wanted, spoken, rest: text.replace(words, ' ').trim() }
    }
    // "I don't speak French" in English asks for English.
    if (spoken === language) continue
    for (const { 0: words } of text.matchAll(speaksNot))
      if (names(language, words)) return { wanted: spoken, spoken, rest: text.replace(words, ' ').trim() }
  }
  return undefined
}

const patterns = new Map<string, RegExp>()

/** Whether words name a language. */
function names(code: string, words: string): boolean {
  let pattern = patterns.get(code)
  if (pattern === undefined) {
    pattern = anyOf(...languageOf(code).called)
    patterns.set(code, pattern)
  }
  return has(pattern, words)
}
