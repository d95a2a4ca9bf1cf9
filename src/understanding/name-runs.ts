// Finds the words of a text that are written with a capital as parts of a name, and what stands between them.

import type { NameRules } from './languages/name-rules.ts'
import { fold } from './words.ts'

export type Token = { word: string; folded: string; capital: boolean }
/** Words of a name that stand together, and the words before and after them, folded. */
export type Run = { words: string[]; before: string[]; after: string[] }

const isCapitalised = (word: string): boolean => /^\p{Lu}/u.test(word)
const isLetter = (word: string | undefined): boolean => word !== undefined && /^\p{L}$/u.test(word)

/** Letters that stand alone spell something ("f a u r e"). An "à" spells nothing, unless it stands among letters. */
const spells = (list: readonly string[], at: number): boolean =>
  isLetter(list[at]) && (!/^[àÀa]$/u.test(list[at]) || isLetter(list[at - 1]) || isLetter(list[at + 1]))

/** The text as words, punctuation apart, without the letters that spell something. */
export function tokensOf(text: string): Token[] {
  const list = text.match(/[\p{L}'’-]+|[,;.!?]/gu) ?? []
  return list
    .filter((_, at) => !spells(list, at))
    .map((word) => ({
      word,
      folded: fold(word),
      capital: /^\p{Lu}/u.test(word) || /^[ldn]['’]\p{Lu}/u.test(word),
    }))
}

/**
 * Whether a word is part of a name. An ordinary word with a capital is a surname directly behind a title or a first
 * name: "monsieur Bonjour", "Alain Bonjour".
 *
 * @param before the token before it
 */
function isNameWord({ word, capital }: Token, before: Token | undefined, rules: NameRules): boolean {
  if (!capital || rules.title.test(word)) return false
  if (!rules.stop.test(word) && !rules.filler.test(word)) return true
  if (before === undefined) return false
  return (before.capital && rules.given.test(before.word)) || isAddress(before.word, rules)
}

/** "Le" and "la" are titles too, but no form of address. */
const isAddress = (word: string, { title }: NameRules): boolean => word.length > 2 && title.test(word)

/** Whether the words from `at` on are particles that lead to a name: "de La Tour". */
function leadsToName(tokens: readonly Token[], at: number, rules: NameRules): boolean {
  if (!rules.particle.test(tokens[at].word)) return false
  const next = tokens.findIndex(({ word }, i) => i > at && !rules.particle.test(word))
  return next > 0 && isNameWord(tokens[next], tokens[next - 1], rules)
}

/**
 * Whether a particle belongs to the name around it: it begins one, or follows a first name. After a whole name it
 * leads to a place: "Luc Bouchard de Trois-Rivières".
 */
function joins(token: Token, before: Token | undefined, open: Run | null, rules: NameRules): boolean {
  if (token.capital) return true
  if (open !== null) return open.words.length < 2 || rules.particle.test(open.words.at(-1) ?? '')
  if (before === undefined || !/\p{L}/u.test(before.word)) return true
  return rules.hesitation.test(before.word) || isAddress(before.word, rules)
}

/** Runs of capitalised words, with their particles; of at least two where every noun has a capital. */
export function runsOf(tokens: readonly Token[], rules: NameRules): Run[] {
  const runs: Run[] = []
  let between: string[] = []
  let open: Run | null = null
  for (const [i, token] of tokens.entries()) {
    const particle = leadsToName(tokens, i, rules)
    if (particle ? joins(token, tokens[i - 1], open, rules) : isNameWord(token, tokens[i - 1], rules)) {
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
  return rules.nounsHaveCapitals ? runs.filter(({ words }) => words.filter(isCapitalised).length > 1) : runs
}
