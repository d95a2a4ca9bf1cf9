// What the callers of one site say in words that no rule knows, "c'est nickel", put in words that the rules know. The
// site's own file of words has them (`sayings` of desk/desk-words.ts). They are put in place before anything is read,
// so that everything which understands the known words understands the others too: rules, reader and evidence.

import type { DeskWords, Saying } from '../desk/desk-words.ts'
import { bounded, type Listening } from './listening.ts'
import { fold } from './words.ts'

/** A saying that was found in a turn. */
export type Used = Saying & {
  /** The caller's words. */
  words: string
}

type Compiled = Saying & { parts: readonly string[] }
type Token = { part: string; from: number; to: number }

/** By the first word, the longest first. Kept as long as the desk is. */
const compiled = new WeakMap<DeskWords, ReadonlyMap<string, readonly Compiled[]>>()

const tokensOf = (text: string): Token[] =>
  [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map(({ index, 0: word }) => ({
    ...{ part: fold(word), from: index, to: index + word.length },
  }))

function sayingsOf(words: DeskWords): ReadonlyMap<string, readonly Compiled[]> {
  let found = compiled.get(words)
  if (found === undefined) {
    const all = words.sayings
      .map((saying) => ({ ...saying, parts: tokensOf(saying.said).map(({ part }) => part) }))
      .sort((a, b) => b.parts.length - a.parts.length)
    found = Map.groupBy(all, ({ parts }) => parts[0]!)
    compiled.set(words, found)
  }
  return found
}

/** The end of a sentence, which no saying goes over. A recogniser writes commas anywhere. */
const sentenceEnd = /[.!?…;:\n]/

/**
 * The turn in words that the rules know.
 *
 * @param onUsed told of each saying
 * @returns at most as long as a turn may be; the text itself where no saying is in it
 */
export function inKnownWords(
  text: string,
  { desk, language }: Pick<Listening, 'desk' | 'language'>,
  onUsed?: (used: Used) => void,
): string {
  const words = desk?.words[language]
  if (words === undefined || words.sayings.length === 0) return text
  const whole = bounded(text)
  const sayings = sayingsOf(words)
  const tokens = tokensOf(whole)
  let known = ''
  let from = 0
  for (let at = 0; at < tokens.length; at++) {
    const saying = sayings.get(tokens[at]!.part)?.find(({ parts }) => stands(parts, tokens, at, whole))
    if (saying === undefined) continue
    const last = at + saying.parts.length - 1
    const [begin, end] = [tokens[at]!.from, tokens[last]!.to]
    onUsed?.({ said: saying.said, means: saying.means, words: whole.slice(begin, end) })
    known += whole.slice(from, begin) + saying.means
    from = end
    at = last
  }
  return from === 0 ? text : bounded(known + whole.slice(from))
}

const stands = (parts: readonly string[], tokens: readonly Token[], at: number, text: string): boolean =>
  parts.every((part, i) => {
    const token = tokens[at + i]
    const before = i === 0 ? undefined : tokens[at + i - 1]
    const isNext = before === undefined || !sentenceEnd.test(text.slice(before.to, token?.from))
    return token?.part === part && isNext
  })
