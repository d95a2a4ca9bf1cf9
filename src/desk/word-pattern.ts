// Regular expressions of many alternatives over plain text. A native one tries each alternative at each character; a
// turn of 200 words meets a thousand of them. This one knows how its matches can begin: it is tried only at such words.

import {
  beginsWith,
  codeOf,
  type Heads,
  type HeadTexts,
  headAt,
  headsIn,
  headTextsOf,
  isHead,
  noLetter,
} from './heads.ts'

/** How often an expression was tried, for a test and a measurement: at one word, or over a whole text. */
export const tries = { atWords: 0, overTexts: 0 }

/** The words of a text: where each begins, and its head. A word begins at a letter or digit that none stands before. */
type Words = {
  text: string
  starts: readonly number[]
  heads: readonly number[]
  different?: readonly number[]
}

/** Readers try many patterns on the same few texts, one after the other. */
const kept = 8
const recent: Words[] = []
let next = 0

/** Texts that are kept now. They are a caller's words: none outlives the reading of the turn. */
export const keptTexts = (): number => recent.length

function forget(): void {
  recent.length = 0
  next = 0
}

function wordsOf(text: string): Words {
  for (const one of recent) if (one.text === text) return one
  const starts: number[] = []
  const heads: number[] = []
  let inWord = false
  for (let at = 0; at < text.length; at++) {
    const isLetter = codeOf(text.charCodeAt(at)) !== noLetter
    if (isLetter && !inWord) {
      starts.push(at)
      heads.push(headAt(text, at))
    }
    inWord = isLetter
  }
  const words = { text, starts, heads }
  if (recent.length === 0) queueMicrotask(forget)
  recent[next] = words
  next = (next + 1) % kept
  return words
}

/** Whether a match with one of these heads can be in a text. */
export function mayMatch(heads: Heads | undefined, text: string): boolean {
  if (heads === undefined) return true
  const words = wordsOf(text)
  words.different ??= [...new Set(words.heads)]
  return words.different.some((head) => isHead(heads, head))
}

/** Before so many tries at one beginning all alternatives are tried: compiling costs more than it saves. */
const rareTries = 16

/** What is tried at a word: all alternatives, or at a frequent beginning those that can begin so, in their order. */
class Alternatives {
  readonly heads: Heads
  readonly #whole: RegExp
  /** How often each beginning was tried, until it has an expression. */
  readonly #byHead = new Map<number, number | RegExp>()
  readonly #bySource = new Map<string, RegExp>()

  constructor(private readonly all: readonly { source: string; heads: HeadTexts }[]) {
    this.heads = headsIn(all.flatMap(({ heads }) => [...heads]))
    this.#whole = expressionOf(all)
  }

  /** @param head one of `heads` */
  at(head: number): RegExp {
    const known = this.#byHead.get(head) ?? 0
    if (typeof known !== 'number') return known
    if (known < rareTries) {
      this.#byHead.set(head, known + 1)
      return this.#whole
    }
    const made = expressionOf(this.all.filter(({ heads }) => beginsWith(heads, head)))
    const expression = this.#bySource.get(made.source) ?? made
    this.#bySource.set(made.source, expression)
    this.#byHead.set(head, expression)
    return expression
  }
}

const expressionOf = (alternatives: readonly { source: string }[]): RegExp =>
  new RegExp(`(?:${alternatives.map(({ source }) => source).join('|')})(?![a-z0-9])`, 'y')

/** `atWords`: undefined when a match can begin with anything. */
type Made = { atWords: Alternatives | undefined; anywhere: RegExp }

/**
 * Alternatives that match whole words: no letter or digit may touch them; an apostrophe may. Finds what a global
 * expression finds, in `search`, `matchAll` and `replace`.
 */
export class WordPattern extends RegExp {
  #made: Made | undefined

  constructor(readonly alternatives: readonly string[]) {
    super(`(?<![a-z0-9])(?:${alternatives.join('|')})(?![a-z0-9])`, 'g')
  }

  /** Made at the first search: a program that starts needs none of them. */
  get #parts(): Made {
    this.#made ??= { atWords: this.#atWords(), anywhere: new RegExp(this.source, 'g') }
    return this.#made
  }

  #atWords(): Alternatives | undefined {
    const all: { source: string; heads: HeadTexts }[] = []
    for (const source of this.alternatives) {
      const heads = headTextsOf(source, true)
      if (heads === undefined) return undefined
      all.push({ source, heads })
    }
    return new Alternatives(all)
  }

  override [Symbol.search](text: string): number {
    const { atWords, anywhere } = this.#parts
    if (atWords === undefined) {
      tries.overTexts++
      return text.search(anywhere)
    }
    const { starts, heads } = wordsOf(text)
    for (let i = 0; i < starts.length; i++)
      if (isHead(atWords.heads, heads[i]!)) {
        tries.atWords++
        const atWord = atWords.at(heads[i]!)
        atWord.lastIndex = starts[i]!
        if (atWord.test(text)) return starts[i]!
      }
    return -1
  }

  override [Symbol.matchAll](text: string): RegExpStringIterator<RegExpExecArray> {
    return this.#all(text)[Symbol.iterator]()
  }

  #all(text: string): RegExpExecArray[] {
    const { atWords, anywhere } = this.#parts
    if (atWords === undefined) {
      tries.overTexts++
      return [...text.matchAll(anywhere)]
    }
    const found: RegExpExecArray[] = []
    const { starts, heads } = wordsOf(text)
    let from = 0
    for (let i = 0; i < starts.length; i++)
      if (starts[i]! >= from && isHead(atWords.heads, heads[i]!)) {
        tries.atWords++
        const atWord = atWords.at(heads[i]!)
        atWord.lastIndex = starts[i]!
        const match = atWord.exec(text)
        if (match === null) continue
        from = atWord.lastIndex
        found.push(match)
      }
    return found
  }

  /** @param by takes the place of a match; without `$` */
  override [Symbol.replace](
    text: string,
    by: string | ((match: string, ...rest: unknown[]) => string),
  ): string {
    let replaced = ''
    let from = 0
    for (const match of this.#all(text)) {
      replaced += text.slice(from, match.index) + (typeof by === 'string' ? by : by(...(match as [string])))
      from = match.index + match[0].length
    }
    return from === 0 ? text : replaced + text.slice(from)
  }
}
