// What a sentence states: numbers, claims that only the desk may make, and how much of it is ordinary talk of this
// desk. Pure.

import type { GateRules } from '../../../understanding/languages/gate-rules.ts'
import { has } from '../../../understanding/lexicon.ts'
import { foldedWords } from '../../../understanding/words.ts'

const tokensOf = (folded: string): string[] => folded.match(/[\p{L}]+|\p{N}+(?:[.,]\p{N}+)*/gu) ?? []

/** The numbers in a text, in digits or words. Words that belong together make one number. */
export function numbersIn(folded: string, rules: GateRules): number[] {
  const found: number[] = []
  let run: number[] = []
  const close = () => {
    if (run.length > 0) found.push(sumOf(run, rules.vigesimal))
    run = []
  }
  const tokens = tokensOf(folded)
  for (const [i, token] of tokens.entries()) {
    const value = Object.hasOwn(rules.numbers, token) ? rules.numbers[token] : undefined
    const isOne = rules.one.has(token)
    if (value !== undefined) run.push(value)
    else if (/^\p{N}/u.test(token)) {
      close()
      found.push(Number(token.replace(',', '.')))
    } else if (isOne && has(rules.units, tokens[i + 1] ?? '')) run.push(1)
    // "vingt et un", "soixante et onze".
    else if (run.length > 0 && token === rules.and) continue
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
export function unapprovedClaim(sentence: string, approved: string, rules: GateRules): string | undefined {
  const isQuestion = /\?\s*["»”)]*\s*$/.test(sentence)
  const text = foldedWords(sentence)
  const statements = foldedWords(approved.replace(/[^.!?…]*\?/g, ' '))
  const everything = foldedWords(approved)
  for (const { name, pattern, inStatements, approvedBy } of rules.claims) {
    if (inStatements && isQuestion) continue
    if (has(pattern, text) && !has(approvedBy, inStatements ? statements : everything)) return name
  }
  return undefined
}

/** Words with the same beginning count as the same word. */
const stemLength = 5
const stem = (word: string): string => word.slice(0, stemLength)
/** A share of one in this many words may be unknown. */
const unknownShare = 4

export const stemsOf = (text: string): ReadonlySet<string> => new Set(tokensOf(foldedWords(text)).map(stem))

/**
 * Whether a sentence is about something else: too many of its words occur neither in the desk's texts nor in ordinary
 * telephone talk.
 *
 * @param isKnown whether a stem is that of such a word
 */
export function isOffTopic(sentence: string, isKnown: (stem: string) => boolean, rules: GateRules): boolean {
  const words = tokensOf(foldedWords(sentence)).filter(
    (word) => word.length >= 3 && !rules.functionWords.has(word) && !/\d/.test(word),
  )
  const unknown = words.filter((word) => !isKnown(stem(word)))
  return unknown.length > Math.floor(words.length / unknownShare)
}

/** Whether a sentence has clearly more function words of another language than of its own. */
export function isForeign(sentence: string, own: GateRules, others: readonly GateRules[]): boolean {
  const words = tokensOf(foldedWords(sentence))
  const count = ({ functionWords }: GateRules) => words.filter((word) => functionWords.has(word)).length
  const mine = count(own)
  return others.some((other) => count(other) >= 2 && count(other) > mine)
}
