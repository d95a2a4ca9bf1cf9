// Follows all readings of one sequence of number words and decides: one whole number, two, or part of one.

import { languageOf } from './languages/index.ts'
import { type Reading, readings } from './numbers.ts'
import { isPhone, nationalForm } from './phone.ts'
import type { Word } from './words.ts'

/** `digits`: the digits so far of a number that is not whole. `ambiguous`: there are two readings; the rest is null. */
export type Dictation = { phone: string | null; digits: string | null; ambiguous: boolean }

export const nothing: Dictation = { phone: null, digits: null, ambiguous: false }

type Path = { digits: string; aligned: boolean }

/** Reads one sequence of number words by itself. */
export function readRun(list: readonly Word[], language: string): Dictation {
  const strict = wholeReadings(paths(list, language, plainly))
  const greedy = greedyDigits(list, language)
  if (strict.length > 1) return { ...nothing, ambiguous: true }
  if (strict.length === 1) {
    const only = strict[0]
    if (greedy.length >= 10) return { ...nothing, phone: only.phone }
    // A recogniser that writes "soixante-douze" with a hyphen means 60 and 12 when it writes "soixante douze".
    const and = languageOf(language).numbers.and?.word
    const hyphenates = list.some(({ joined, text }) => joined && text !== and)
    const asWritten = hyphenates ? wholeReadings(paths(list, language, { ...plainly, merge: false })) : []
    if (asWritten.length === 1) return { ...nothing, phone: asWritten[0].phone }
    // Read plainly it is a number in pairs that is not finished; the whole number would break up the pairs.
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

/** The reading that takes as many words as possible for each number. */
function greedyDigits(list: readonly Word[], language: string): string {
  let digits = ''
  for (let at = 0; at < list.length; ) {
    const all = readings(list, at, language).filter(({ soft }) => soft !== true)
    const longest = all.sort((a, b) => b.length - a.length)[0]
    digits += longest?.digits ?? ''
    at += longest?.length ?? 1
  }
  return digits
}

/** Most readings to follow at one position; a number that people dictate never has as many. */
const pathLimit = 256
const longestDigits = 13

/** What a reading may do. `soft`: repair digits. `cut`: split a hyphenated number. `merge`: join words without one. */
type Allowed = { soft: boolean; cut: boolean; merge: boolean }
const plainly: Allowed = { soft: false, cut: false, merge: true }

function paths(list: readonly Word[], language: string, allow: Allowed): Path[] {
  const open: Map<string, Path>[] = list.map(() => new Map())
  const ends = new Map<string, Path>()
  open[0].set('', { digits: '', aligned: true })
  for (let at = 0; at < list.length; at++) {
    if (open[at].size === 0) continue
    const all: Reading[] = readings(list, at, language)
    // An "et" that belongs to no number separates two numbers.
    if (all.length === 0) all.push({ length: 1, digits: '' })
    for (const reading of all) {
      if (reading.soft === true && !allow.soft) continue
      const to = at + reading.length
      if (!allow.merge && isMerged(list, at, to, language)) continue
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

/** Whether ending a number at `to` cuts a hyphenated one: a number that begins earlier continues past the hyphen. */
function isCut(list: readonly Word[], at: number, to: number, language: string): boolean {
  for (let start = at; start < to; start++) {
    const over = readings(list, start, language)
    if (over.some(({ length, soft }) => soft !== true && start + length > to)) return true
  }
  return false
}

/** Whether a number of several words lacks a hyphen between two of them; "vingt et un" needs none. */
function isMerged(list: readonly Word[], at: number, to: number, language: string): boolean {
  const and = languageOf(language).numbers.and?.word
  return list
    .slice(at + 1, to)
    .some(({ joined, text }, i) => !joined && text !== and && list[at + i].text !== and)
}

function wholeReadings(found: readonly Path[]): { phone: string; aligned: boolean }[] {
  const whole = new Map<string, boolean>()
  for (const { digits, aligned } of found) {
    const phone = wholeForm(digits)
    if (phone !== undefined) whole.set(phone, whole.get(phone) === true || aligned || digits.length > 10)
  }
  return [...whole].map(([phone, aligned]) => ({ phone, aligned }))
}

/** The number in national form, even if its 0 was left out as after +33; undefined if it is not whole. */
export function wholeForm(digits: string): string | undefined {
  const national = nationalForm(digits)
  if (isPhone(national)) return national
  return /^[67]\d{8}$/.test(digits) ? `0${digits}` : undefined
}
