// Whether a sentence of the language model holds something of this caller. Such a sentence must not be kept in the
// phrase cache: another caller would hear it. A sentence wrongly taken for personal costs one request to the voice.

import type { Texts } from '../../desk/texts.ts'
import { languageOf } from '../../understanding/languages/index.ts'
import { isNumberWord } from '../../understanding/numbers.ts'
import { words } from '../../understanding/words.ts'

/** Shorter words are articles and the like; no name that matters is shorter. */
const shortestWord = 3
/** "Deux minutes" is not personal; three number words in a sentence may be part of a number. */
const numberWords = 3

/**
 * @param callerTexts what the caller has said in this call
 * @param name the caller's name, as understood
 * @returns whether the sentence holds digits, part of a number, the name, or a word that the caller said and that the
 *   desk's own texts do not have
 */
export function isPersonal(
  sentence: string,
  callerTexts: readonly string[],
  name: string | null,
  texts: Texts,
): boolean {
  const said = wordSet(sentence)
  if (/\d/.test(sentence)) return true
  const numbers = words(sentence).filter(({ text }) => isNumberWord(text, languageOf(texts.language).numbers))
  if (numbers.length >= numberWords) return true
  if (name !== null && wordSet(name).some((word) => said.includes(word))) return true
  const desk = deskWords(texts)
  const caller = new Set(callerTexts.flatMap(wordSet))
  return said.some((word) => caller.has(word) && !desk.has(word))
}

/** Parted at apostrophes too: `l'offre` and `d'offre` share a word. */
const wordSet = (text: string): string[] =>
  words(text.slice(0, 2_000))
    .flatMap((word) => word.text.split("'"))
    .filter((word) => word.length >= shortestWord)

const byTexts = new WeakMap<Texts, ReadonlySet<string>>()

/** The words of the desk's own lines. */
function deskWords(texts: Texts): ReadonlySet<string> {
  let found = byTexts.get(texts)
  if (found === undefined) {
    found = new Set(Object.values(texts.lines).flat().flatMap(wordSet))
    byTexts.set(texts, found)
  }
  return found
}
