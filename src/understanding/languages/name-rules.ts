// Words around a name as data, and the regular expressions that names.ts reads with. For text as recognised, with
// accents; case does not matter. `(` groups without capturing.

import { z } from 'zod'
import { uncaptured } from './rules.ts'

const words = z.string().transform((text) => text.split(/\s+/))
const expressions = z.array(z.string())

/** Words that say what a name beside them is. For text with capitals (capitalised-name.ts). */
const besideSchema = z.strictObject({
  /** May begin a surname: "de", "Ben". */
  particles: words.default([]),
  /** A place follows, or a workplace: "à". */
  places: words.default([]),
  /** Alone they answer another question: towns of callers that are rarely surnames. */
  towns: words.default([]),
  /** A name that the caller had once follows: "née". */
  formerly: words.default([]),
  /** The name that follows is not the caller's: "pas Dupont". */
  not: words.default([]),
  /** "The husband of" somebody is not that person. */
  relatives: words.default([]),
  /** A name that follows and was not asked for is another person's: "chez", "de", "pour". */
  others: words.default([]),
  /** What follows takes the place of what was said before: "enfin", "pardon". */
  corrects: words.default([]),
  /** Says that the word before it is the surname. */
  surnameLabel: words.default([]),
  /** Says that the word beside it is the first name. */
  givenLabel: words.default([]),
  /** Words of remarks on how a name is written: "avec un d à la fin". */
  remarks: words.default([]),
  /** May stand between first name and surname. */
  hesitation: words.default([]),
  /** First names: a surname said before one of them is put behind it. */
  given: words.default([]),
})

export const namesSchema = z.strictObject({
  /** A name follows these. */
  introducedBy: expressions,
  /** May stand between them and the name: "c'est". */
  copula: z.string().optional(),
  /** A name stands before these. */
  speaking: expressions,
  /** A name follows a title, wherever it stands. */
  titled: expressions,
  /** Titles are not part of the name. */
  titles: words,
  /** Words before a name that are not part of it. */
  fillers: words,
  /** Written without a capital inside a name: "de", "von". */
  small: words.default([]),
  /** Stand between a letter and a word that begins with it: "B comme Bernard". */
  letterLike: expressions,
  /** Before a letter that is meant twice: "double P". */
  letterTwice: words,
  /** Words between a name and its spelling, such as "ça s'écrit". */
  spells: words,
  /** With one of these words, the text is a sentence and no name. */
  never: words,
  /** The same as expressions for a word. */
  neverLike: expressions.default([]),
  /** What continues the sentence after a name: it is cut off. */
  afterwards: expressions,
  /** Workplaces after a name, and what stands before them: they are cut off. */
  workplacesAfter: z.string().default(''),
  workplaces: expressions.default([]),
  beside: besideSchema.prefault({}),
  /** Every noun has a capital, so that only two capitalised words in a row tell a name. */
  nounsHaveCapitals: z.boolean().default(false),
})

/** Whether a word is in a list. There are thousands of first names: too many for an expression. */
export type WordList = { size: number; test: (word: string) => boolean }

export type NameRules = {
  /** Each finds what may be a name in its first group. */
  introduced: readonly RegExp[]
  title: WordList
  filler: WordList
  stop: RegExp
  small: WordList
  letterLike: RegExp
  letterTwice: RegExp
  spells: WordList
  /** What follows a name, to the end of the text. */
  tail: RegExp
  nounsHaveCapitals: boolean
} & Record<
  | 'particle'
  | 'place'
  | 'town'
  | 'formerly'
  | 'not'
  | 'relative'
  | 'corrects'
  | 'surnameLabel'
  | 'givenLabel'
  | 'other'
  | 'remark'
  | 'hesitation'
  | 'given',
  WordList
>

const oneOf = (list: readonly string[]): string => `(?:${list.map(uncaptured).join('|')})`
const unaccented = (text: string): string => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
/** The words of a list, with or without their accents, in any case. */
function word(list: readonly string[]): WordList {
  const words = new Set([...list, ...list.map(unaccented)].map((one) => one.toLowerCase()))
  return { size: words.size, test: (text) => words.has(text.toLowerCase()) }
}

export function nameRulesOf(names: z.infer<typeof namesSchema>): NameRules {
  const copula = names.copula === undefined ? '' : `(?:${names.copula}\\s+)?`
  const workplaces =
    names.workplaces.length === 0 ? [] : [`${names.workplacesAfter}(${names.workplaces.join('|')})`]
  const after = oneOf([...names.afterwards, ...workplaces])
  // An expression that ends in an apostrophe touches the next word; all others end with one.
  const ends = `(?<![\\p{L}'-])${after}(?:(?<=')|(?![\\p{L}'-]))`
  return {
    introduced: [
      new RegExp(`${oneOf(names.introducedBy)}\\s+${copula}(.+)`, 'iu'),
      // From the start of a line: without it, the time grows with the square of the length.
      new RegExp(`^(.+?)\\s+${oneOf(names.speaking)}`, 'imu'),
      new RegExp(`(?:^|[\\s,.'’])(${oneOf(names.titled)}\\s+.+)`, 'iu'),
    ],
    title: word(names.titles),
    filler: word(names.fillers),
    // As written: without its accent, "là" would stop "de la Tour".
    stop: new RegExp(`^${oneOf([...names.neverLike, ...names.never])}$`, 'iu'),
    small: word(names.small),
    letterLike: new RegExp(`(?<![\\p{L}'])(\\p{L})\\s+${oneOf(names.letterLike)}\\s+\\p{L}+`, 'giu'),
    letterTwice: new RegExp(`(?<![\\p{L}'])${oneOf(names.letterTwice)}\\s+(\\p{L})(?![\\p{L}'])`, 'giu'),
    spells: word(names.spells),
    tail: new RegExp(`\\s*(?:[,.;:?!]|${ends}|\\d).*$`, 'isu'),
    particle: word(names.beside.particles),
    place: word(names.beside.places),
    town: word(names.beside.towns),
    formerly: word(names.beside.formerly),
    not: word(names.beside.not),
    relative: word(names.beside.relatives),
    corrects: word(names.beside.corrects),
    surnameLabel: word(names.beside.surnameLabel),
    givenLabel: word(names.beside.givenLabel),
    other: word(names.beside.others),
    remark: word([...names.beside.remarks, ...names.beside.hesitation]),
    hesitation: word(names.beside.hesitation),
    given: word(names.beside.given),
    nounsHaveCapitals: names.nounsHaveCapitals,
  }
}
