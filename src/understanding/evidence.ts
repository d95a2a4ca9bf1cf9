// Whether the words of a turn belong to its answer. An ending (solved, goodbye, a number kept) needs such a turn: "oui"
// at the head of a sentence about something else is only a sign of presence.

import { blank } from './answers.ts'
import { languageOf } from './languages/index.ts'
import type { ListName } from './languages/lists.ts'
import { has, type Lexicon } from './lexicon.ts'
import { isNumberWord } from './numbers.ts'
import type { Understanding } from './types.ts'

/** Lists whose words belong to a yes, a no or a farewell, and the politeness beside them. */
const explaining: readonly ListName[] = [
  ...(['softYes', 'strongYes', 'weakYes', 'works', 'solved', 'hasAgain', 'no'] as const),
  ...(['goodbye', 'leaves', 'humanWith', 'backWith', 'done'] as const),
]

/** Words that nothing explains: of the callers' own lists, 4 in 100 true answers have more than one. */
const mostUnexplained = 1

/** An evident turn has at most so many words: irony and second thoughts need more. */
const mostEvident = 5

/**
 * How far a turn is explained by its answer or farewell.
 *
 * @param text plain (Lexicon.plain)
 * @param things the desk's words for what may work again; they belong to "it works"
 * @returns `doubtful`: it says more; `evident`: it is an answer or farewell in a few words and nothing else
 */
export function readEvidence(
  text: string,
  lexicon: Lexicon,
  language: string,
  things: readonly RegExp[],
): Pick<Understanding, 'doubtful' | 'evident'> {
  const told = explaining.reduce((left, name) => blank(left, lexicon[name]), blank(text, lexicon.doubts))
  const worksAgain = (['works', 'solved', 'hasAgain'] as const).some((name) => has(lexicon[name], text))
  const rest = worksAgain ? things.reduce(blank, told) : told
  const grammar = languageOf(language).numbers
  const unexplained = wordsOf(rest).filter(
    (word) => !lexicon.answerTalk.has(word) && !isNumberWord(word, grammar),
  ).length
  const doubts = has(lexicon.doubts, text)
  // "Yes, but only the Wi-Fi": the thing behind the "but" is what does not work, or all that works.
  const limited = doubts && things.some((thing) => has(thing, told))
  return {
    doubtful: limited || unexplained > (doubts ? 0 : mostUnexplained),
    evident: unexplained === 0 && !doubts && wordsOf(text).length <= mostEvident,
  }
}

const wordsOf = (text: string): string[] => text.split(/[^a-z0-9]+/).filter((word) => word !== '')
