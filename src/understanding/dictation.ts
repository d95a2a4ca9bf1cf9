// A telephone number as it is dictated: found among other words, corrected in the middle, spread over turns, and
// never guessed. All readings of the words are followed; what counts is how many of them are whole numbers.

import type { Language } from '../desk/types.ts'
import { isNumberWord, readings } from './numbers.ts'
import { isPhone } from './phone.ts'
import { type Dictation, nothing, readRun, wholeForm } from './readings.ts'
import { type Word, words } from './words.ts'

/** A stretch of number words; `corrects` when the caller took something back just before it. */
type Run = { list: Word[]; corrects: boolean }

const fillers: Readonly<Record<Language, ReadonlySet<string>>> = {
  fr: new Set(
    "euh heu hum alors et puis ensuite apres donc voila le les c'est ben bah plus tiret point espace hein oui deja".split(
      ' ',
    ),
  ),
  en: new Set('uh um er and then so well the plus dash dot space yes'.split(' ')),
}

const corrections: Readonly<Record<Language, RegExp>> = {
  fr: /^(non|pardon|plutot|trompe|excusez|erreur|rectifie|nan|desole|desolee|corrige)$/,
  en: /^(no|sorry|rather|mistake|mean|correction)$/,
}

/** Words that make the number before them a measure: ten seconds, two days, 4G. */
const measures: Readonly<Record<Language, RegExp>> = {
  fr: /^(secondes?|minutes?|minute|heures?|h|jours?|semaines?|mois|ans?|fois|g|euros?|gigas?|megas?|barres?|eme|pour|personnes?|lignes?|mobiles?|box|problemes?|instants?|petite?|moment|autre|conseiller|technicien|humain|peu)$/,
  en: /^(seconds?|minutes?|hours?|days?|weeks?|months?|years?|times?|g|euros?|bars?|percent|moment|problem|lines?|more|of|second)$/,
}

/**
 * Finds the number in what was said.
 *
 * @param before digits of earlier turns, which the words continue or correct
 * @param pieces whether a part of a number counts; elsewhere only whole numbers do
 * @returns `phone` when exactly one reading is a whole number; `digits` with those of earlier turns when it is not
 *   whole; `ambiguous`, and neither, when there are two readings
 */
export function dictation(text: string, language: Language, before: string, pieces: boolean): Dictation {
  const runs = runsOf(mended(words(text), language), language)
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

/** What "six" and "sept" sound like right after a zero; elsewhere these are words of their own. */
const afterZero: Readonly<Record<string, string>> = {
  ...{ si: 'six', sis: 'six', cis: 'six', scie: 'six', sisse: 'six', cisse: 'six' },
  ...{ cet: 'sept', cette: 'sept', set: 'sept', sete: 'sept', sette: 'sept' },
}

function mended(list: Word[], language: Language): Word[] {
  if (language !== 'fr') return list
  return list.map((word, at) => {
    const sound = /^(?:0|zero)$/.test(list[at - 1]?.text ?? '') ? afterZero[word.text] : undefined
    return sound === undefined ? word : { ...word, text: sound }
  })
}

/** Puts the runs together, and takes back what later ones correct. */
function assemble(runs: readonly Run[], language: Language, before: string, pieces: boolean): Dictation {
  let digits = before
  let ambiguous = false
  let said = 0
  for (const run of joinRuns(runs)) {
    const read = readRun(run.list, language)
    if (read.ambiguous) return pieces || run.list.length > 4 ? { ...nothing, ambiguous: true } : nothing
    const piece = read.digits ?? read.phone ?? ''
    said += piece.length
    if (!run.corrects || digits === '') {
      // A new beginning: the caller starts the number again.
      const restart = digits.length + piece.length > 10 && piece.startsWith('0')
      digits = restart ? piece : digits + piece
      continue
    }
    const over = digits.length + piece.length - 10
    // Exactly whole without taking anything back, although the caller said no: two readings.
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

/** Neighbouring runs with nothing taken back between them are one. */
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

/** Digits in the first number of a run: what a correction without a length of its own replaces. */
function firstGroup(list: readonly Word[], language: Language): number {
  const groups = readings(list, 0, language).filter(({ soft }) => soft !== true)
  return groups.sort((a, b) => b.length - a.length)[0]?.digits.length ?? 0
}

function runsOf(list: readonly Word[], language: Language): Run[] {
  const runs: Run[] = []
  let current: Word[] = []
  let corrects = false
  let apart = false
  const close = (next: Word | undefined): void => {
    const isMeasure = next !== undefined && !next.apart && measures[language].test(next.text)
    const kept = isMeasure ? current.slice(0, -1) : current
    const isArticle = kept.length === 1 && /^(un|une|one|o|oh)$/.test(kept[0].text) && list.length > 1
    if (kept.length > 0 && !isArticle) {
      runs.push({ list: kept, corrects })
      corrects = false
    }
    current = []
  }
  for (const [index, word] of list.entries()) {
    const isAnd = word.text === 'et' && current.length > 0
    if (isNumberWord(word.text, language) || (isAnd && isNumberWord(list[index + 1]?.text ?? '', language))) {
      current.push(apart && current.length > 0 ? { ...word, apart: true } : word)
      apart = false
    } else if (corrections[language].test(word.text)) {
      close(undefined)
      corrects = true
    } else if (fillers[language].has(word.text) && current.length > 0) apart = true
    else {
      close(word)
      apart = false
    }
  }
  close(undefined)
  return runs
}
