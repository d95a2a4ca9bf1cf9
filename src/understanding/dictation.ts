// Reads a telephone number as callers dictate it: among other words, corrected in the middle, spread over turns. It
// never guesses: it follows all readings of the words, and counts how many of them are whole numbers.

import { languageOf } from './languages/index.ts'
import { isNumberWord, readings } from './numbers.ts'
import { isPhone } from './phone.ts'
import { type Dictation, nothing, readRun, wholeForm } from './readings.ts'
import { type Word, words } from './words.ts'

/** A sequence of number words. `corrects`: the caller took something back just before it. */
type Run = { list: Word[]; corrects: boolean }

/**
 * Finds the number in a turn.
 *
 * @param before digits of earlier turns; the words continue or correct them
 * @param pieces whether part of a number counts; otherwise only a whole number does
 * @returns `phone` if exactly one reading is a whole number; `digits`, including those of earlier turns, if it is not
 *   whole yet; only `ambiguous` if there are two readings
 */
export function dictation(text: string, language: string, before: string, pieces: boolean): Dictation {
  const runs = runsOf(repaired(words(text), language), language)
  if (runs.length === 0) return nothing
  const whole = new Set<string>()
  let correctedAfter = false
  for (const run of runs) {
    const read = readRun(run.list, language)
    if (read.phone === null) {
      correctedAfter ||= run.corrects && whole.size > 0
      continue
    }
    if (run.corrects) whole.clear()
    whole.add(read.phone)
    correctedAfter = false
  }
  if (whole.size === 1 && correctedAfter) return assemble(runs, language, '', pieces)
  if (whole.size === 1) return { ...nothing, phone: [...whole][0] }
  if (whole.size > 1) return { ...nothing, ambiguous: true }
  return assemble(runs, language, before, pieces)
}

/**
 * The words with number words put right where a recogniser wrote another word that sounds the same: "six" and "sept"
 * right after a zero.
 */
export function repaired(list: Word[], language: string): Word[] {
  const { afterZero, units } = languageOf(language).numbers
  const isZero = (text: string): boolean => text === '0' || units[text] === 0
  return list.map((word, at) => {
    const sound = isZero(list[at - 1]?.text ?? '') && Object.hasOwn(afterZero, word.text)
    return sound ? { ...word, text: afterZero[word.text] } : word
  })
}

/** Joins the runs and removes the digits that later runs correct. */
function assemble(runs: readonly Run[], language: string, before: string, pieces: boolean): Dictation {
  let digits = before
  let ambiguous = false
  let said = 0
  for (const run of joinRuns(runs)) {
    const read = readRun(run.list, language)
    if (read.ambiguous) return pieces || run.list.length > 4 ? { ...nothing, ambiguous: true } : nothing
    const piece = read.digits ?? read.phone ?? ''
    said += piece.length
    if (!run.corrects || digits === '') {
      // The caller starts the number again from the beginning.
      const restart = digits.length + piece.length > 10 && piece.startsWith('0')
      digits = restart ? piece : digits + piece
      continue
    }
    const over = digits.length + piece.length - 10
    // The caller said no, but the number is whole if nothing is taken back: two readings.
    if (over === 0 && isPhone(digits + piece)) ambiguous = true
    const taken = over > 0 ? over : firstGroup(run.list, language)
    digits = digits.slice(0, Math.max(0, digits.length - taken)) + piece
  }
  if (ambiguous) return { ...nothing, ambiguous: true }
  const phone = wholeForm(digits)
  if (phone !== undefined) return { ...nothing, phone }
  if (!pieces || said === 0) return nothing
  return { ...nothing, digits }
}

/** Joins neighbouring runs unless the second corrects the first. */
function joinRuns(runs: readonly Run[]): Run[] {
  const joined: Run[] = []
  for (const run of runs) {
    const last = joined.at(-1)
    if (last === undefined || run.corrects) joined.push({ ...run })
    else {
      const [first, ...rest] = run.list
      last.list = [...last.list, { ...first, apart: true }, ...rest]
    }
  }
  return joined
}

/** Number of digits in the first group of a run: a correction replaces as many when its length says nothing. */
function firstGroup(list: readonly Word[], language: string): number {
  const groups = readings(list, 0, language).filter(({ soft }) => soft !== true)
  return groups.sort((a, b) => b.length - a.length)[0]?.digits.length ?? 0
}

function runsOf(list: readonly Word[], language: string): Run[] {
  const { and, articles, corrections, fillers, measures } = languageOf(language).numbers
  const runs: Run[] = []
  let current: Word[] = []
  let corrects = false
  let apart = false
  const close = (next: Word | undefined): void => {
    const isMeasure = next !== undefined && !next.apart && measures.has(next.text)
    const kept = isMeasure ? current.slice(0, -1) : current
    const isArticle = kept.length === 1 && articles.includes(kept[0].text) && list.length > 1
    if (kept.length > 0 && !isArticle) {
      runs.push({ list: kept, corrects })
      corrects = false
    }
    current = []
  }
  for (const [index, word] of list.entries()) {
    const isAnd = word.text === and?.word && current.length > 0
    if (isNumberWord(word.text, language) || (isAnd && isNumberWord(list[index + 1]?.text ?? '', language))) {
      current.push(apart && current.length > 0 ? { ...word, apart: true } : word)
      apart = false
    } else if (corrections.has(word.text)) {
      close(undefined)
      corrects = true
    } else if (fillers.has(word.text) && current.length > 0) apart = true
    else {
      close(word)
      apart = false
    }
  }
  close(undefined)
  return runs
}
