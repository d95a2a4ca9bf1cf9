// Cuts a language model's text, as it arrives, into sentences that can be spoken, and removes what cannot be spoken:
// emoji, markdown, list marks. Pure. When in doubt it does not cut: two sentences spoken as one do no harm, a number or
// a name cut in two does.

import { speakable } from './speakable.ts'

export type SplitterOptions = {
  /** Limit of the whole reply; text beyond it is dropped, back to the last whole sentence. */
  maxChars: number
  /** A first sentence longer than this may end at a comma, so that the voice can begin. */
  firstClauseChars: number
  /** A later sentence longer than this ends at a comma, or at a word when no comma comes for as long again. */
  longChars: number
}
export const splitterDefaults = {
  maxChars: 4_000,
  firstClauseChars: 60,
  longChars: 300,
} as const satisfies SplitterOptions

export type Splitter = {
  /** @returns the sentences that are complete now, in order, ready to be spoken */
  push(text: string): string[]
  /** Ends the text. @returns the remaining text, unless the reply was truncated in the middle of it */
  end(): string[]
  /** Whether `maxChars` was reached and text was dropped. */
  readonly truncated: boolean
}

export function createSplitter(options: Partial<SplitterOptions> = {}): Splitter {
  const limits = { ...splitterDefaults, ...options }
  let buffer = ''
  let received = 0
  let truncated = false
  let first = true

  const cut = (final: boolean): string[] => {
    const sentences: string[] = []
    for (;;) {
      const at = sentenceEnd(buffer, final) ?? (final ? undefined : clauseEnd(buffer, first, limits))
      if (at === undefined) return sentences
      const sentence = speakable(buffer.slice(0, at))
      buffer = buffer.slice(at)
      if (sentence === '') continue
      sentences.push(sentence)
      first = false
    }
  }

  return {
    get truncated() {
      return truncated
    },
    push(text) {
      if (truncated) return []
      const room = limits.maxChars - received
      truncated = text.length > room
      buffer += truncated ? text.slice(0, room) : text
      received += text.length
      return cut(false)
    },
    end() {
      const sentences = cut(!truncated)
      const rest = truncated ? '' : speakable(buffer)
      buffer = ''
      if (rest !== '') sentences.push(rest)
      return sentences
    },
  }
}

const enders = '.!?…'
const closers = '»”"\')]*_’'
const space = /\s/
/** Titles and similar words, case-sensitive: a dot after them never ends a sentence. */
const titles = new Set(
  'M MM Mr Mrs Ms Me Mme Mmes Mlle Mlles Dr Drs Pr Prs St Ste Mgr N° n° Nº nº'.split(' '),
)
/** A dot after these rarely ends a sentence; compared in lower case. */
const abbreviations = new Set(
  (
    'tél tel réf ref art av bd boul cf chap env ex fig hab max min vol vs p pp approx janv févr avr juil sept oct ' +
    'nov déc apt bât bat appt dép n° no num nº int ext svp rdv c.-à-d p.ex e.g i.e'
  ).split(' '),
)

/** @returns where the first complete sentence of `text` ends, including its white space, or undefined */
function sentenceEnd(text: string, final: boolean): number | undefined {
  let quotes = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '«') quotes++
    if (char === '»') quotes = Math.max(0, quotes - 1)
    if (char === '\n') return i + 1
    if (!enders.includes(char)) continue
    const run = endRun(text, i)
    const next = nextWord(text, run.end)
    // Whether the sentence ends depends on the next word; until it arrives, only the end of the text decides.
    if (next === undefined) return final && quotes === run.closedQuotes ? text.length : undefined
    if (quotes === run.closedQuotes && isEnd(text, i, run, next)) return next
    quotes -= Math.min(quotes, run.closedQuotes)
    i = run.end - 1
  }
  return undefined
}

type Run = { end: number; closedQuotes: number; closed: boolean; mark: string }

/** Finds the marks that end a sentence together, `… ?!`, and the closing quotes and brackets after them. */
function endRun(text: string, start: number): Run {
  let end = start
  let mark = ''
  let closed = false
  let closedQuotes = 0
  for (let i = start; i < text.length; i++) {
    const char = text[i]
    if (enders.includes(char) && !closed) mark += char
    else if (closers.includes(char)) {
      closed = true
      if (char === '»') closedQuotes++
      // A straight quote after a space opens the next sentence.
      else if (i > end) break
    } else if (char === '\n' || !space.test(char)) break
    else continue
    end = i + 1
  }
  return { end, closedQuotes, closed, mark }
}

/** @returns where the word after `from` begins, or undefined when it has not arrived yet */
function nextWord(text: string, from: number): number | undefined {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\n') return i + 1
    if (!space.test(text[i])) return i
  }
  return undefined
}

function isEnd(text: string, at: number, run: Run, next: number): boolean {
  const follower = text[next]
  const apart = next > run.end
  if (apart && text.slice(run.end, next).includes('\n')) return true
  const small = follower === follower.toLowerCase() && follower !== follower.toUpperCase()
  const hasStrong = run.mark.includes('!') || run.mark.includes('?')
  // `« Oui ! » dit-il` continues; `Ah ! je vois` may be cut; `https://a.fr/?b=c` must not.
  if (hasStrong) return apart ? !(small && run.closed) : !small && /\p{Lu}/u.test(follower) && !run.closed
  if (!apart || small || /[,;:)]/.test(follower)) return false
  if (run.mark !== '.') return true
  return !isAbbreviation(text.slice(0, at))
}

/** @param before the text up to the dot */
function isAbbreviation(before: string): boolean {
  const word = /[^\s«("'’]*$/.exec(before)?.[0] ?? ''
  if (titles.has(word) || abbreviations.has(word.toLowerCase())) return true
  // An initial: J. Dupont, J.-P. Martin.
  if (/(^|[.-])\p{Lu}$/u.test(word) && !/\p{Lu}\.\p{Lu}$/u.test(word)) return true
  // The mark of a numbered list.
  return /(^|\n)\s*\d{1,2}$/.test(before)
}

/** @returns where a sentence that has become too long may be cut, or undefined */
function clauseEnd(text: string, first: boolean, limits: SplitterOptions): number | undefined {
  const from = first ? limits.firstClauseChars : limits.longChars
  if (text.length <= from || text.lastIndexOf('«') > text.lastIndexOf('»')) return undefined
  const comma = /[,;:–—]\s/g
  comma.lastIndex = from - 1
  const found = comma.exec(text)
  // The word after the comma must have begun, so that `1, 5` in a slow stream is not cut.
  if (found && found.index + 2 < text.length && !/\d/.test(text[found.index + 2])) return found.index + 2
  if (text.length <= 2 * limits.longChars) return undefined
  const gap = text.lastIndexOf(' ')
  return gap > 0 ? gap + 1 : undefined
}
