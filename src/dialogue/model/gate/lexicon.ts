// What the gate knows of one language, made from the words in its folder (gate.yaml). Patterns are matched against
// folded text: lower case, without accents, apostrophes and hyphens as spaces.

import { type Language, languageOf } from '../../../understanding/languages/index.ts'

/** A kind of statement that only the desk may make: its words are spoken when the goal has words of the same kind. */
export type Claim = {
  /** Name in the metric. */
  name: string
  pattern: RegExp
  /** What the goal must have. */
  approvedBy: RegExp
  /** Only statements make the claim; a question or a condition does no harm. */
  inStatements: boolean
}

export type GateLexicon = {
  /** Number words and their values. */
  numbers: Readonly<Record<string, number>>
  /** One, which is an article too. */
  one: ReadonlySet<string>
  /** The word that joins tens and units. */
  and: string
  /** 20 after 4 makes 80. */
  vigesimal: boolean
  /** What makes `one` a number and not an article. */
  units: RegExp
  claims: readonly Claim[]
  /** Short words that carry no meaning of their own; they also tell the language. */
  functionWords: ReadonlySet<string>
  /** Words of ordinary telephone talk, besides those of the desk's texts. Inflections count by their first letters. */
  talk: string
}

const lexicons = new Map<string, GateLexicon>()

/** The gate's words in a language. @throws {Error} for a code that is not a language */
export function gateLexicon(code: string): GateLexicon {
  let lexicon = lexicons.get(code)
  if (lexicon === undefined) {
    const { gate, numbers } = languageOf(code)
    const claims = Object.entries(gate.claims).map(
      ([name, { words, approvedBy = words, inStatements }]): Claim => ({
        name,
        pattern: anyWord(words),
        approvedBy: anyWord(approvedBy),
        inStatements,
      }),
    )
    const { vigesimal } = numbers
    lexicon = {
      ...gate,
      numbers: { ...compounds(numbers), ...gate.numbers },
      one: new Set(gate.one),
      vigesimal,
      units: anyWord(gate.units),
      claims,
    }
    lexicons.set(code, lexicon)
  }
  return lexicon
}

/** Numbers above 20 that are one word, as the language dictates them: "siebenundzwanzig". */
const compounds = ({ spoken }: Language['numbers']): Record<string, number> =>
  Object.fromEntries(
    [...spoken]
      .map(([phrase, digits]): [string, number] => [phrase, Number(digits)])
      .filter(([phrase, value]) => value > 20 && !phrase.includes(' ')),
  )

/** A pattern of whole words; `*` stands for any ending. */
function anyWord(words: readonly string[]): RegExp {
  const sources = words.map((word) => word.replace(/\*/g, '[a-z]*').replace(/ /g, ' +'))
  return new RegExp(`\\b(?:${sources.join('|')})\\b`)
}
