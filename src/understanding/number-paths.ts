// Follows every reading of the number words at once, as paths through them. A path costs something wherever it departs
// from the plain reading: it splits what is usually one number, joins what a comma separates, takes a digit back. The
// cheapest whole number is what was said, unless another reading costs nearly as little.

import { corrected, correctedAtEnd, denied } from './number-corrections.ts'
import type { NumberGrammar } from './number-grammar.ts'
import { append, believedCost, cost, empty, type Path } from './number-path.ts'
import type { HeardNumber, Token } from './number-words.ts'
import { type Reading, readings } from './numbers.ts'
import { nationalForm, wholeForm } from './phone.ts'
import { type PhoneForm, phoneGroups } from './phone-form.ts'

/** Most paths to follow at one word; numbers that people dictate have far fewer. */
const pathLimit = 96

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
  const all = groupReadings(tokens, grammar)
  for (const [at, digits] of before.entries())
    keep(open[0]!, {
      ...empty,
      groups: phoneGroups(nationalForm(digits, form), form),
      cost: at === 0 ? 0 : cost.otherBefore,
    })
  if (before.length === 0) keep(open[0]!, empty)
  tokens.forEach((token, at) => {
    const skips = skipCost(tokens, at, all[at]!.length, grammar)
    for (const path of cheapest(open[at]!)) {
      if (skips !== undefined) keep(open[at + 1]!, { ...path, cost: path.cost + skips })
      if (token.aside) leave(open.at(-1)!, path, form)
      for (const reading of all[at]!)
        for (const next of continuations(path, reading, token, form)) {
          const merge = reading.merges && !path.merged ? cost.merge : 0
          const more = next.cost + reading.cost + merge
          keep(open[at + reading.length]!, { ...next, merged: path.merged || reading.merges, cost: more })
        }
    }
  })
  const ends = [...open.at(-1)!.values()]
  return trailing === undefined ? ends : ends.flatMap((path) => [path, ...correctedAtEnd(path, trailing)])
}

/** A reading with what it costs by itself. `merges`: it lacks a hyphen that the recogniser writes elsewhere. */
type GroupReading = Reading & { cost: number; merges: boolean }

/** The readings at every word. */
function groupReadings(tokens: readonly Token[], grammar: NumberGrammar): GroupReading[][] {
  const all = tokens.map((_, at) => readings(tokens, at, grammar))
  const hyphenates = tokens.some(({ joined, text }) => joined && !grammar.joiners.has(text))
  return all.map((here, at) => {
    // In careful writing a phrase without its hyphens is not one number.
    const plain = here.filter(({ soft, gaps }) => soft !== true && (gaps === 0 || !hyphenates))
    const longest = Math.max(...plain.map(({ length }) => length))
    return here.map((reading) => ({
      ...reading,
      cost: departs(tokens, at, reading, longest, all),
      merges: hyphenates && reading.gaps > 0,
    }))
  })
}

/** What a reading of the words costs by itself. */
function departs(
  tokens: readonly Token[],
  at: number,
  { length, soft, times }: Reading,
  longest: number,
  all: readonly Reading[][],
): number {
  if (soft === true) return cost.soft
  if (tokens[at + length]?.joined === true && isCut(at, at + length, all)) return cost.cut
  if (length === longest) return 0
  return times === undefined ? cost.split : cost.splitTimes
}

/** Whether a number that begins before `to` goes on behind the hyphen there. */
function isCut(at: number, to: number, all: readonly Reading[][]): boolean {
  for (let start = at; start < to; start++)
    if (all[start]!.some(({ length, soft }) => soft !== true && start + length > to)) return true
  return false
}

/** What it costs to leave a word out; undefined if it must be read. */
function skipCost(
  tokens: readonly Token[],
  at: number,
  many: number,
  grammar: NumberGrammar,
): number | undefined {
  const { text } = tokens[at]!
  // A joiner that belongs to no number only separates two.
  if (many === 0 && grammar.joiners.has(text)) return 0
  const next = tokens[at + 1]
  if (next === undefined || next.apart) return undefined
  if (next.text === text && tokens[at + 2]?.joined === true) return cost.begunTwice
  const isSeparate = tokens[at]!.apart || grammar.joiners.has(tokens[at - 1]?.text ?? '')
  return isSeparate && !next.joined && grammar.indefinite.has(text) ? cost.article : undefined
}

/** The ways in which a path can go on with a group of digits. */
function continuations(path: Path, reading: Reading, token: Token, form: PhoneForm): Path[] {
  const { digits } = reading
  const written = /^\d+$/.test(token.text)
  const found: Path[] = []
  // Who says digit by digit may mean 00 and 3 by "twice zero three".
  const isPair = reading.times === 'zeroPair' && !isDigitByDigit(path.groups)
  const doubts = digits.length > 2 && reading.times !== undefined && !isPair ? cost.doubled : 0
  const add = (from: Path | undefined, more = 0): void => {
    const next = from && append(from, digits, written, form)
    if (next !== undefined) found.push({ ...next, cost: next.cost + more + doubts })
  }
  if (token.denied && path.groups.length > 0) {
    found.push(denied(path, digits))
    add(path, cost.denied)
  } else if (token.correction === undefined) add({ ...path, replaces: false })
  else for (const from of corrected(path, digits, token.correction)) add(from)
  if (isSaidAgain(path, reading)) found.push({ ...path, cost: path.cost + cost.stutter })
  add(restarts(path, digits, token, form))
  return found
}

const isDigitByDigit = (groups: readonly string[]): boolean =>
  groups.some((group, at) => at > 0 && /^[1-9]$/.test(group) && groups[at - 1] !== '0')

/** "98, 98", or "18 18, twice 18": the same once more. */
function isSaidAgain({ groups }: Path, { digits, times }: Reading): boolean {
  if (times === undefined) return groups.at(-1) === digits && digits.length > 1
  const half = digits.slice(digits.length / 2)
  return digits.length === 4 && groups.at(-1) === half && groups.at(-2) === half
}

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

function keep(paths: Map<string, Path>, path: Path): void {
  // Costs only grow.
  if (path.cost > believedCost) return
  const key = `${path.done}|${path.again}|${path.replaces}|${path.groups.join(' ')}`
  const known = paths.get(key)
  if (known === undefined || path.cost < known.cost) paths.set(key, path)
}

const cheapest = (paths: ReadonlyMap<string, Path>): Path[] => {
  const all = [...paths.values()]
  return all.length <= pathLimit ? all : all.sort((a, b) => a.cost - b.cost).slice(0, pathLimit)
}
