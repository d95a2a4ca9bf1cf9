// What the gate knows of one language. The words are data; gate.ts has the rules. Patterns are matched against folded
// text: lower case, without accents, apostrophes and hyphens as spaces.

/** A kind of statement that only the desk may make: its words are spoken when the goal has words of the same kind. */
export type Claim = {
  /** Name in the metric. */
  name: string
  pattern: RegExp
  /** What the goal must have; `pattern` unless set. */
  approvedBy?: RegExp
  /** Only statements make the claim; a question or a condition does no harm. */
  inStatements?: boolean
}

export type GateLexicon = {
  /** Number words and their values; 20 after 4 makes 80 in French. */
  numbers: Readonly<Record<string, number>>
  /** What makes `one` a number and not an article. */
  units: RegExp
  claims: readonly Claim[]
  /** Short words that carry no meaning of their own; they also tell the language. */
  functionWords: ReadonlySet<string>
  /** Words of ordinary telephone talk, besides those of the desk's texts. Inflections count by their first letters. */
  talk: readonly string[]
}

export const wordSet = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))
export const wordList = (text: string): readonly string[] => text.trim().split(/\s+/)
/** A pattern of whole words; `*` stands for any ending. */
export const anyWord = (list: string): RegExp => {
  const words = list.trim().split(/\s*\n\s*|\s*,\s*/)
  const source = words.map((word) => word.trim().replace(/\*/g, '[a-z]*').replace(/ /g, ' +'))
  return new RegExp(`\\b(?:${source.join('|')})\\b`)
}
