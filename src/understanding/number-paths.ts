// Follows every reading of the number words at once, as paths through them. A path costs something wherever it departs
// from the plain reading: it splits what is usually one number, joins what a comma separates, takes a digit back. The
// cheapest whole number is what was said, unless another reading costs nearly as little.

import type { NumberGrammar } from './number-grammar.ts'
import type { Correction, HeardNumber, Token } from './number-words.ts'
import { type Reading, readings } from './numbers.ts'
import { nationalForm, nationalLength, phoneGroups, wholeForm } from './phone.ts'
import type { PhoneForm } from './phone-form.ts'

/** What one departure from the plain reading costs. Costs add up; a difference of 1 counts as none. */
const cost = {
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
  /** The same group said twice in a row. */
  stutter: 3,
  /** A number begun twice: "quatre, quatre-vingts". */
  begunTwice: 2,
  /** The number begins anew. */
  restart: 2,
  /** What follows a whole number is something else. */
  leave: 3,
} as const

/** One reading up to some word. */
export type Path = {
  groups: readonly string[]
  /** A whole number said before `groups`; `two` when it differs from an earlier one. */
  done: string
  /** No pause parts `groups` from that number: they only make sense as all of it once more. */
  again: boolean
  cost: number
  corrected: boolean
  misaligned: boolean
  merged: boolean
}

/** Most paths to follow at one word; numbers that people dictate have far fewer. */
const pathLimit = 96
const empty: Path = {
  groups: [],
  done: '',
  again: false,
  cost: 0,
  corrected: false,
  misaligned: false,
  merged: false,
}

/**
 * All paths from the first number word to the last.
 *
 * @param before readings of what was said in earlier turns, the likeliest first
 */
export function numberPaths(
  { tokens, trailing }: HeardNumber,
  grammar: NumberGrammar,
  form: PhoneForm,
  before: readonly string[],
): Path[] {
  const open: Map<string, Path>[] = [...tokens, undefined].map(() => new Map())
  const hyphenates = tokens.some(({ joined, text }) => joined && !grammar.joiners.has(text))
  for (const [at, digits] of before.entries())
    keep(open[0]!, {
      ...empty,
      groups: phoneGroups(nationalForm(digits, form), form),
      cost: at === 0 ? 0 : cost.otherBefore,
    })
  if (before.length === 0) keep(open[0]!, empty)
  tokens.forEach((token, at) => {
    const all = readings(tokens, at, grammar)
    // A joiner that belongs to no number only separates two.
    if (all.length === 0 && grammar.joiners.has(token.text))
      for (const path of open[at]!.values()) keep(open[at + 1]!, path)
    // In careful writing a phrase without its hyphens is not one number.
    const plain = all.filter(({ soft, gaps }) => soft !== true && (gaps === 0 || !hyphenates))
    const longest = Math.max(...plain.map(({ length }) => length))
    const begunTwice = tokens[at + 1]?.text === token.text && tokens[at + 2]?.joined === true
    for (const path of cheapest(open[at]!)) {
      if (begunTwice) keep(open[at + 1]!, { ...path, cost: path.cost + cost.begunTwice })
      if (token.aside) leave(open.at(-1)!, path, form)
      for (const reading of all) {
        const to = at + reading.length
        const more = departs(tokens, at, reading, longest, grammar)
        const merges = hyphenates && reading.gaps > 0
        for (const next of continuations(path, reading, token, form)) {
          const merge = merges && !path.merged ? cost.merge : 0
          keep(open[to]!, { ...next, merged: path.merged || merges, cost: next.cost + more + merge })
        }
      }
    }
  })
  const ends = [...open.at(-1)!.values()]
  return trailing === undefined ? ends : ends.flatMap((path) => [path, ...takenBackBehind(path, trailing)])
}

/** What a reading of the words costs by itself. */
function departs(
  tokens: readonly Token[],
  at: number,
  { length, soft, digits }: Reading,
  longest: number,
  grammar: NumberGrammar,
): number {
  if (soft === true) return cost.soft
  const doubled = digits.length === 4 && length > 2 ? cost.doubled : 0
  if (tokens[at + length]?.joined === true && isCut(tokens, at, at + length, grammar))
    return cost.cut + doubled
  return doubled + (length < longest ? cost.split : 0)
}

/** Whether a number that begins before `to` goes on behind the hyphen there. */
function isCut(tokens: readonly Token[], at: number, to: number, grammar: NumberGrammar): boolean {
  for (let start = at; start < to; start++)
    if (readings(tokens, start, grammar).some(({ length, soft }) => soft !== true && start + length > to))
      return true
  return false
}

/** The ways in which a path can go on with a group of digits. */
function continuations(path: Path, reading: Reading, token: Token, form: PhoneForm): Path[] {
  const { digits } = reading
  const written = /^\d+$/.test(token.text)
  const found: Path[] = []
  const to = (groups: readonly string[], more: number, corrected = path.corrected): void => {
    const next = append({ ...path, groups, corrected }, digits, written, form)
    if (next !== undefined) found.push({ ...next, cost: next.cost + more })
  }
  if (token.correction === undefined) to(path.groups, 0)
  else corrections(path, digits, token.correction, to)
  const last = path.groups.at(-1)
  if (last === digits && digits.length > 1) found.push({ ...path, cost: path.cost + cost.stutter })
  const anew = restarts(path, digits, token, form)
  if (anew !== undefined) {
    const next = append(anew, digits, written, form)
    if (next !== undefined) found.push(next)
  }
  return found
}

/** "31, no, 32": the group replaces one or more before it, or "31, 32 sorry, 40": 32 replaces 31. */
function corrections(
  { groups }: Path,
  digits: string,
  { sure, to: side }: Correction,
  to: (groups: readonly string[], more: number, corrected?: boolean) => void,
): void {
  if (groups.length === 0) {
    to(groups, 0)
    return
  }
  const alike = isAlike(groups.at(-1)!, digits)
  to(groups, sure || alike ? cost.noCorrection : 0, true)
  for (let many = 1; many <= Math.min(4, groups.length); many++) {
    const likely = (many === 1 ? 0 : cost.unlikely) + (sure || alike ? 0 : cost.unlikely)
    to(groups.slice(0, -many), likely + (side === 'last' ? cost.unlikely : 0), true)
  }
  const [one, other] = groups.slice(-2)
  if (side !== 'next' && other !== undefined)
    to(
      [...groups.slice(0, -2), other],
      (side === 'last' ? 0 : cost.noCorrection) + (isAlike(one!, other) ? 0 : cost.unlikely),
      true,
    )
}

/** "31, 32 sorry" at the end: 32 replaces 31. */
function takenBackBehind(path: Path, { to: side }: Correction): Path[] {
  const [one, other] = path.groups.slice(-2)
  if (side === 'next' || other === undefined || !isAlike(one!, other)) return []
  return [
    {
      ...path,
      groups: [...path.groups.slice(0, -2), other],
      cost: path.cost + cost.noCorrection,
      corrected: true,
    },
  ]
}

/** Whether one group may be a slip for the other: as long, and a digit in the same place. */
export const isAlike = (one: string, other: string): boolean =>
  one.length === other.length && [...one].some((digit, at) => other[at] === digit)

/** The path if the number begins anew with this group; undefined if it cannot. */
function restarts(path: Path, digits: string, token: Token, form: PhoneForm): Path | undefined {
  if (path.groups.length === 0) return undefined
  const whole = wholeForm(path.groups, form)
  const isStart = form.opens.test(digits)
  const said = path.groups.join('')
  if (whole !== undefined) {
    if (!isStart && !token.apart) return undefined
    if (token.correction?.sure === true && isStart) return { ...empty, cost: path.cost, corrected: true }
    const done = path.done === '' || path.done === whole ? whole : 'two'
    return { ...path, groups: [], done, again: !token.apart, cost: path.cost + (isStart ? 0 : 1) }
  }
  if (!isStart && !token.aside) return undefined
  if (path.done !== '') return undefined
  const begunBefore = form.begun.test(said)
  let more: number = cost.restart
  if (token.correction !== undefined && isStart) more = 0
  else if (!begunBefore) more = 1
  else if (!token.apart) {
    // A stutter: "zéro, zéro six", "zéro six, zéro six".
    if (said.length > 3) return undefined
    more = cost.stutter
  }
  return { ...path, groups: [], cost: path.cost + more + (isStart ? 0 : 1) }
}

/** Ends a path before the last word: after a whole number the caller speaks of something else. */
function leave(ends: Map<string, Path>, path: Path, form: PhoneForm): void {
  if (wholeForm(path.groups, form) !== undefined) keep(ends, { ...path, cost: path.cost + cost.leave })
}

function append(path: Path, digits: string, written: boolean, form: PhoneForm): Path | undefined {
  const groups = [...path.groups, digits]
  const said = path.groups.join('')
  if (said.length + digits.length > form.longestDialled) return undefined
  const lone = form.loneBegins.includes(groups[0]!) ? 1 : 0
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

function keep(paths: Map<string, Path>, path: Path): void {
  const key = `${path.done}|${path.again}|${path.groups.join(' ')}`
  const known = paths.get(key)
  if (known === undefined || path.cost < known.cost) paths.set(key, path)
}

const cheapest = (paths: ReadonlyMap<string, Path>): Path[] => {
  const all = [...paths.values()]
  return all.length <= pathLimit ? all : all.sort((a, b) => a.cost - b.cost).slice(0, pathLimit)
}
