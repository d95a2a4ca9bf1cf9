// What a language's folder must hold. The files are merged: a key at their top level stands in any of them, once. What
// is missing, misspelt or of another kind is refused with its place.

import { z } from 'zod'
import { numberGrammar } from '../number-grammar.ts'
import { phoneSchema } from '../phone-form.ts'
import { fold } from '../words.ts'
import { keytermsSchema } from './first-words.ts'
import { type GateRules, gateRulesOf, gateSchema } from './gate-rules.ts'
import { type ListName, listNames } from './lists.ts'
import { type NameRules, nameRulesOf, namesSchema } from './name-rules.ts'
import { plainSchema, type Rewrites, rewritesOf } from './rewrites.ts'
import { fragmentsSchema, type RuleList, ruleListOf, ruleListSchema, wordSet } from './rules.ts'
import { voiceSchema } from './voices.ts'

/** Words and phrases with commas between them. */
const phraseList = z.string().transform((text) => text.split(/,\s*/))

/** The same, each cut into its words. */
const phraseWords = phraseList.transform((phrases) => phrases.map((phrase) => phrase.split(' ')))

const values = z.record(z.string(), z.int())

/** Spoken numbers (number-grammar.ts). Words are folded: lower case, without accents. */
const numberData = z.strictObject({
  /** 0 to 9. */
  units: values,
  /** 10 to 19, as far as they are words of their own. */
  teens: values,
  tens: values,
  /** Numbers of two digits that are one word: "einundzwanzig", "veintiuno". */
  compounds: values.default({}),
  /** `alone`: the word by itself is 100, as in French and unlike in English. */
  hundred: z.strictObject({ words: z.array(z.string()), alone: z.boolean() }).optional(),
  /** Hundreds that are one word: "seiscientos". */
  hundreds: values.default({}),
  /** The word between tens and unit, and the numbers before which it joins the two. */
  and: z.strictObject({ word: z.string(), before: z.array(z.int()) }).optional(),
  /** The word between unit and tens where the unit comes first: the "und" of "siebenundzwanzig". */
  unitsFirst: z.string().optional(),
  /** 70 and 90 are 60 and 80 with a teen; 80 is four times twenty; 17 is ten seven. */
  vigesimal: z.boolean().default(false),
  /** "Double seven": how often the digit that follows is meant. */
  repeats: values.default({}),
  /** Digits in the plural: "two zeros" is 00. */
  plurals: values.default({}),
  /** "Twice the seven": the word behind the count, and words that may follow it. */
  times: z.strictObject({ words: wordSet, between: wordSet }).optional(),
  /** Number words that are articles too: one of them alone is no number. */
  articles: z.array(z.string()).default([]),
  /** Number words that are articles before a digit: "un sept" is 1 and 7, or a seven. */
  indefinite: wordSet.default(new Set()),
  /** What a recogniser writes for a number word. Counts only beside other number words. */
  soundsLike: z.record(z.string(), z.string()).default({}),
  /** Words that may stand between the parts of a number. */
  fillers: wordSet,
  /** Words by which the caller takes back what was said just before, or just after: "32, sorry, 31". */
  corrections: wordSet,
  /** Words that correct only if the number then fits: they may also mean nothing. */
  maybeCorrections: wordSet,
  /** Before a number: it is not meant. "Not 13", "instead of 13". */
  denials: phraseWords.default([]),
  /** "With a zero in front": it belongs before what was said. */
  zeroInFront: phraseWords.default([]),
  /** After a number: that is all of it. */
  ends: phraseWords.default([]),
  /** Which group of a number a caller speaks of: 0 is the first, -1 the last, -2 the one before it. */
  places: z
    .record(z.string(), z.int())
    .default({})
    .transform((places) =>
      Object.entries(places).map(([phrase, group]) => ({ phrase: phrase.split(' '), group })),
    ),
  /** Before these words a number is a measure: ten seconds, two days, 4G. */
  measures: wordSet,
  /** The same before these, but only for a number that stands alone: "two lines", not "56 78 line of my wife". */
  counted: wordSet,
})

const numbers = numberData.transform(numberGrammar)

/** Words as speech.yaml has them, compared without case and accents. */
const foldedSet = z.string().transform((text): ReadonlySet<string> => new Set(fold(text).split(/\s+/)))

/** Words for the opening hours (desk/hours-sentence.ts). */
const openingHours = z.strictObject({
  sentence: z.string(),
  /** The sentence of a desk that never opens. */
  never: z.string(),
  lastEntry: z.string(),
  /** From Sunday on. */
  days: z.array(z.string()).length(7),
  single: z.string(),
  range: z.string(),
  everyDay: z.string(),
  and: z.string(),
  allDay: z.string(),
  span: z.string(),
  time: z.string(),
  /** 0 to 24, with commas between. */
  hours: phraseList.pipe(z.array(z.string()).length(25)),
  /** Hours with a name of their own, used when there are no minutes. */
  exact: z.record(z.string(), z.string()).default({}),
  /** Parts of the day, each up to an hour. */
  parts: z.array(z.strictObject({ before: z.int(), words: z.string() })).default([]),
})

export const languageSchema = z.strictObject({
  /** In the language itself. */
  name: z.string(),
  /** What callers call it, in it and in other languages, and as recognisers of those write it. Flat (words.ts). */
  called: phraseList,
  numbers,
  backchannels: foldedSet,
  /** Words, besides the gate's function words, that stand beside an answer or a farewell and change nothing. Plain. */
  answerTalk: wordSet,
  keyterms: keytermsSchema,
  openingHours,
  /** Beginnings of what a recogniser writes for silence: credits of subtitles. Without accents and in lower case. */
  credits: z.array(z.strictObject({ say: z.string(), like: z.string() })),
  /** A dot after these ends no sentence: titles, with their capitals, and other words, in lower case. */
  abbreviations: z.strictObject({ titles: wordSet, words: wordSet }),
  /** Words for a place in a question, the fragment `<place>`: 0 is the first, -1 the last. Flat (words.ts). */
  choicePlaces: values.transform((places): ReadonlyMap<string, number> => new Map(Object.entries(places))),
  phone: phoneSchema,
  names: namesSchema,
  gate: gateSchema,
  voice: voiceSchema,
  plain: plainSchema,
  fragments: fragmentsSchema.default({}),
  ...(Object.fromEntries(listNames.map((name) => [name, ruleListSchema])) as Record<
    ListName,
    typeof ruleListSchema
  >),
})

/** Everything that the program knows of one language; its texts and voices are in assets/ under the same code. */
export type Language = Readonly<
  Omit<z.infer<typeof languageSchema>, ListName | 'fragments' | 'gate' | 'names' | 'plain'>
> & {
  code: string
  /** How flat text is made plain. */
  plain: Rewrites
  names: NameRules
  gate: GateRules
  lists: Readonly<Record<ListName, RuleList>>
}

/**
 * Puts the files of one folder together and checks them, a few milliseconds of work at a step: a server reads its
 * languages while it has calls.
 *
 * @param called what callers call each of the languages: the fragment `<language>`
 * @throws {Error} naming every gap and every unknown key with its place
 */
export function* languageSteps(
  code: string,
  files: Readonly<Record<string, unknown>>,
  called: readonly string[],
): Generator<void, Language> {
  const faults: string[] = []
  const merged: Record<string, unknown> = {}
  for (const [file, content] of Object.entries(files))
    for (const [key, value] of Object.entries(content ?? {})) {
      if (key in merged) faults.push(`${file}.yaml: ${key} stands in another file too`)
      merged[key] = value
    }
  const parsed = yield* checked(merged, faults)
  for (const [id, many] of countsOf(parsed?.plain.map((step) => step.id) ?? []))
    if (many > 1) faults.push(`plain.${id}: stands ${many} times`)
  if (parsed === undefined || faults.length > 0) throw new Error(`language ${code}: ${faults.join('; ')}`)
  const { fragments, gate, names, plain, ...data } = parsed
  const known = { ...fragments, language: [...called], place: [...data.choicePlaces.keys()] }
  const lists: [ListName, RuleList][] = []
  for (const name of listNames) {
    lists.push([name, ruleListOf(name, data[name], known)])
    yield
  }
  const rewrites = rewritesOf(plain)
  yield
  const nameRules = nameRulesOf(names)
  yield
  return {
    ...data,
    code,
    plain: rewrites,
    names: nameRules,
    gate: gateRulesOf(gate, data.numbers),
    lists: Object.fromEntries(lists) as Record<ListName, RuleList>,
  }
}

/** The same in one go. */
export const parseLanguage = (...given: Parameters<typeof languageSteps>): Language =>
  finished(languageSteps(...given))

type LanguageData = z.infer<typeof languageSchema>

/** Checks one key a step. @param faults gets what is wrong @returns undefined when something is */
function* checked(
  merged: Readonly<Record<string, unknown>>,
  faults: string[],
): Generator<void, LanguageData | undefined> {
  const data: Record<string, unknown> = {}
  const { shape } = languageSchema
  let isRight = Object.keys(merged).every((key) => key in shape)
  for (const [key, schema] of Object.entries(shape)) {
    const found = schema.safeParse(merged[key])
    isRight &&= found.success
    if (found.success) data[key] = found.data
    yield
  }
  if (isRight) return data as LanguageData
  // The whole schema says what is wrong and where.
  for (const { path, message } of languageSchema.safeParse(merged).error?.issues ?? [])
    faults.push(`${path.join('.') || 'folder'}: ${message}`)
  return undefined
}

/** Does all steps at once. */
export function finished<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

const countsOf = (ids: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}

/** What callers call a language, from its file asks.yaml, before its folder is checked. */
export const calledIn = ({ called }: Readonly<Record<string, unknown>>): readonly string[] =>
  typeof called === 'string' ? called.split(/,\s*/) : []
