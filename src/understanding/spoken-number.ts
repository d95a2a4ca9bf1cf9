// Whether words hold a given telephone number, however it was said: digits, number words, pairs, with +33 or without,
// spread over turns. Reads more generously than dictation.ts, which must be certain: an erasure must find a number that
// the rules misread or that the caller rejected.

import { dictation } from './dictation.ts'
import { isLanguage, languageOf, languages } from './languages/index.ts'
import type { NumberGrammar } from './number-grammar.ts'
import { heardWords } from './number-words.ts'
import { isNumberWord, readings } from './numbers.ts'
import { nationalNumber } from './phone.ts'
import { type Word, words } from './words.ts'

/** What is known of a call, live, ended or recorded. */
export type SaidCall = {
  language: string
  /** All that the call was in, when it was changed. */
  languages?: readonly { language: string }[]
  phone: string | null
  numbers: readonly string[]
  /** The line that called, when Asterisk says it. */
  callerNumber?: string | null
  transcript: readonly { who: 'caller' | 'agent'; text: string }[]
}

/** Whether this number occurs in the call. @param phone national form, `0612345678` */
export function gaveNumber(call: SaidCall, phone: string): boolean {
  if (knownNumbers(call).includes(phone)) return true
  const spoken = languagesOf(call)
  return streams(call).some((lines) => spoken.some((language) => saysNumber(lines, language, phone)))
}

/** Whether any whole number occurs in the call. Without one, no request can be matched to it. */
export function gaveAnyNumber(call: SaidCall): boolean {
  if (knownNumbers(call).length > 0) return true
  const spoken = languagesOf(call)
  return streams(call).some((lines) => spoken.some((language) => saysAnyNumber(lines, language)))
}

/** The call's languages; all that there are for a recording in a language that is no longer offered. */
function languagesOf({ language, languages: changed = [] }: SaidCall): readonly string[] {
  const codes = [language, ...changed.map((one) => one.language)]
  return codes.every(isLanguage) ? [...new Set(codes)] : languages
}

const knownNumbers = ({ phone, numbers, callerNumber }: SaidCall): string[] =>
  [phone, callerNumber, ...numbers]
    .filter((number) => typeof number === 'string' && number !== '')
    .map((number) => nationalNumber(number!) ?? number!.replace(/\D/g, ''))

/** Both sides by themselves: the caller may dictate in turns, and the agent reads back pair by pair. */
const streams = ({ transcript }: SaidCall): string[][] =>
  (['caller', 'agent'] as const).map((side) =>
    transcript.filter(({ who }) => who === side).map(({ text }) => text),
  )

/** The same in any language. */
export const saysNumberInAny = (lines: readonly string[], phone: string): boolean =>
  languages.some((language) => saysNumber(lines, language, phone))

/**
 * Whether the lines of one speaker, read one after the other, hold the number. Words between its digits do not matter,
 * other number words do, unless they are articles too. The first zero need not be said, as after +33.
 */
export function saysNumber(lines: readonly string[], language: string, phone: string): boolean {
  const list = wordsOf(lines, language)
  const grammar = languageOf(language).numbers
  const { articles } = grammar
  const wanted = phone.replace(/^0/, '')
  // Bit m of reach[i]: the first m digits of the wanted ones end right before word i.
  const reach = new Uint16Array(list.length + 1)
  for (let at = 0; at < list.length; at++) {
    const mask = reach[at]! | 1
    const { text } = list[at]!
    if (!isNumberWord(text, grammar) || articles.includes(text)) reach[at + 1]! |= mask
    if (!isNumberWord(text, grammar)) continue
    const isWritten = /^\d+$/.test(text)
    for (const { digits, length } of readings(list, at, grammar))
      for (let done = 0; done < wanted.length; done++) {
        if ((mask & (1 << done)) === 0) continue
        // The number may begin inside written digits, as after a key or +33, and more may follow.
        const from = done === 0 && isWritten ? digits.length : 1
        for (let skipped = 0; skipped < from; skipped++) {
          const piece = digits.slice(skipped)
          const rest = wanted.slice(done)
          if (piece === rest || (isWritten && piece.startsWith(rest))) return true
          if (rest.startsWith(piece)) reach[at + length]! |= 1 << (done + piece.length)
        }
      }
  }
  return wasCorrectedTo(lines, language, phone)
}

/** Digits of the longest number that is looked for, and of the shortest. */
const [mostDigits, fewestDigits] = [13, 7]
/** Ways to read the words up to one word that are followed; a long list of numbers has no more callers in it. */
const mostReadings = 200

/**
 * Every whole number that {@link gaveNumber} finds in the call, in national form: for an index, which cannot ask for
 * one number after the other.
 */
export function numbersIn(call: SaidCall): Set<string> {
  const found = new Set(knownNumbers(call))
  for (const language of languagesOf(call))
    for (const lines of streams(call)) {
      for (const digits of digitsIn(wordsOf(lines, language), languageOf(language).numbers))
        for (const phone of [digits, `0${digits}`]) if (nationalNumber(phone) === phone) found.add(phone)
      for (const phone of correctedIn(lines, language)) found.add(phone)
    }
  return found
}

/** The digits that the words hold in a row, without the first zero, read as {@link saysNumber} reads them. */
function digitsIn(list: Word[], grammar: NumberGrammar): Set<string> {
  const found = new Set<string>()
  const note = (digits: string) => {
    if (digits.length >= fewestDigits && digits.length <= mostDigits) found.add(digits)
  }
  /** What the digits before word i may be. */
  const before = Array.from({ length: list.length + 1 }, () => new Set<string>())
  for (let at = 0; at < list.length; at++) {
    const { text } = list[at]!
    const isNumber = isNumberWord(text, grammar)
    if (!isNumber || grammar.articles.includes(text))
      for (const some of before[at]!) before[at + 1]!.add(some)
    if (!isNumber) continue
    const isWritten = /^\d+$/.test(text)
    for (const { digits, length } of readings(list, at, grammar))
      for (const done of ['', ...before[at]!]) {
        const from = done === '' && isWritten ? digits.length : 1
        for (let skipped = 0; skipped < from; skipped++) {
          const all = done + digits.slice(skipped)
          note(all)
          if (isWritten) for (let end = fewestDigits; end < all.length; end++) note(all.slice(0, end))
          const next = before[at + length]!
          if (all.length < mostDigits && next.size < mostReadings) next.add(all)
        }
      }
  }
  return found
}

/** A number corrected while it was dictated is not in the words as they stand; dictation.ts knows how to read it. */
function wasCorrectedTo(lines: readonly string[], language: string, phone: string): boolean {
  for (const number of correctedIn(lines, language)) if (number === phone) return true
  return false
}

function* correctedIn(lines: readonly string[], language: string): Generator<string> {
  let before: readonly string[] = []
  for (const line of lines.flatMap(chunks)) {
    const read = dictation(line, language, before, true)
    if (read.phone !== null) yield read.phone
    yield* read.otherDigits
    if (read.phone !== null) before = []
    else if (read.digits !== null) before = [read.digits, ...read.otherDigits]
  }
}

/** Non-number words between two parts of the same number. */
const gapWords = 6

function saysAnyNumber(lines: readonly string[], language: string): boolean {
  const grammar = languageOf(language).numbers
  let digits = 0
  let gap = 0
  for (const line of lines) {
    const list = wordsOf([line], language)
    let ofLine = 0
    for (let at = 0; at < list.length; ) {
      const [reading] = readings(list, at, grammar)
        .filter(({ soft }) => soft !== true)
        .sort((a, b) => b.length - a.length)
      if (reading === undefined || !isNumberWord(list[at]!.text, grammar)) {
        if (++gap > gapWords) digits = 0
        at++
        continue
      }
      gap = 0
      ofLine += reading.digits.length
      digits += reading.digits.length
      if (digits >= 9) return true
      at += reading.length
    }
    // A single key answers a question, it is not part of a number.
    if (ofLine === 1) digits = 0
  }
  return false
}

function wordsOf(lines: readonly string[], language: string): Word[] {
  return lines.flatMap(chunks).flatMap((line) => {
    const [first, ...rest] = words(line)
    return first === undefined
      ? []
      : heardWords([{ ...first, apart: true }, ...rest], languageOf(language).numbers)
  })
}

/** Cuts a long text at spaces: cutting into words takes time that grows with the square of the length. */
function chunks(text: string): string[] {
  if (text.length <= 400) return [text]
  const cut = text.lastIndexOf(' ', 400)
  const at = cut > 0 ? cut : 400
  return [text.slice(0, at), ...chunks(text.slice(at))]
}
