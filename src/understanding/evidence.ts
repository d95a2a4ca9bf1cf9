// Whether the words of a turn belong to its answer. An ending (solved, goodbye, a number kept) needs such a turn: "oui"
// at the head of a sentence about something else is only a sign of presence.

import { blank } from './answers.ts'
import { languageOf } from './languages/index.ts'
import type { ListName } from './languages/lists.ts'
import { has, type Lexicon } from './lexicon.ts'
import { isNumberWord } from './numbers.ts'

/** Lists whose words belong to a yes, a no or a farewell, and the politeness beside them. */
const explaining: readonly ListName[] = [
  ...(['softYes', 'strongYes', 'weakYes', 'works', 'solved', 'hasAgain', 'no'] as const),
  ...(['goodbye', 'leaves', 'humanWith', 'backWith', 'done'] as const),
]

/** Words that nothing explains: of the callers' own lists, 4 in 100 true answers have more than one. */
const mostUnexplained = 1

/**
 * Whether a turn says more than its answer or farewell explains.
 *
 * @param text plain (Lexicon.plain)
 */
export function isDoubtful(text: string, lexicon: Lexicon, language: string): boolean {
  const rest = explaining.reduce((left, name) => blank(left, lexicon[name]), blank(text, lexicon.doubts))
  const grammar = languageOf(language).numbers
  const unexplained = rest
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !lexicon.answerTalk.has(word) && !isNumberWord(word, grammar))
  return unexplained.length > (has(lexicon.doubts, text) ? 0 : mostUnexplained)
}
