// Which rules a turn matched, for the people who write them: the same reading as understand(), with patterns that note
// what they find, and what the reader took it for. For commands, not for calls: it compiles every rule by itself.

import { languageOf } from './languages/index.ts'
import { type ListName, listNames } from './languages/lists.ts'
import type { RuleList } from './languages/rules.ts'
import type { Lexicon } from './lexicon.ts'
import { lexiconOf } from './lexicons.ts'
import { secondReading, withReading } from './reader/second-reading.ts'
import { inKnownWords } from './sayings.ts'
import type { Understanding } from './types.ts'
import { type Listening, understandWith } from './understand.ts'
import { flat } from './words.ts'

/** A rule that matched. Another rule may have outweighed it. */
export type Fired = {
  /** `no.still-not`; of another language with its code before it, `en asksForLanguage.please`. */
  rule: string
  /** Where in the plain text, from and to, in characters. */
  span: [from: number, to: number]
  words: string
}

/** How a turn was read: the text that the rules saw, and those that matched, in the order of the text. */
export type Explanation = {
  plain: string
  fired: Fired[]
  /** `stuck 0.93, decided`: what the reader took the turn for, and whether that counted. */
  reader?: string
  understanding: Understanding
}

export function explain(said: string, state: Listening): Explanation {
  const fired = new Map<string, Fired>()
  const note = (one: Fired): void => void fired.set(`${one.rule} ${one.span}`, one)
  // The site's own sayings come first: what they stand for is what the rules see.
  const text = inKnownWords(said, state, ({ words, means }) =>
    note({ rule: `sayings: ${means}`, span: [-1, -1], words }),
  )
  const plain = lexiconOf(state.language).plain(flat(text))
  const watched = (code: string): Lexicon => {
    const { lists } = languageOf(code)
    const noted = ({ rule, words }: Pick<Fired, 'rule' | 'words'>, part: string, index: number) => {
      const from = placeIn(plain, part, index, words)
      const id = code === state.language ? rule : `${code} ${rule}`
      if (from !== undefined) note({ rule: id, span: [from, from + words.length], words })
    }
    const noting = Object.fromEntries(listNames.map((name) => [name, notingPattern(lists[name], noted)]))
    return { ...lexiconOf(code), ...(noting as Record<ListName, RegExp>) }
  }
  const rules = understandWith(text, state, watched)
  const reading = secondReading(text, state)
  const understanding = withReading(rules, reading, state)
  const decided = understanding === rules ? '' : ', decided'
  const reader = reading && `${reading.meaning} ${reading.sure.toFixed(2)}${decided}`
  const inOrder = [...fired.values()].sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1])
  return { plain, fired: inOrder, reader, understanding }
}

/**
 * Where in the whole text words stand that were found in a part of it, such as a clause, or in what is left when an
 * aside is taken out. Undefined when they do not stand there: another reading of the text, with words of its own.
 */
function placeIn(plain: string, part: string, index: number, words: string): number | undefined {
  const begins = plain.indexOf(part)
  const exact = begins < 0 ? -1 : begins + index
  if (plain.startsWith(words, exact) && exact >= 0) return exact
  // What was taken out of the text stood before these words, or behind them.
  const later = plain.indexOf(words, index)
  const found = later < 0 ? plain.indexOf(words) : later
  return found < 0 ? undefined : found
}

/** Behaves like the list's pattern in `search`, `replace` and `matchAll`, and notes the rule of each match. */
function notingPattern(
  list: RuleList,
  note: (fired: Pick<Fired, 'rule' | 'words'>, text: string, index: number) => void,
): RegExp {
  const alone = list.rules.map(({ id, alternatives }) => {
    const sources = alternatives.map(({ source }) => source).join('|')
    return { id, pattern: new RegExp(`(?<![a-z0-9])(?:${sources})(?![a-z0-9])`, 'y') }
  })
  const noteAll = (text: string): void => {
    for (const { index, 0: words } of text.matchAll(list.pattern)) {
      const rule = alone.find(({ pattern }) => {
        pattern.lastIndex = index
        return pattern.test(text)
      })
      if (rule !== undefined && words !== '') note({ rule: rule.id, words }, text, index)
    }
  }
  const pattern = {
    [Symbol.search]: (text: string) => {
      noteAll(text)
      return text.search(list.pattern)
    },
    [Symbol.replace]: (text: string, replacer: (match: string) => string) => {
      noteAll(text)
      return text.replace(list.pattern, replacer)
    },
    [Symbol.matchAll]: (text: string) => {
      noteAll(text)
      return text.matchAll(list.pattern)
    },
  }
  return pattern as unknown as RegExp
}
