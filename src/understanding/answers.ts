// Yes or no, with the idioms that say the one in the words of the other. The last strong word wins.

import { has, type Lexicon, lastIndexOf } from './lexicon.ts'
import type { Understanding } from './types.ts'

export type Answer = {
  answer: Understanding['answer']
  /** Where the word that decided it stands; -1 for none. */
  at: number
}

/**
 * @param text flat (words.ts)
 * @param aboutWorking whether the question was if it works, so that "the box is back" is an answer
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

/** The text with every match made blank, so that places stay what they were. */
export const blank = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (match) => ' '.repeat(match.length))
