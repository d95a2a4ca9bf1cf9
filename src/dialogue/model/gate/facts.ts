// What a sentence states: numbers, claims that only the desk may make, and how much of it is ordinary talk of this
// desk. Pure.

import type { GateLexicon } from './lexicon.ts'

/** Lower case, without accents; apostrophes and hyphens become spaces. */
export const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/ß/g, 'ss')
    .replace(/[’'‐-–-]/g, ' ')

const tokensOf = (foldedText: string): string[] => foldedText.match(/[\p{L}]+|\p{N}+(?:[.,]\p{N}+)*/gu) ?? []

/** The numbers in a text, in digits or words. Words that belong together make one number. */
export function numbersIn(foldedText: string, lexicon: GateLexicon): number[] {
  const found: number[] = []
  let run: number[] = []
  const close = () => {
    if (run.length > 0) found.push(sumOf(run, lexicon.vigesimal))
    run = []
  }
  const tokens = tokensOf(foldedText)
  for (const [i, token] of tokens.entries()) {
    const value = Object.hasOwn(lexicon.numbers, token) ? lexicon.numbers[token] : undefined
    const isOne = lexicon.one.has(token)
    if (value !== undefined) run.push(value)
    else if (/^\p{N}/u.test(token)) {
      close()
      found.push(Number(token.replace(',', '.')))
    } else if (isOne && lexicon.units.test(tokens[i + 1] ?? '')) run.push(1)
    // "vingt et un", "soixante et onze".
    else if (run.length > 0 && token === lexicon.and) continue
    else if (run.length > 0 && isOne) run.push(1)
    else close()
  }
  close()
  return found
}

function sumOf(run: readonly number[], vigesimal: boolean): number {
  let total = 0
  let current = 0
  for (const value of run)
    if (value >= 1_000) {
      total += Math.max(current, 1) * value
      current = 0
    } else if (value === 100) current = Math.max(current, 1) * 100
    else if (vigesimal && value === 20 && current % 100 === 4) current += 76
    else current += value
  return total + current
}

/** @returns the first claim of the sentence that the approved text does not make */
export function unapprovedClaim(
  sentence: string,
  approved: string,
  lexicon: GateLexicon,
): string | undefined {
  const isQuestion = /\?\s*["»”)]*\s*$/.test(sentence)
  const text = folded(sentence)
  const statements = folded(approved.replace(/[^.!?…]*\?/g, ' '))
  const everything = folded(approved)
  for (const { name, pattern, inStatements, approvedBy } of lexicon.claims) {
    if (inStatements && isQuestion) continue
    if (pattern.test(text) && !approvedBy.test(inStatements ? statements : everything)) return name
  }
  return undefined
}

/** Words with the same beginning count as the same word. */
const stemLength = 5
const stem = (word: string): string => word.slice(0, stemLength)
/** A share of one in this many words may be unknown. */
const unknownShare = 4

export const stemsOf = (text: string): ReadonlySet<string> => new Set(tokensOf(folded(text)).map(stem))

/**
 * Whether a sentence is about something else: too many of its words occur neither in the desk's texts nor in ordinary
 * telephone talk.
 *
 * @param known stems of those words
 */
export function isOffTopic(sentence: string, known: ReadonlySet<string>, lexicon: GateLexicon): boolean {
  const words = tokensOf(folded(sentence)).filter(
    (word) => word.length >= 3 && !lexicon.functionWords.has(word) && !/\d/.test(word),
  )
  const unknown = words.filter((word) => !known.has(stem(word)))
  return unknown.length > Math.floor(words.length / unknownShare)
}

/** Whether a sentence has clearly more function words of another language than of its own. */
export function isForeign(sentence: string, own: GateLexicon, others: readonly GateLexicon[]): boolean {
  const words = tokensOf(folded(sentence))
  const count = ({ functionWords }: GateLexicon) => words.filter((word) => functionWords.has(word)).length
  const mine = count(own)
  return others.some((other) => count(other) >= 2 && count(other) > mine)
}
