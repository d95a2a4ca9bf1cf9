// Every reading that the number words at one position can have, by the phrases of a language's number grammar.
// number-paths.ts decides which reading is meant, because it sees the whole number.

import type { NumberGrammar } from './number-grammar.ts'
import type { Word } from './words.ts'

/**
 * `length` words, read as these digits. A `soft` reading repairs what a recogniser wrote: `60 12` for 72. `gaps`: how
 * many of its words lack the hyphen that careful writing would have. `times`: a digit, a pair that begins with 0, or
 * another group that is said to come several times.
 */
export type Reading = {
  length: number
  digits: string
  gaps: number
  soft?: boolean
  times?: 'digit' | 'zeroPair' | 'group'
}

/** Whether a word can be part of a number. A joiner by itself is not. */
export const isNumberWord = (word: string, grammar: NumberGrammar): boolean =>
  /^\d+$/.test(word) || grammar.words.has(word) || Object.hasOwn(grammar.repeats, word)

/** Every reading of the words at index `at` as digits of a telephone number, the longest first. */
export function readings(list: readonly Word[], at: number, grammar: NumberGrammar): Reading[] {
  const single = singleReadings(list, at, grammar)
  return [...timesReadings(list, at, grammar), ...single].sort((a, b) => b.length - a.length)
}

function singleReadings(list: readonly Word[], at: number, grammar: NumberGrammar): Reading[] {
  const word = list[at]?.text
  if (word === undefined) return []
  return /^\d+$/.test(word) ? writtenReadings(list, at) : phraseReadings(list, at, grammar)
}

function phraseReadings(list: readonly Word[], at: number, grammar: NumberGrammar): Reading[] {
  const found: Reading[] = []
  let phrase = ''
  let gaps = 0
  for (let i = at; i < list.length && i < at + grammar.longest; i++) {
    const word = list[i]!
    if (i > at && word.apart) break
    phrase = i === at ? word.text : `${phrase} ${word.text}`
    const joiner = grammar.joiners.has(word.text) || grammar.joiners.has(list[i - 1]?.text ?? '')
    if (i > at && !word.joined && !joiner) gaps++
    const digits = grammar.spoken.get(phrase)
    if (digits !== undefined) found.push({ length: i - at + 1, digits, gaps })
  }
  return found
}

/** "Double seven", "two times the seven", "seven, two times". */
function timesReadings(list: readonly Word[], at: number, grammar: NumberGrammar): Reading[] {
  const repeat = own(grammar.repeats, list[at]!.text)
  if (repeat !== undefined) return repeated(list, at, at + 1, repeat, 2, grammar)
  const times = (i: number): boolean => grammar.times?.words.has(list[i]?.text ?? '') === true
  const found = times(at + 1) ? repeated(list, at, at + 2, countAt(list, at, grammar), 2, grammar) : []
  for (const { length, digits } of singleReadings(list, at, grammar)) {
    const many = countAt(list, at + length, grammar)
    const isLast = list[at + length + 2] === undefined || list[at + length + 2]!.apart
    if (many > 1 && times(at + length + 1) && isLast && digits.length <= 2)
      found.push({ length: length + 2, digits: digits.repeat(many), gaps: 0, times: timesOf(digits) })
  }
  return found
}

function repeated(
  list: readonly Word[],
  at: number,
  from: number,
  many: number,
  longest: number,
  grammar: NumberGrammar,
): Reading[] {
  if (many < 2) return []
  const once = singleReadings(list, from, grammar)
  // "Twice zero three": the pair 03.
  const second = list[from + 1]
  if (once.some(({ digits }) => digits === '0') && second !== undefined && !second.apart)
    for (const { length, digits } of singleReadings(list, from + 1, grammar))
      if (digits.length === 1) once.push({ length: length + 1, digits: `0${digits}`, gaps: 0 })
  return once
    .filter(({ digits }) => digits.length <= longest)
    .map(({ length, digits }) => ({
      length: from - at + length,
      digits: digits.repeat(many),
      gaps: 0,
      times: timesOf(digits),
    }))
}

const timesOf = (digits: string): Reading['times'] =>
  digits.length === 1 ? 'digit' : digits.startsWith('0') ? 'zeroPair' : 'group'

/** 2 to 5; 0 for anything else. */
function countAt(list: readonly Word[], at: number, grammar: NumberGrammar): number {
  const word = list[at]?.text ?? ''
  const count = Number(/^\d$/.test(word) ? word : (grammar.spoken.get(word) ?? 0))
  return count >= 2 && count <= 5 ? count : 0
}

/** Digits as written; as a soft reading also `60 12` for 72 and `20 4` for 24, which some recognisers write. */
function writtenReadings(list: readonly Word[], at: number): Reading[] {
  const word = list[at]!.text
  const found: Reading[] = [{ length: 1, digits: word, gaps: 0 }]
  const next = list[at + 1]?.text ?? ''
  if (/^[2-9]0$/.test(word) && /^([1-9]|1\d)$/.test(next)) {
    const low = Number(next)
    if (low < 10 || word === '60' || word === '80')
      found.push({ length: 2, digits: String(Number(word) + low), gaps: 0, soft: true })
  }
  return found
}

/** The value of a word in a table; undefined for a word that is not in it, `constructor` among them. */
export const own = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined
