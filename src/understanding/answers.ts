// Reads yes or no, including idioms that say one in words of the other. The last strong word wins.

import { has, type Lexicon, lastIndexOf } from './lexicon.ts'
import type { Understanding } from './types.ts'

/** An answer, and where in the text it was found. */
export type Answer = {
  answer: Understanding['answer']
  /** Index of the word that decided it; -1 without one. */
  at: number
}

/**
 * Reads the answer to a yes-or-no question.
 *
 * @param text plain (Lexicon.plain)
 * @param aboutWorking whether the question was if it works; then "the box is back" is an answer
 */
export function readAnswer(text: string, lexicon: Lexicon, aboutWorking: boolean): Answer {
  const said = blank(text, lexicon.supposed)
  const soft = lastIndexOf(lexicon.softYes, said)
  const plain = blank(said, lexicon.softYes)
  if (has(lexicon.torn, plain)) return { answer: 'unknown', at: -1 }
  if (aboutWorking && has(lexicon.butNot, plain))
    return { answer: 'no', at: lastIndexOf(lexicon.butNot, plain) }
  if (has(lexicon.finalNo, plain)) return { answer: 'no', at: lastIndexOf(lexicon.finalNo, plain) }
  let no = lastIndexOf(lexicon.no, plain)
  let rest = blank(plain, lexicon.no)
  if (aboutWorking) {
    no = Math.max(no, lastIndexOf(lexicon.worksNot, rest))
    rest = blank(rest, lexicon.worksNot)
  }
  let yes = lastIndexOf(lexicon.strongYes, rest)
  if (aboutWorking) yes = Math.max(yes, lastIndexOf(lexicon.works, rest))
  if (yes > no) return { answer: 'yes', at: yes }
  if (no >= 0) return { answer: 'no', at: no }
  if (has(lexicon.unsure, plain)) return { answer: 'unknown', at: -1 }
  const weak = Math.max(lastIndexOf(lexicon.weakYes, rest), soft)
  return weak >= 0 ? { answer: 'yes', at: weak } : { answer: 'unknown', at: -1 }
}

/** Overwrites every match with spaces, so that indexes stay valid. */
export const blank = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (match) => ' '.repeat(match.length))
