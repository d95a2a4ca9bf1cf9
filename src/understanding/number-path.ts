// One way to read the number words of a turn, and what makes it less likely than another.

import { nationalLength } from './phone.ts'
import type { PhoneForm } from './phone-form.ts'

/** What one departure from the plain reading costs. Costs add up; a difference of 1 counts as none. */
export const cost = {
  /** "Vingt quatre" as 20 and 4. */
  split: 1,
  /** The same where the recogniser writes a hyphen between them. */
  cut: 4,
  /** "Soixante douze" as 72, once or more, from a recogniser that writes hyphens elsewhere. */
  merge: 2,
  /** Written `60 12` as 72. */
  soft: 2,
  /** "Twice 40" as 40 40. */
  doubled: 2,
  /** "Twice zero three" as 00 and 3. */
  splitTimes: 2,
  /** Another reading of an earlier turn. */
  otherBefore: 1,
  /** A pair that begins at an odd place. */
  misaligned: 2,
  /** A pair right behind a zero that begins one: nobody says 0 and 81. */
  zeroPair: 3,
  /** "Correction" that corrects nothing. */
  noCorrection: 1,
  /** Something less likely is taken back. */
  unlikely: 2,
  /** "98, 13 sorry, 30" as 13 for 98, although they are not alike. */
  unlike: 3,
  /** What is said not to be a part of the number is one. */
  denied: 1,
  /** An article before a digit: "et un deux" for "and a two". */
  article: 2,
  /** The same group said twice in a row. */
  stutter: 3,
  /** A number begun twice: "quatre, quatre-vingts". */
  begunTwice: 2,
  /** The number begins anew. */
  restart: 2,
  /** What follows a whole number is something else. */
  leave: 3,
} as const

/** Readings that depart from the words more than this are no readings. */
export const believedCost = 4

/** One reading up to some word. */
export type Path = {
  groups: readonly string[]
  /** A whole number said before `groups`; `two` when it differs from an earlier one. */
  done: string
  /** No pause parts `groups` from that number: they only make sense as all of it once more. */
  again: boolean
  cost: number
  corrected: boolean
  /** The last group stands in the place of another. */
  replaces: boolean
  misaligned: boolean
  merged: boolean
}

export const empty: Path = {
  groups: [],
  done: '',
  again: false,
  cost: 0,
  corrected: false,
  replaces: false,
  misaligned: false,
  merged: false,
}

/** The path with one more group; undefined if no number is so long. */
export function append(path: Path, digits: string, written: boolean, form: PhoneForm): Path | undefined {
  const groups = [...path.groups, digits]
  const said = path.groups.join('')
  if (said.length + digits.length > form.longestDialled) return undefined
  const lone = groups[0]!.length === 1 && form.loneBegins.includes(groups[0]!) ? 1 : 0
  const isOdd =
    form.inPairs &&
    said !== '' &&
    digits.length === 2 &&
    !written &&
    (nationalLength(said, form) + lone) % 2 === 1
  return {
    ...path,
    groups,
    cost:
      path.cost + (!isOdd || path.misaligned ? 0 : groups.at(-2) === '0' ? cost.zeroPair : cost.misaligned),
    misaligned: path.misaligned || isOdd,
  }
}
