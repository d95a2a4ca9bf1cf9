// Whether the words of a turn belong to its answer. An ending (solved, goodbye, a number kept) needs such a turn: "oui"
// at the head of a sentence about something else is only a sign of presence.

import type { Question } from '../desk/script.ts'
import { blank } from './answers.ts'
import { languageOf } from './languages/index.ts'
import type { ListName } from './languages/lists.ts'
import { has, type Lexicon } from './lexicon.ts'
import { isNumberWord } from './numbers.ts'
import type { Understanding } from './types.ts'

/** Lists whose words belong to a yes, a no or a farewell, and the politeness beside them. */
const explaining: readonly ListName[] = [
  ...(['softYes', 'strongYes', 'weakYes', 'works', 'solved', 'hasAgain', 'no'] as const),
  ...(['goodbye', 'leaves', 'humanWith', 'backWith', 'done', 'whose'] as const),
]

/** What makes a yes at this question one that the desk has to make sure of. */
const lessThanYes: Partial<Record<Question, ListName>> = { verify: 'hedges', phoneConfirm: 'whose' }

/** Words that nothing explains: of the callers' own lists, 4 in 100 true answers have more than one. */
const mostUnexplained = 1

/** An evident turn has at most so many words: irony and second thoughts need more. */
const mostEvident = 5

/**
 * How far a turn is explained by its answer or farewell.
 *
 * @param text plain (Lexicon.plain)
 * @param asking the question that is open
 * @param asks there is a question mark in what the recogniser wrote
 * @param things the desk's words for what may work again; they belong to "it works"
 * @returns `doubtful`: it says more; `evident`: it is an answer or farewell in a few words and nothing else
 */
export function readEvidence(
  text: string,
  lexicon: Lexicon,
  language: string,
  { asking, asks, things }: { asking: Question | undefined; asks: boolean; things: readonly RegExp[] },
): Pick<Understanding, 'doubtful' | 'evident'> {
  // "It is my wife's, but that is fine" holds a "but" and limits nothing.
  const limits = blank(blank(text, lexicon.softYes), lexicon.doubts)
  const told = explaining.reduce((left, name) => blank(left, lexicon[name]), limits)
  const worksAgain = (['works', 'solved', 'hasAgain'] as const).some((name) => has(lexicon[name], text))
  const rest = worksAgain ? things.reduce(blank, told) : told
  const grammar = languageOf(language).numbers
  const unexplained = wordsOf(rest).filter(
    (word) => !lexicon.answerTalk.has(word) && !isNumberWord(word, grammar),
  ).length
  const doubts = asks || has(lexicon.doubts, text)
  // "Yes, but only the Wi-Fi": the thing behind the "but" is what does not work, or all that works.
  const limited = doubts && things.some((thing) => has(thing, told))
  const less = asking === undefined ? undefined : lessThanYes[asking]
  // "Oui ?" is a question and no answer.
  const hedged = less !== undefined && (asks || has(lexicon[less], text))
  return {
    doubtful: hedged || limited || unexplained > (doubts ? 0 : mostUnexplained),
    evident: unexplained === 0 && !doubts && !hedged && wordsOf(text).length <= mostEvident,
  }
}

const wordsOf = (text: string): string[] => text.split(/[^a-z0-9]+/).filter((word) => word !== '')
