// Reads a telephone number as callers dictate it: among other words, corrected, said twice, spread over turns. What was
// said before is part of the reading. It never guesses: a number with a second reading that is as good is not read.

import { languageOf } from './languages/index.ts'
import type { NumberGrammar } from './number-grammar.ts'
import { believedCost, type Path } from './number-path.ts'
import { numberPaths } from './number-paths.ts'
import { type HeardNumber, numberWords, phraseAt, zeroFirst } from './number-words.ts'
import { readings } from './numbers.ts'
import { isPhone, nationalLength, wholeForm } from './phone.ts'
import type { PhoneForm } from './phone-form.ts'
import { type Word, words } from './words.ts'

/** `digits`: the digits so far of a number that is not whole. `ambiguous`: there are two readings; the rest is null. */
export type Dictation = {
  phone: string | null
  digits: string | null
  /** Other readings of the words so far, the likeliest first: what comes next decides. */
  otherDigits: readonly string[]
  ambiguous: boolean
}

export const nothing: Dictation = { phone: null, digits: null, otherDigits: [], ambiguous: false }
const ambiguous: Dictation = { ...nothing, ambiguous: true }

/** Readings that differ by no more than this are equally likely. */
const margin = 1
const keptReadings = 6

/**
 * Finds the number in a turn.
 *
 * @param before readings of what was said in earlier turns, the likeliest first; the words continue or correct them
 * @param pieces whether part of a number counts; otherwise only a whole number does
 * @param form of the numbers; they need not be those of the language's country
 * @returns `phone` if exactly one reading is a whole number; `digits`, including those of earlier turns, if it is not
 *   whole yet; only `ambiguous` if there are two readings
 */
export function dictation(
  text: string,
  language: string,
  before: readonly string[],
  pieces: boolean,
  form: PhoneForm = languageOf(language).phone,
): Dictation {
  const { numbers: grammar } = languageOf(language)
  const list = zeroFirst(words(text), grammar)
  const said = numberWords(list, grammar)
  if (said.tokens.length === 0) return endsNumber(list, grammar) ? finished(before, form) : nothing
  const joined = numberPaths(said, grammar, form, before)
  // The caller may have begun the number anew.
  const alone =
    before.length === 0
      ? []
      : numberPaths(said, grammar, form, []).filter(({ groups }) => beginsNumber(groups, form))
  const paths = [...joined, ...alone.map((path) => ({ ...path, cost: path.cost + 2 }))]
  const found = decide(paths, form, pieces || said.tokens.length > 4)
  if (found === undefined) return pieces ? tooLong(said, grammar, before) : nothing
  return pieces || found.digits === null ? found : nothing
}

/** Whether the words say only that the number is all of it. */
function endsNumber(list: readonly Word[], { ends, fillers }: NumberGrammar): boolean {
  let isEnd = false
  for (let at = 0; at < list.length; at++) {
    const phrase = phraseAt(list, at, ends)
    if (phrase !== undefined) {
      isEnd = true
      at += phrase.length - 1
    } else if (!fillers.has(list[at]!.text)) return false
  }
  return isEnd
}

/** What is no number in its likeliest reading is whole in exactly one other. */
function finished(before: readonly string[], form: PhoneForm): Dictation {
  const wholes = before.filter((digits) => isPhone(digits, form))
  return wholes.length === 1 ? { ...nothing, phone: wholes[0]! } : nothing
}

const beginsNumber = (groups: readonly string[], form: PhoneForm): boolean =>
  form.opens.test(groups[0] ?? '') || wholeForm(groups, form) !== undefined

type Part = { digits: string; cost: number; isPairs: boolean; corrected: boolean }

/** The reading that counts; undefined when no path is a number or a part of one. */
function decide(paths: readonly Path[], form: PhoneForm, mayAsk: boolean): Dictation | undefined {
  const { wholes, parts, two } = sorted(paths, form)
  const [whole, otherWhole] = wholes
  const [part, ...otherParts] = parts
  const best = Math.min(whole?.cost ?? Infinity, part?.cost ?? Infinity, two)
  if (best === Infinity) return undefined
  const asks = mayAsk ? ambiguous : nothing
  const near = (other: { cost: number } | undefined): boolean =>
    other !== undefined && other.cost <= best + margin
  if (two <= best + margin) return asks
  if (whole?.cost === best && near(otherWhole)) return asks
  if (near(whole) && !near(part)) return { ...nothing, phone: whole!.phone }
  if (part === undefined) return asks
  // Where numbers are said in pairs, only one of which some are missing can be told apart by what comes next.
  if (whole !== undefined && form.inPairs && !part.isPairs) return asks
  if (near(whole) && (part.corrected || whole!.cost === part.cost)) return asks
  if (otherParts.some((other) => near(other) && other.digits.length === part.digits.length)) return asks
  const others = [
    ...otherParts.map(({ digits, cost }) => ({ digits, cost })),
    ...wholes.map(({ phone, cost }) => ({ digits: phone, cost })),
  ]
    .filter(({ cost }) => cost <= best + margin)
    .sort((a, b) => a.cost - b.cost)
    .slice(0, keptReadings)
  return { ...nothing, digits: part.digits, otherDigits: others.map(({ digits }) => digits) }
}

/** The whole numbers and the parts among the paths, the cheapest first. `two`: the cost of two numbers at once. */
function sorted(
  paths: readonly Path[],
  form: PhoneForm,
): {
  wholes: { phone: string; cost: number }[]
  parts: Part[]
  two: number
} {
  const wholes = new Map<string, number>()
  const parts = new Map<string, Part>()
  let two = Infinity
  for (const { groups, done, again: whole, cost, corrected, misaligned } of paths) {
    if (cost > believedCost) continue
    const digits = groups.join('')
    const phone = wholeForm(groups, form)
    if (done !== '') {
      // The number again, or a part of it again, is the same number.
      const isPart =
        digits.length >= 4 &&
        digits.length < done.length &&
        (done.startsWith(digits) || done.endsWith(digits))
      const again = phone === done || (isPart && !whole)
      if (done !== 'two' && again) wholes.set(done, Math.min(cost, wholes.get(done) ?? Infinity))
      else if (phone !== undefined) two = Math.min(two, cost)
      continue
    }
    if (phone !== undefined) {
      // Without its 0 a number is a little less likely.
      const dear = nationalLength(digits, form) < phone.length ? cost + 1 : cost
      wholes.set(phone, Math.min(dear, wholes.get(phone) ?? Infinity))
    }
    const length = nationalLength(digits, form)
    if (length === 0 || length >= form.longest || (phone !== undefined && form.varies)) continue
    const dear = cost + (form.begun.test(digits) ? 0 : 3)
    const isPairs = !misaligned && length % 2 === 0 && groups.every((group) => group.length !== 3)
    if (dear < (parts.get(digits)?.cost ?? Infinity))
      parts.set(digits, { digits, cost: dear, isPairs, corrected })
  }
  const cheap = (a: { cost: number }, b: { cost: number }): number => a.cost - b.cost
  return {
    wholes: [...wholes].map(([phone, cost]) => ({ phone, cost })).sort(cheap),
    parts: [...parts.values()].sort(cheap),
    two,
  }
}

/** More digits than any number has: the desk says so. */
function tooLong({ tokens }: HeardNumber, grammar: NumberGrammar, before: readonly string[]): Dictation {
  let digits = before[0] ?? ''
  for (let at = 0; at < tokens.length; ) {
    const longest = readings(tokens, at, grammar).find(({ soft }) => soft !== true)
    digits += longest?.digits ?? ''
    at += longest?.length ?? 1
  }
  return { ...nothing, digits }
}
