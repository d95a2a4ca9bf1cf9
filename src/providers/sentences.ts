// Cuts a language model's text, as it arrives, into sentences that can be spoken, and removes what cannot be spoken:
// emoji, markdown, list marks. Pure. When in doubt it does not cut: two sentences spoken as one do no harm, a number or
// a name cut in two does. Each character is looked at a bounded number of times, however small the pieces are.

import { languageOf, languages } from '../understanding/languages/index.ts'
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
  maxChars: 2_000,
  firstClauseChars: 60,
  longChars: 300,
} as const satisfies SplitterOptions

export type Splitter = {
  /** @returns the sentences that are complete now, in order, ready to be spoken */
  push(text: string): string[]
  /**
   * Ends the text.
   *
   * @param isCut the text may end in the middle of a sentence
   * @returns the remaining sentences, without an unfinished one when the text is cut or was truncated
   */
  end(isCut?: boolean): string[]
  /** Whether `maxChars` was reached and text was dropped. */
  readonly truncated: boolean
  /** How many characters were looked at so far, to measure the work. */
  readonly steps: number
}

export function createSplitter(options: Partial<SplitterOptions> = {}): Splitter {
  const limits = { ...splitterDefaults, ...options }
  const scan = new Scan()
  let received = 0
  let truncated = false
  let first = true

  const cut = (final: boolean): string[] => {
    const sentences: string[] = []
    for (;;) {
      const at = scan.sentenceEnd(final) ?? (final ? undefined : scan.clauseEnd(first, limits))
      if (at === undefined) return sentences
      const sentence = speakable(scan.take(at))
      if (sentence === '') continue
      sentences.push(sentence)
      first = false
    }
  }

  return {
    get truncated() {
      return truncated
    },
    get steps() {
      return scan.steps
    },
    push(text) {
      if (truncated) return []
      const room = limits.maxChars - received
      truncated = text.length > room
      scan.add(truncated ? text.slice(0, room) : text)
      received += text.length
      return cut(false)
    },
    end(isCut = false) {
      const isWhole = !truncated && !isCut
      const sentences = cut(isWhole)
      const rest = speakable(scan.take(scan.text.length))
      // A cut text may still end with a finished sentence, after which no further word came.
      if (rest !== '' && (isWhole || (isCut && !truncated && endsFinished(rest)))) sentences.push(rest)
      return sentences
    },
  }
}

const endsFinished = (text: string): boolean => /[.!?…]["»”)]?$/.test(text)

const enders = '.!?…'
const closers = '»”"\')]*_’'
const space = /\s/
/** Marks in a row beyond this are not kept, so that a run of marks stays short. */
const longestRun = 8
/** A run of marks, quotes and blanks is followed this far. */
const farthestRun = 40
/** The longest word before a dot that can be an abbreviation. */
const longestAbbreviation = 24
type Abbreviations = { titles: ReadonlySet<string>; words: ReadonlySet<string> }
let known: Abbreviations | undefined
/** Those of all languages; a dot after a title never ends a sentence, after another word rarely. */
const allAbbreviations = (): Abbreviations => {
  const all = languages.map((code) => languageOf(code).abbreviations)
  return {
    titles: new Set(all.flatMap(({ titles }) => [...titles])),
    words: new Set(all.flatMap(({ words }) => [...words])),
  }
}

/** The text that is not yet cut, and how far it has been looked at. */
class Scan {
  text = ''
  steps = 0
  /** Up to here no sentence ends. */
  private at = 0
  /** Guillemets that are open at `at`. */
  private quotes = 0
  /** Up to here no clause ends. */
  private clauseAt = 0
  private lastOpen = -1
  private lastClose = -1

  /** Adds text; white space in a row becomes one character, and long rows of marks are shortened. */
  add(text: string): void {
    let last = this.text.at(-1) ?? ''
    let marks = 0
    let added = ''
    for (const char of text) {
      this.steps++
      const isBlank = space.test(char)
      if (isBlank && (last === '\n' || (last !== '' && char !== '\n' && space.test(last)))) continue
      marks = enders.includes(char) || closers.includes(char) ? marks + 1 : 0
      if (marks > longestRun) continue
      if (char === '«') this.lastOpen = this.text.length + added.length
      if (char === '»') this.lastClose = this.text.length + added.length
      added += char
      last = char
    }
    this.text += added
  }

  /** Takes the first `length` characters. */
  take(length: number): string {
    const taken = this.text.slice(0, length)
    this.text = this.text.slice(length)
    this.at = Math.max(0, this.at - length)
    if (this.at === 0) this.quotes = 0
    this.clauseAt = 0
    this.lastOpen -= length
    this.lastClose -= length
    return taken
  }

  /** @returns where the first complete sentence ends, including its white space, or undefined */
  sentenceEnd(final: boolean): number | undefined {
    const { text } = this
    for (let i = this.at; i < text.length; i++) {
      this.steps++
      const char = text[i]
      if (char === '«') this.quotes++
      if (char === '»') this.quotes = Math.max(0, this.quotes - 1)
      this.at = i + 1
      if (char === '\n') return i + 1
      if (!enders.includes(char)) continue
      const run = endRun(text, i)
      const next = nextWord(text, run.end)
      this.steps += (next ?? text.length) - i
      // Whether the sentence ends depends on the next word; until it arrives, only the end of the text decides.
      if (next === undefined) {
        this.at = i
        return final && this.quotes === run.closedQuotes ? text.length : undefined
      }
      if (this.quotes === run.closedQuotes && isEnd(text, i, run, next)) return next
      this.quotes -= Math.min(this.quotes, run.closedQuotes)
      i = run.end - 1
      this.at = run.end
    }
    return undefined
  }

  /** @returns where a sentence that has become too long may be cut, or undefined */
  clauseEnd(first: boolean, limits: SplitterOptions): number | undefined {
    const { text } = this
    const from = first ? limits.firstClauseChars : limits.longChars
    if (text.length <= from || this.lastOpen > this.lastClose) return undefined
    for (let i = Math.max(from - 1, this.clauseAt); i + 2 < text.length; i++) {
      this.steps++
      this.clauseAt = i + 1
      // The word after the comma must have begun, so that `1, 5` in a slow stream is not cut.
      if (',;:–—'.includes(text[i]) && space.test(text[i + 1]) && !/\d/.test(text[i + 2])) return i + 2
    }
    if (text.length <= 2 * limits.longChars) return undefined
    const gap = text.lastIndexOf(' ')
    return gap > 0 ? gap + 1 : undefined
  }
}

type Run = { end: number; closedQuotes: number; closed: boolean; mark: string }

/** Finds the marks that end a sentence together, `… ?!`, and the closing quotes and brackets after them. */
function endRun(text: string, start: number): Run {
  let end = start
  let mark = ''
  let closed = false
  let closedQuotes = 0
  for (let i = start; i < text.length && i < start + farthestRun; i++) {
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
  return !isAbbreviation(text, at)
}

/** @param at the index of the dot */
function isAbbreviation(text: string, at: number): boolean {
  let begin = at
  while (begin > 0 && at - begin < longestAbbreviation && !/[\s«("'’]/.test(text[begin - 1])) begin--
  const word = text.slice(begin, at)
  known ??= allAbbreviations()
  if (known.titles.has(word) || known.words.has(word.toLowerCase())) return true
  // An initial: J. Dupont, J.-P. Martin.
  if (/(^|[.-])\p{Lu}$/u.test(word) && !/\p{Lu}\.\p{Lu}$/u.test(word)) return true
  // The mark of a numbered list, which begins a line: a line break always ends a sentence, so it begins the text.
  return /^\s*\d{1,2}$/.test(text.slice(0, Math.min(at, longestAbbreviation))) && at <= longestAbbreviation
}
