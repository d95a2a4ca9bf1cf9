// What a caller corrects in a number that was read back: "48 at the end, not 47", "the last two are 77", "12 47, you
// swapped them". The desk reads the corrected number back too, so only a correction that fits one place counts.

import { languageOf } from './languages/index.ts'
import { isAlike } from './number-corrections.ts'
import type { NumberGrammar } from './number-grammar.ts'
import { numberWords, phraseAt, type Token } from './number-words.ts'
import { readings } from './numbers.ts'
import { wholeForm } from './phone.ts'
import { type PhoneForm, phoneGroups } from './phone-form.ts'
import { type Word, words } from './words.ts'

/** `parted`: other words stand between this group and the one before it. */
type Group = { digits: string; denied: boolean; parted: boolean }

/**
 * The number as the caller corrects it.
 *
 * @param pending the number that was read back, in national form
 * @returns null unless exactly one other number can be meant
 */
export function correctedNumber(
  text: string,
  language: string,
  pending: string,
  form: PhoneForm = languageOf(language).phone,
): string | null {
  const { numbers: grammar } = languageOf(language)
  const list = words(text)
  const groups = groupsOf(numberWords(list, grammar).tokens, grammar)
  const said = groups.filter(({ denied }) => !denied)
  const denied = new Set(groups.filter((group) => group.denied).map(({ digits }) => digits))
  const old = phoneGroups(pending, form)
  const place = placeOf(list, grammar, old.length)
  const results =
    denied.size > 0
      ? inPlaceOf([...denied], said, old, place)
      : place === undefined
        ? whereItFits(said, old)
        : atPlace(said, old, place)
  const numbers = new Set(results.map((result) => result.join('')))
  const [number] = numbers
  // "Yes, 70, not 60" says what was read back.
  if (stands(said, denied, old)) return pending
  if (numbers.size !== 1 || number === pending) return null
  return wholeForm(results[0]!, form) ?? null
}

/** The groups that the words say by themselves: the longest readings, two digits in a row as a pair. */
function groupsOf(tokens: readonly Token[], grammar: NumberGrammar): Group[] {
  const groups: Group[] = []
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at]!
    const next = tokens[at + 1]
    // "Un sept" is a seven here: the desk reads pairs, and so do callers who correct one.
    if (grammar.indefinite.has(token.text) && next?.apart === false && !next.joined) {
      const behind = readings(tokens, at + 1, grammar).find(({ soft }) => soft !== true)
      if (behind?.digits.length === 1) at++
    }
    const reading = readings(tokens, at, grammar).find(({ soft }) => soft !== true)
    at += reading?.length ?? 1
    if (reading === undefined) continue
    const { digits } = reading
    const last = groups.at(-1)
    // "It is 13, no, 14."
    if (token.correction !== undefined && last?.denied === false) groups.pop()
    const isPair = last?.digits.length === 1 && digits.length === 1 && !token.apart
    if (isPair) last.digits += digits
    else groups.push({ digits, denied: token.denied, parted: token.aside && groups.length > 0 })
  }
  return groups
}

/** The group that is meant was read back, and the one that is not meant was not. */
function stands(said: readonly Group[], denied: ReadonlySet<string>, old: readonly string[]): boolean {
  if (said.length === 0 || denied.size === 0) return false
  return said.every(({ digits }) => old.includes(digits)) && [...denied].every((one) => !old.includes(one))
}

/** The group that the caller names, if it is one. */
function placeOf(list: readonly Word[], { places }: NumberGrammar, many: number): number | undefined {
  const phrases = places.map(({ phrase }) => phrase)
  for (let at = 0; at < list.length; at++) {
    const phrase = phraseAt(list, at, phrases)
    const group = places.find((place) => place.phrase === phrase)?.group
    if (group !== undefined) return group < 0 ? many + group : group
  }
  return undefined
}

/** "48, not 47": the one group that is said for the one that is not meant. */
function inPlaceOf(
  denied: readonly string[],
  said: readonly Group[],
  old: readonly string[],
  place: number | undefined,
): string[][] {
  const [wrong] = denied
  const meant = new Set(said.map(({ digits }) => digits).filter((digits) => digits.length === wrong!.length))
  // "Not 12, 18 47": the 47 was read back already and only shows the place.
  if (meant.size > 1) for (const group of old) if (group !== wrong) meant.delete(group)
  const [right] = meant
  if (denied.length !== 1 || meant.size !== 1) return []
  return old.flatMap((group, at) => {
    if (place !== undefined && place !== at) return []
    if (group === wrong) return [old.with(at, right!)]
    return wrong!.length === 1 ? digitsReplaced(group, wrong!, right!).map((one) => old.with(at, one)) : []
  })
}

const digitsReplaced = (group: string, wrong: string, right: string): string[] =>
  [...group].flatMap((digit, at) =>
    digit === wrong ? [`${group.slice(0, at)}${right}${group.slice(at + 1)}`] : [],
  )

/** "77 at the end": the groups at this place; a single digit at the end is the last one. */
function atPlace(said: readonly Group[], old: readonly string[], place: number): string[][] {
  const all = said.map((group) => group.digits)
  // "22 at the end, 60 22": the last one is said again with the one before it.
  const digits = all.length > 2 && all[0] === all.at(-1) ? all.slice(1) : all
  const at = place === old.length - 1 ? old.length - digits.length : place
  const last = old.at(-1)!
  if (digits.length === 1 && digits[0]!.length === 1 && place === old.length - 1)
    return [old.with(-1, `${last.slice(0, -1)}${digits[0]}`)]
  if (digits.length === 0 || at < 0 || digits.some((one, i) => one.length !== old[at + i]?.length)) return []
  return [replaced(old, at, digits)]
}

/** The places where the groups may stand for those read back: slips, or the same groups in another order. */
function whereItFits(said: readonly Group[], old: readonly string[]): string[][] {
  const digits = said.map((group) => group.digits)
  if (digits.length === 0 || digits.length >= old.length) return []
  // In words and once more in digits.
  if (digits.length === 2 && digits[0] === digits[1]) return whereItFits(said.slice(1), old)
  if (said.some(({ parted }) => parted)) return oneForAnother(digits, old)
  const found: string[][] = []
  for (let at = 0; at + digits.length <= old.length; at++) {
    const there = old.slice(at, at + digits.length)
    if (there.join(' ') === digits.join(' ')) return []
    const isSwapped = there.toSorted().join(' ') === digits.toSorted().join(' ')
    const isSlip = digits.every((one, i) => one.length > 1 && isAlike(one, there[i]!))
    if (isSwapped || isSlip) found.push(replaced(old, at, digits))
  }
  return found.length > 0 ? found : oneForAnother(digits, old)
}

/** "You have 47, it is 48": of two groups one was read back and the other one was not. */
function oneForAnother(digits: readonly string[], old: readonly string[]): string[][] {
  const known = digits.filter((group) => old.includes(group))
  const fresh = digits.filter((group) => !old.includes(group))
  if (known.length !== 1 || fresh.length !== 1 || known[0]!.length !== fresh[0]!.length) return []
  return old.flatMap((group, at) => (group === known[0] ? [old.with(at, fresh[0]!)] : []))
}

const replaced = (old: readonly string[], at: number, groups: readonly string[]): string[] =>
  old.toSpliced(at, groups.length, ...groups)
