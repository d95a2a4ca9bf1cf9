// A telephone number as it is dictated: found among other words, corrected in the middle, spread over turns, and
// never guessed. All readings of the words are followed; what counts is how many of them are whole numbers.

import { isNumberWord, type Reading, readings } from './numbers.ts'
import { isPhone, nationalForm } from './phone.ts'
import type { Language } from './types.ts'
import { type Word, words } from './words.ts'

export type Dictation = { phone: string | null; digits: string | null; ambiguous: boolean }

const nothing: Dictation = { phone: null, digits: null, ambiguous: false }

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
  const runs = runsOf(words(text), language)
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

type Path = { digits: string; aligned: boolean }

/** All readings of one run. */
function readRun(list: readonly Word[], language: Language): Dictation {
  const strict = wholeReadings(paths(list, language, plainly))
  const greedy = greedyDigits(list, language)
  if (strict.length > 1) return { ...nothing, ambiguous: true }
  if (strict.length === 1) {
    const only = strict[0]
    if (greedy.length >= 10) return { ...nothing, phone: only.phone }
    // A writer who hyphenates "soixante-douze" means 60 and 12 by "soixante douze".
    const hyphenates = list.some(({ joined, text }) => joined && text !== 'et')
    const asWritten = hyphenates ? wholeReadings(paths(list, language, { ...plainly, merge: false })) : []
    if (asWritten.length === 1) return { ...nothing, phone: asWritten[0].phone }
    // The plain reading is a number in pairs that goes on; the whole one would have to break the pairs.
    if (greedy.length < 10 && greedy.length % 2 === 0 && !only.aligned) return { ...nothing, digits: greedy }
    return { ...nothing, ambiguous: true }
  }
  const loose = wholeReadings(paths(list, language, { soft: true, cut: true, merge: true }))
  if (greedy.length > 10 && loose.length === 1) return { ...nothing, phone: loose[0].phone }
  if (greedy.length >= 10) return { ...nothing, digits: greedy }
  const sameLength = paths(list, language, plainly).filter(
    ({ digits, aligned }) => digits.length === greedy.length && digits !== greedy && aligned,
  )
  return sameLength.length > 0 ? { ...nothing, ambiguous: true } : { ...nothing, digits: greedy }
}

/** The reading that takes as many words as it can for each number. */
function greedyDigits(list: readonly Word[], language: Language): string {
  let digits = ''
  for (let at = 0; at < list.length; ) {
    const all = readings(list, at, language).filter(({ soft }) => soft !== true)
    const longest = all.sort((a, b) => b.length - a.length)[0]
    digits += longest?.digits ?? ''
    at += longest?.length ?? 1
  }
  return digits
}

/** More readings than this at one place are not a number that anybody dictated. */
const pathLimit = 256
const longestDigits = 13

/** What a reading may do: repair written digits, cut a hyphenated number, join words without a hyphen. */
type Allowed = { soft: boolean; cut: boolean; merge: boolean }
const plainly: Allowed = { soft: false, cut: false, merge: true }

function paths(list: readonly Word[], language: Language, allow: Allowed): Path[] {
  const open: Map<string, Path>[] = list.map(() => new Map())
  const ends = new Map<string, Path>()
  open[0].set('', { digits: '', aligned: true })
  for (let at = 0; at < list.length; at++) {
    if (open[at].size === 0) continue
    const all: Reading[] = readings(list, at, language)
    // "et" inside a run that no number used stands between two numbers.
    if (all.length === 0) all.push({ length: 1, digits: '' })
    for (const reading of all) {
      if (reading.soft === true && !allow.soft) continue
      const to = at + reading.length
      if (!allow.merge && isMerged(list, at, to)) continue
      if (!allow.cut && list[to]?.joined === true && isCut(list, at, to, language)) continue
      const target = to >= list.length ? ends : open[to]
      for (const path of open[at].values()) {
        const digits = path.digits + reading.digits
        if (digits.length > longestDigits || target.size >= pathLimit) continue
        const aligned = path.aligned && (reading.digits.length !== 2 || path.digits.length % 2 === 0)
        const known = target.get(digits)
        if (known === undefined || (aligned && !known.aligned)) target.set(digits, { digits, aligned })
      }
    }
  }
  return [...ends.values()]
}

/** Whether ending a number at `to` cuts a hyphenated one: a number that begins before goes on over the hyphen. */
function isCut(list: readonly Word[], at: number, to: number, language: Language): boolean {
  for (let start = at; start < to; start++) {
    const over = readings(list, start, language)
    if (over.some(({ length, soft }) => soft !== true && start + length > to)) return true
  }
  return false
}

/** Whether a number of several words lacks a hyphen between them; "vingt et un" needs none. */
const isMerged = (list: readonly Word[], at: number, to: number): boolean =>
  list.slice(at + 1, to).some(({ joined, text }, i) => !joined && text !== 'et' && list[at + i].text !== 'et')

function wholeReadings(found: readonly Path[]): { phone: string; aligned: boolean }[] {
  const whole = new Map<string, boolean>()
  for (const { digits, aligned } of found) {
    const phone = wholeForm(digits)
    if (phone !== undefined) whole.set(phone, whole.get(phone) === true || aligned || digits.length > 10)
  }
  return [...whole].map(([phone, aligned]) => ({ phone, aligned }))
}

/** The number in national form, also when its 0 was left out as after +33, or undefined when it is not whole. */
function wholeForm(digits: string): string | undefined {
  const national = nationalForm(digits)
  if (isPhone(national)) return national
  return /^[67]\d{8}$/.test(digits) ? `0${digits}` : undefined
}
