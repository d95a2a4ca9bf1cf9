// Reads a name by its capitals. Recognisers write names with capitals in the middle of a sentence, and callers say
// much beside them: "Dupuis, enfin Dupuy avec un y", "Le Goff en deux mots, Yannick Le Goff". What is written with a
// capital is a run of name words; the words between two runs say what the second does to the first.

import type { NameRules } from './languages/name-rules.ts'
import { type Run, runsOf, type Token, tokensOf } from './name-runs.ts'
import { fold } from './words.ts'

/** Most words in a name; the particles count. */
const longestName = 5
/** Most words before a name that is said behind "c'est" in the first turn. */
const longestGreeting = 8

/**
 * Whether the capitals of a text say which words are names. They do not where one word begins the sentence and no other
 * has a capital, unless the words behind it say that it is a name: "Martin, c'est mon nom", "Martin en un mot".
 */
function capitalsTell(tokens: readonly Token[], runs: readonly Run[], rules: NameRules): boolean {
  if (runs.length === 0 || tokens.every(({ word }) => word === word.toUpperCase())) return false
  const [{ words, before, after }] = runs
  const atStart = runs.length === 1 && words.length === 1 && before.length === 0
  const isRemarked = after.length > 0 && after.every((word) => rules.remark.test(word))
  return !atStart || isRemarked || after.slice(0, 4).some((word) => rules.surnameLabel.test(word))
}

const joined = (words: readonly string[]): string => fold(words.join(' '))
const endsWith = (whole: readonly string[], part: readonly string[]): boolean =>
  part.length <= whole.length && joined(whole.slice(-part.length)) === joined(part)
const startsWith = (whole: readonly string[], part: readonly string[]): boolean =>
  part.length <= whole.length && joined(whole.slice(0, part.length)) === joined(part)

/** "Tremblay Josée Tremblay", "Josée Josée Tremblay", "Meyer Meyer": a name said twice is said once. */
export function saidOnce(words: readonly string[]): string[] {
  for (let length = 1; length < words.length; length++) {
    const [head, rest] = [words.slice(0, length), words.slice(length)]
    if (endsWith(rest, head) || startsWith(rest, head)) return saidOnce(rest)
    const [start, tail] = [words.slice(0, -length), words.slice(-length)]
    if (endsWith(start, tail)) return saidOnce(start)
  }
  return [...words]
}

const turned = (words: readonly string[]): string[] => [...words.slice(-1), ...words.slice(0, -1)]

/** First names before the surname, where the caller said them the other way round. */
export function inOrder(words: string[], rules: NameRules): string[] {
  const isGiven = (word: string): boolean => rules.given.test(word) || rules.given.test(word.split('-')[0]!)
  let split = words.findLastIndex((word) => !isGiven(word)) + 1
  // "Ben Amar" is a surname: its last word belongs to the particle.
  while (rules.particle.test(words[split - 1] ?? '')) split++
  const turns = split > 0 && split < words.length && !rules.given.test(words[0]!)
  return turns ? [...words.slice(split), ...words.slice(0, split)] : words
}

/** How many letters differ, as far as it matters whether a word replaces another: 3 stands for many. */
function differs(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (long.length - short.length > 2) return 3
  const same = [...short].filter((letter, i) => letter === long[i]).length
  const sameFromEnd = [...short].reverse().filter((letter, i) => letter === [...long].reverse()[i]).length
  return Math.min(3, long.length - Math.max(same, sameFromEnd))
}

/**
 * The name in a text whose capitals tell names from other words.
 *
 * @param text as recognised
 * @returns first name and surname in that order as written, `null` when the names said are not the caller's, and
 *   `undefined` when the capitals of the text tell nothing
 */
export function capitalisedName(text: string, rules: NameRules): string[] | null | undefined {
  const tokens = tokensOf(text)
  const runs = runsOf(tokens, rules)
  if (!capitalsTell(tokens, runs, rules)) return undefined
  let name: string[] = []
  for (const run of runs) name = withRun(name, run, rules)
  // "Née Dupont" and nothing else is the answer.
  const [only] = tokens
  if (
    name.length === 0 &&
    runs.length === 1 &&
    rules.formerly.test(only!.word) &&
    runs[0]!.after.length === 0
  )
    name = runs[0]!.words
  name = inOrder(saidOnce(name), rules)
  return name.length === 0 || name.length > longestName ? null : name
}

/**
 * The name of a caller who was not asked for it: first name and surname behind a greeting, "bonjour c'est Luc Morel".
 *
 * @returns null without one, or when none of the words is known as a first name: it may be a brand
 */
export function greetedName(text: string, rules: NameRules): string[] | null {
  const tokens = tokensOf(text)
  const runs = runsOf(tokens, rules)
  if (!capitalsTell(tokens, runs, rules)) return null
  for (const { words: said, before: between } of runs.slice(0, 2)) {
    const before = between.filter((word) => /\p{L}/u.test(word))
    const words = inOrder(saidOnce(said), rules)
    const isGreeting = (word: string): boolean => rules.filler.test(word) || rules.hesitation.test(word)
    const greets = before.length <= longestGreeting && (before.length === 0 || isGreeting(before.at(-1)!))
    const isWhole = words.length > 1 && words.length <= longestName && rules.given.test(words[0])
    if (greets && isWhole && !before.some((word) => rules.relative.test(word))) return words
  }
  return null
}

/** The name that begins a text, if it has capitals and two words: "Luc Morel et passez-moi quelqu'un". */
export function leadingName(text: string, rules: NameRules): string[] | null {
  const tokens = tokensOf(text)
  const runs = runsOf(tokens, rules)
  if (!capitalsTell(tokens, runs, rules)) return null
  const [{ words: said, before }] = runs
  const leads = before.every((word) => rules.title.test(word) || rules.hesitation.test(word))
  const words = saidOnce(said)
  return leads && words.length > 1 && words.length <= longestName ? words : null
}

/** The name once this run of words was said too. */
function withRun(name: string[], run: Run, rules: NameRules): string[] {
  const lead = run.before.at(-1) ?? ''
  const of = rules.particle.test(lead) ? (run.before.at(-2) ?? '') : lead
  if (isSomebodyElse(run.before, lead, of, rules)) return name
  // "non pas Robert" says what the name is not; "cliente de Thiers" says where, "au nom de Robert" does not.
  const dropsFirst = rules.not.test(lead) || (rules.particle.test(lead) && !rules.surnameLabel.test(of))
  const words = saidOnce(dropsFirst ? run.words.slice(1) : withoutOf(run.words, lead, rules))
  if (words.length === 0) return name
  const label = run.before.findLast((word) => !rules.hesitation.test(word)) ?? ''
  const isGiven =
    rules.givenLabel.test(label) || run.after.slice(0, 3).some((word) => rules.givenLabel.test(word))
  const corrects = run.before.some((word) => rules.corrects.test(word))
  if (isGiven && words.length > 1) return turned(words)
  if (isGiven && name.length > 0) return [...words, ...name]
  const isAlone = name.length === 1 && words.length === 1
  // "Moi c'est Odile, nom de famille Barbier".
  if (isAlone && rules.surnameLabel.test(label) && differs(name[0], words[0]) === 3)
    return [...name, ...words]
  // "Dupond avec un d, Nicolas": a first name behind a remark on the surname.
  const isRemark = run.before.every((word) => rules.remark.test(word) || word === joined(name))
  if (isAlone && isRemark && rules.given.test(words[0]) && !rules.given.test(name[0]))
    return [...words, ...name]
  return together(name, words, corrects, onlyHesitates(run.before, rules), rules)
}

/** "Née Durand", "à Thonon", "mon mari Paul", "la femme de Claude"; but "au nom de mon mari Paul" is the contract's. */
function isSomebodyElse(before: readonly string[], lead: string, of: string, rules: NameRules): boolean {
  if (rules.place.test(lead) || rules.formerly.test(lead)) return true
  return rules.relative.test(of) && !before.slice(-4, -1).some((word) => rules.surnameLabel.test(word))
}

/** "De la part d'Éliane": the particle is not part of the name. */
function withoutOf(words: readonly string[], lead: string, rules: NameRules): string[] {
  const bare = words[0].replace(/^d['’]/, '')
  const isOf = rules.given.test(bare) || rules.surnameLabel.test(lead)
  return isOf ? [bare, ...words.slice(1)] : [...words]
}

/**
 * What a name is once more of it was said.
 *
 * @param corrects the words between say that what follows takes the place of what was said
 * @param hesitates nothing is between but hesitation
 */
function together(
  name: string[],
  words: string[],
  corrects: boolean,
  hesitates: boolean,
  rules: NameRules,
): string[] {
  if (name.length === 0) return words
  // "Cherif, Cherif Rachid": what was said alone is the surname.
  if (words.length > name.length && startsWith(words, name) && !rules.given.test(name[0]))
    return [...words.slice(name.length), ...name]
  if (endsWith(words, name) || startsWith(words, name)) return words
  if (endsWith(name, words) || startsWith(name, words)) return name
  const [one, other] = [joined(words), joined(name.slice(-1))]
  const isLike = differs(one, other) < 3 || one.startsWith(`${other}-`)
  const replaces = words.length === 1 && name.length > 1 && isLike
  // "Van Damme, mais moi c'est Luc".
  const isFirst =
    words.length === 1 && rules.given.test(words[0]) && !name.some((word) => rules.given.test(word))
  if (corrects && isFirst) return [...words, ...name]
  if (corrects) return replaces ? [...name.slice(0, -1), ...words] : words
  if (name.length === 1 && words.length === 1 && hesitates) return [...name, ...words]
  return words.length > name.length ? words : name
}

const onlyHesitates = (between: readonly string[], rules: NameRules): boolean =>
  between.every((word) => rules.hesitation.test(word))
