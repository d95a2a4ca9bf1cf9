// How the matches of a regular expression can begin: so that a pattern of many alternatives is tried only at the words
// that can begin a match (word-pattern.ts). Pure.
//
// A head is three characters long, of `a` to `z`, `0` to `9`, and a space for every other character and for the end of
// the text. A shorter head ends in `*`: anything may follow.

const length = 3
const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789 '
const size = alphabet.length
/** An expression with more heads than this begins with anything. */
const most = 3_000

/** Number of a character that is no letter and no digit. */
export const noLetter = 36

/** Number of a character in a head. */
export function codeOf(char: number): number {
  if (char >= 97 && char <= 122) return char - 97
  return char >= 48 && char <= 57 ? char - 22 : noLetter
}

/** Number of the head of a text at an index. */
export const headAt = (text: string, at: number): number =>
  (codeOf(text.charCodeAt(at)) * size + codeOf(text.charCodeAt(at + 1))) * size +
  codeOf(text.charCodeAt(at + 2))

/** What the analysis does not know; the pattern is then tried everywhere. */
class Unknown extends Error {}

/** A set of heads as bits, by the number of the head. */
export type Heads = Uint8Array
export const isHead = (heads: Heads, head: number): boolean => (heads[head >> 3]! & (1 << (head & 7))) !== 0

/** Heads as they are read: of three characters, or shorter ones that end in `*`. */
export type HeadTexts = ReadonlySet<string>

/**
 * The heads of an expression.
 *
 * @param source alternatives, with groups, classes, quantifiers and lookaround
 * @param whole whether no letter and no digit may stand behind a match
 * @returns undefined when a match can begin with anything, or not with a letter or digit
 */
export function headTextsOf(source: string, whole: boolean): HeadTexts | undefined {
  try {
    const found = joined(new Reader(source).alternatives(), new Set([whole ? ' *' : '*']))
    return found.values().some((head) => head[0] === ' ' || head[0] === '*') ? undefined : found
  } catch (error) {
    if (error instanceof Unknown) return undefined
    throw error
  }
}

/** Whether a head is among those of an expression. */
export function beginsWith(texts: HeadTexts, head: number): boolean {
  const first = alphabet[Math.floor(head / size / size)]!
  const second = alphabet[Math.floor(head / size) % size]!
  return (
    texts.has(`${first}*`) ||
    texts.has(`${first}${second}*`) ||
    texts.has(first + second + alphabet[head % size]!)
  )
}

export function headsIn(texts: Iterable<string>): Heads {
  const heads = new Uint8Array(Math.ceil(size ** length / 8))
  for (const head of texts) {
    const known = head.replace('*', '')
    const many = size ** (length - known.length)
    let first = 0
    for (const char of known) first = first * size + alphabet.indexOf(char)
    for (let one = first * many; one < (first + 1) * many; one++) heads[one >> 3]! |= 1 << (one & 7)
  }
  return heads
}

/** The same as headTextsOf, as a set of numbers. */
export function headsOf(source: string, whole: boolean): Heads | undefined {
  const texts = headTextsOf(source, whole)
  return texts && headsIn(texts)
}

const any: ReadonlySet<string> = new Set(['*'])
const nothing: ReadonlySet<string> = new Set([''])

/** The heads of one expression after another. */
function joined(before: ReadonlySet<string>, behind: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>()
  for (const one of before)
    if (one.endsWith('*') || one.length === length) found.add(one)
    else
      for (const other of behind) {
        const both = one + other
        found.add(both.length > length ? both.slice(0, length) : both)
      }
  if (found.size > most) throw new Unknown()
  return found
}

/** Reads an expression from left to right. */
class Reader {
  private at = 0

  constructor(private readonly source: string) {}

  /** Up to the end, or to the bracket that closes a group. */
  alternatives(): ReadonlySet<string> {
    let found = new Set<string>()
    let sequence = nothing
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      if (this.source[this.at] === '|') {
        this.at++
        found = found.union(sequence)
        sequence = nothing
      } else sequence = joined(sequence, this.repeated(this.atom()))
    }
    return found.union(sequence)
  }

  /** One character, class or group. What stands around a match belongs to no head. */
  private atom(): ReadonlySet<string> {
    const char = this.source[this.at++]!
    if (char === '(') return this.group()
    if (char === '[') return this.charClass()
    if (char === '.') return any
    if (char === '^' || char === '$') return nothing
    return char === '\\'
      ? escaped(this.source[this.at++] ?? '')
      : new Set([alphabet[codeOf(char.charCodeAt(0))]!])
  }

  private group(): ReadonlySet<string> {
    const kind = /^\?(?:[=!:]|<[=!])/.exec(this.source.slice(this.at, this.at + 3))?.[0] ?? ''
    if (kind === '' && this.source[this.at] === '?') throw new Unknown()
    this.at += kind.length
    const inside = this.alternatives()
    this.at++
    return kind === '' || kind === '?:' ? inside : nothing
  }

  private charClass(): ReadonlySet<string> {
    const end = this.source.indexOf(']', this.at)
    const content = this.source.slice(this.at, end)
    this.at = end + 1
    if (content.startsWith('^') || content.includes('\\')) return any
    const found = new Set<string>()
    for (const [range, from, , to] of content.matchAll(/(.)(-(.))?/gs)) {
      const last = (range.length === 3 ? to! : from!).charCodeAt(0)
      for (let one = from!.charCodeAt(0); one <= last; one++) found.add(alphabet[codeOf(one)]!)
    }
    return found
  }

  /** What a quantifier makes of an expression. */
  private repeated(once: ReadonlySet<string>): ReadonlySet<string> {
    const [sign, least] = /^(?:[?*+]|\{(\d+)(?:,\d*)?\})\??/.exec(this.source.slice(this.at)) ?? ['']
    this.at += sign.length
    if (sign === '') return once
    const optional = sign.startsWith('?') || sign.startsWith('*') || least === '0'
    const more = sign.startsWith('?') ? once : joined(once, new Set(['', '*']))
    return optional ? more.union(nothing) : more
  }
}

function escaped(char: string): ReadonlySet<string> {
  if (char === 'b' || char === 'B') return nothing
  if (char === 'd') return new Set('0123456789')
  if (/[a-z0-9]/i.test(char)) return any
  return new Set([' '])
}
