// Reads a name by its capitals. Recognisers write names with capitals in the middle of a sentence, and callers say
// much beside them: "Dupuis, enfin Dupuy avec un y", "Le Goff en deux mots, Yannick Le Goff". What is written with a
// capital is a run of name words; the words between two runs say what the second does to the first.

import type { NameRules } from './languages/name-rules.ts'
import { fold } from './words.ts'

type Token = { word: string; folded: string; capital: boolean }
/** Words of a name that stand together, and the words before and after them, folded. */
type Run = { words: string[]; before: string[]; after: string[] }

/** Most words in a name; the particles count. */
const longestName = 5

/** The text as words, punctuation apart. Letters that stand alone spell something ("f a u r e") and are left out. */
function tokensOf(text: string): Token[] {
  const list: Token[] = []
  for (const [word] of text.matchAll(/[\p{L}'’-]+|[,;.!?]/gu)) {
    if (/^\p{L}$/u.test(word) && !/^[àa]$/iu.test(word)) continue
    list.push({ word, folded: fold(word), capital: /^\p{Lu}/u.test(word) || /^[ldn]['’]\p{Lu}/u.test(word) })
  }
  return list
}

const isNameWord = ({ word, capital }: Token, rules: NameRules): boolean =>
  capital && !rules.stop.test(word) && !rules.title.test(word) && !rules.filler.test(word)

/** Whether the words from `at` on are particles that lead to a name: "de La Tour". */
function leadsToName(tokens: readonly Token[], at: number, rules: NameRules): boolean {
  if (!rules.particle.test(tokens[at].word)) return false
  const next = tokens.findIndex(({ word }, i) => i > at && !rules.particle.test(word))
  return next > 0 && isNameWord(tokens[next], rules)
}

/**
 * Whether a particle belongs to the name around it: it begins one, or follows a first name. After a whole name it
 * leads to a place: "Luc Bouchard de Trois-Rivières".
 */
function joins(token: Token, before: Token | undefined, open: Run | null, rules: NameRules): boolean {
  if (token.capital) return true
  if (open !== null) return open.words.length < 2 || rules.particle.test(open.words.at(-1) ?? '')
  return before === undefined || !/\p{L}/u.test(before.word) || rules.hesitation.test(before.word)
}

/** Runs of capitalised words, with their particles. */
function runsOf(tokens: readonly Token[], rules: NameRules): Run[] {
  const runs: Run[] = []
  let between: string[] = []
  let open: Run | null = null
  for (const [i, token] of tokens.entries()) {
    const particle = leadsToName(tokens, i, rules)
    if (particle ? joins(token, tokens[i - 1], open, rules) : isNameWord(token, rules)) {
      if (open === null) {
        open = { words: [], before: between, after: [] }
        runs.push(open)
      }
      open.words.push(token.word)
      between = []
    } else {
      open = null
      runs.at(-1)?.after.push(token.folded)
      between.push(token.folded)
    }
  }
  return runs
}

/**
 * Whether the capitals of a text say which words are names. They do not where one word begins the sentence and no other
 * has a capital, unless the words behind it say that it is a name: "Martin, c'est mon nom".
 */
function capitalsTell(tokens: readonly Token[], runs: readonly Run[], rules: NameRules): boolean {
  if (runs.length === 0 || tokens.every(({ word }) => word === word.toUpperCase())) return false
  const atStart = runs.length === 1 && runs[0].words.length === 1 && runs[0].before.length === 0
  return !atStart || runs[0].after.slice(0, 4).some((word) => rules.surnameLabel.test(word))
}

const joined = (words: readonly string[]): string => fold(words.join(' '))
const endsWith = (whole: readonly string[], part: readonly string[]): boolean =>
  part.length <= whole.length && joined(whole.slice(-part.length)) === joined(part)
const startsWith = (whole: readonly string[], part: readonly string[]): boolean =>
  part.length <= whole.length && joined(whole.slice(0, part.length)) === joined(part)

/** "Tremblay Josée Tremblay", "Josée Josée Tremblay", "Meyer Meyer": a name said twice is said once. */
function saidOnce(words: readonly string[]): string[] {
  for (let length = 1; length < words.length; length++) {
    const [head, rest] = [words.slice(0, length), words.slice(length)]
    if (endsWith(rest, head) || startsWith(rest, head)) return saidOnce(rest)
    const [start, tail] = [words.slice(0, -length), words.slice(-length)]
    if (endsWith(start, tail)) return saidOnce(start)
  }
  return [...words]
}

const turned = (words: readonly string[]): string[] => [...words.slice(-1), ...words.slice(0, -1)]

/** First name before surname, where the caller said them the other way round. */
function inOrder(words: string[], rules: NameRules): string[] {
  const surnameFirst = words.length > 1 && rules.given.test(words.at(-1) ?? '') && !rules.given.test(words[0])
  return surnameFirst ? turned(words) : words
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
  const runs = runsOf(tokens, rules).filter(({ words }) => !rules.nounsHaveCapitals || words.length > 1)
  if (!capitalsTell(tokens, runs, rules)) return undefined
  let name: string[] = []
  for (const run of runs) {
    const lead = run.before.at(-1) ?? ''
    // "née Durand", "à Thonon", "mon mari Paul", "la femme de Claude".
    const of = rules.particle.test(lead) ? (run.before.at(-2) ?? '') : lead
    if (rules.place.test(lead) || rules.formerly.test(lead) || rules.relative.test(of)) continue
    // "non pas Robert" says what the name is not; "cliente de Thiers" says where, "au nom de Robert" does not.
    const dropsFirst = rules.not.test(lead) || (rules.particle.test(lead) && !rules.surnameLabel.test(of))
    const words = saidOnce(dropsFirst ? run.words.slice(1) : run.words)
    if (words.length === 0) continue
    const isGiven =
      rules.givenLabel.test(lead) || run.after.slice(0, 3).some((word) => rules.givenLabel.test(word))
    const corrects = run.before.some((word) => rules.corrects.test(word))
    if (isGiven && words.length > 1) name = turned(words)
    else if (isGiven && name.length > 0) name = [...words, ...name]
    else name = together(name, words, corrects, onlyHesitates(run.before, rules), rules)
  }
  name = inOrder(saidOnce(name), rules)
  return name.length === 0 || name.length > longestName ? null : name
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
  const replaces = words.length === 1 && name.length > 1 && differs(joined(words), joined(name.slice(-1))) < 3
  if (corrects) return replaces ? [...name.slice(0, -1), ...words] : words
  if (name.length === 1 && words.length === 1 && hesitates) return [...name, ...words]
  return words.length > name.length ? words : name
}

const onlyHesitates = (between: readonly string[], rules: NameRules): boolean =>
  between.every((word) => rules.hesitation.test(word))
