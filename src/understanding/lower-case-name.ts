// Reads a name that a recogniser wrote without capitals: a first name, what follows it, and what stands behind "nom"
// or "prénom" get theirs, and are then read as if they had been written so (capitalised-name.ts).

import { capitalisedName } from './capitalised-name.ts'
import type { NameRules } from './languages/name-rules.ts'

/** First name and surname of a text without a capital; undefined unless both are told. */
export function lowerCaseName(text: string, rules: NameRules): string[] | undefined {
  if (/\p{Lu}/u.test(text) || rules.nounsHaveCapitals) return undefined
  const tokens = text.match(/[\p{L}'’-]+|[,;.!?]/gu) ?? []
  const marked: boolean[] = []
  for (const [at, word] of tokens.entries()) marked.push(isNameAt(tokens, at, word, marked, rules))
  const first = marked.indexOf(true)
  // "Payet jean marie": what stands before may be the surname.
  const before = tokens[first - 1]
  if (first < 0 || (before !== undefined && !isOrdinary(before, rules))) return undefined
  const words = capitalisedName(
    tokens.map((word, at) => (marked[at] ? withCapital(word) : word)).join(' '),
    rules,
  )
  // "Ben" begins a surname, and sentences.
  while (words && words.length > 0 && rules.filler.test(words[0]!)) words.shift()
  if (!words || words.length < 2) return undefined
  return words.map((word) => (rules.small.test(word) ? word : withCapital(word)))
}

function isNameAt(
  tokens: readonly string[],
  at: number,
  word: string,
  marked: readonly boolean[],
  rules: NameRules,
): boolean {
  if (word.length < 2 || !/\p{L}/u.test(word) || isOrdinary(word, rules)) return false
  if (rules.given.test(word)) return true
  let before = at - 1
  while (before >= 0 && rules.particle.test(tokens[before]!)) before--
  if (before >= 0 && marked[before] && rules.given.test(tokens[before]!)) return true
  // "Mon nom c'est Rochat".
  while (before >= 0 && (rules.hesitation.test(tokens[before]!) || tokens[before] === 'est')) before--
  return before >= 0 && (rules.surnameLabel.test(tokens[before]!) || rules.givenLabel.test(tokens[before]!))
}

const isOrdinary = (word: string, rules: NameRules): boolean =>
  [
    ...[rules.filler, rules.title, rules.particle, rules.surnameLabel, rules.givenLabel, rules.remark],
    ...[
      rules.hesitation,
      rules.corrects,
      rules.formerly,
      rules.not,
      rules.relative,
      rules.other,
      rules.place,
    ],
  ].some((list) => list.test(word)) || rules.stop.test(word)

const withCapital = (word: string): string =>
  word.replace(/(^|['’-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
