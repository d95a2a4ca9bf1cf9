// The rules of one language as the readers use them (answers.ts, intents.ts, asides.ts, names.ts). Which pattern
// outweighs which is decided there; the order inside a pattern does not matter. The words for topics and symptoms
// belong to the desk (desk/desk-words.ts).

import type { ListName } from './languages/lists.ts'
import type { NameRules } from './languages/name-rules.ts'

/** A pattern for each list of rules, and what is not a list. Patterns are for plain text. */
export type Lexicon = Readonly<Record<ListName, RegExp>> & {
  /** Makes flat text plain: repairs the recogniser's errors and leaves out words that answer nothing. */
  plain: (text: string) => string
  names: NameRules
  /** Words for a place in a question: 0 is the first, -1 the last. */
  choicePlaces: ReadonlyMap<string, number>
  /** Words that stand beside an answer or a farewell and change nothing (evidence.ts). */
  answerTalk: ReadonlySet<string>
}

export { anyOf } from './languages/rules.ts'

/** Index of the last match, or -1. */
export function lastIndexOf(pattern: RegExp, text: string): number {
  let last = -1
  for (const match of text.matchAll(pattern)) last = match.index
  return last
}

/** Whether a pattern matches anywhere in a text. */
export const has = (pattern: RegExp, text: string): boolean => text.search(pattern) >= 0
