// The words by which callers name the desk's topics, symptoms and notes in one language: `assets/desk/<language>.yaml`.
// understanding/topics.ts weighs them.

import { z } from 'zod'
import type { ReaderWeights } from './reader-weights.ts'
import { linesSchema } from './texts.ts'
import { WordPattern } from './word-pattern.ts'

/** Alternatives of a regular expression; `{name}` is a fragment of the file. */
const any = z.array(z.string().min(1)).min(1)
const examples = z.array(z.string().min(1)).default([])

const shown = {
  /** How the technician reads it. */
  name: z.string().min(1),
  examples,
  counterExamples: examples,
}

/** Parts of the technician's summary (dialogue/summary.ts). */
const summary = z.strictObject({
  /** The problem was not said. */
  unknown: z.string().min(1),
  tried: z.string().min(1),
  nothingTried: z.string().min(1),
  callBack: z.string().min(1),
  /** The operator's own system says so of the line. */
  vulnerable: z.string().min(1),
})

/** Digits are left to the rules for numbers. */
export const callersWords = z
  .string()
  .max(120)
  .regex(/^[^\p{N}]*\p{L}[^\p{N}]*$/u, 'must be words of a caller, without digits')

export const wordsFileSchema = z.strictObject({
  summary,
  /** What callers of this site say, and the words of which it has the meaning (understanding/sayings.ts). */
  sayings: z.record(callersWords, callersWords).default({}),
  /** Lines that desk.yaml names and that the shipped phrases do not have. */
  lines: linesSchema.default({}),
  fragments: z.record(z.string().regex(/^[a-z]\w*$/i), any).default({}),
  both: any.optional(),
  notAbout: any.optional(),
  overlap: z.array(z.strictObject({ topic: z.string(), weight: z.number(), any })).default([]),
  topics: z.record(
    z.string(),
    z.strictObject({
      ...shown,
      /** For the recogniser. */
      keyterms: z.array(z.string()).default([]),
      things: z.array(z.string()).default([]),
      never: any.optional(),
      /** Answers to "which of them?" that name no thing: its place in the menu, where it stands. */
      chosenBy: any.optional(),
      /** Examples of such answers. */
      chosenExamples: examples,
      words: z.array(z.strictObject({ weight: z.number().positive(), any })),
    }),
  ),
  symptoms: z.record(
    z.string(),
    z.strictObject({
      ...shown,
      any,
      /** Against the other special symptoms, where one clause names two. The general symptom weighs less than all. */
      weight: z.number().positive().default(1),
      /** Services: two that are dead at once are this symptom. */
      severalOf: z.array(any).default([]),
    }),
  ),
  /** `any`: the caller has tried it already; `it`: the same of a thing named before. */
  steps: z.record(z.string(), z.strictObject({ ...shown, any: any.optional(), it: any.optional() })),
  notes: z.record(z.string(), z.strictObject({ ...shown, any, but: any.optional() })).default({}),
})
export type WordsFile = z.infer<typeof wordsFileSchema>

/** Words with their weight. */
type Weighted = { readonly pattern: RegExp; readonly weight: number }

export type SymptomWords = Weighted & { readonly name: string; readonly severalOf: readonly RegExp[] }

/** `said` stands for `means`, which the rules know. */
export type Saying = { readonly said: string; readonly means: string }

/** Patterns for plain text (Lexicon.plain), all with the flag `g`. */
export type DeskWords = {
  readonly sayings: readonly Saying[]
  /** Two topics at once: the turn names none. */
  readonly both: RegExp
  /** What the caller says it is not about; it is left out before topics and symptoms are read. */
  readonly notAbout: RegExp
  /** One thing used on another, such as Internet on a mobile: counts for `topic`, and names no other topic. */
  readonly overlap: readonly (Weighted & { readonly topic: string })[]
  readonly topics: Readonly<
    Record<
      string,
      {
        readonly words: readonly Weighted[]
        readonly never: RegExp
        readonly chosenBy: RegExp
        readonly keyterms: readonly string[]
      }
    >
  >
  readonly symptoms: readonly SymptomWords[]
  /** How callers tell that they have tried a step; `it` after the thing was named, or as the problem's first step. */
  readonly tried: readonly { readonly name: string; readonly pattern: RegExp; readonly it: RegExp }[]
  /** Facts about the caller; `but` takes words out before. */
  readonly notes: readonly { readonly name: string; readonly pattern: RegExp; readonly but: RegExp }[]
  readonly summary: WordsFile['summary']
  /** The examples beside the words (understanding/desk-examples.ts). */
  readonly shown: readonly Shown[]
  /** A trained reader of the language's turns, where there is one (understanding/reader/). */
  readonly reader?: ReaderWeights
  /** How the technician reads topics, symptoms, steps and notes, by their names. */
  readonly names: Readonly<
    Record<'topics' | 'symptoms' | 'steps' | 'notes', Readonly<Record<string, string>>>
  >
}

/** The table of a file of words; `chosen` are the examples of a topic's `chosenBy`. */
export type ExampleTable = 'topics' | 'symptoms' | 'steps' | 'notes' | 'chosen'

type Shown = {
  readonly table: ExampleTable
  readonly name: string
  /** A step may have none: then callers cannot say that they have tried it. */
  readonly hasWords: boolean
  readonly examples: readonly string[]
  readonly counterExamples: readonly string[]
}

/** Matches nothing. */
const never = /(?!)/g

/**
 * Compiles a file of words.
 *
 * @param fault called for each pattern that is not a regular expression or names an unknown fragment
 */
export function compileWords(file: WordsFile, fault: (place: string, reason: string) => void): DeskWords {
  const things = Object.values(file.topics).flatMap((topic) => topic.things)
  const fragments: Record<string, string> = { thing: grouped(things) }
  const fill = (place: string, text: string): string =>
    text.replace(/\{([a-z]\w*)\}/gi, (_, name: string) => {
      if (fragments[name] === undefined) fault(place, `has an unknown fragment {${name}}`)
      return fragments[name] ?? ''
    })
  // A fragment may use those above it.
  for (const [name, alternatives] of Object.entries(file.fragments))
    fragments[name] = grouped(alternatives.map((text) => fill(`fragments.${name}`, text)))
  const pattern = (place: string, alternatives: readonly string[] | undefined): RegExp => {
    if (alternatives === undefined) return never
    try {
      return new WordPattern(alternatives.map((text) => fill(place, text)))
    } catch (error) {
      fault(place, error instanceof Error ? error.message : String(error))
      return never
    }
  }
  const entries = <T, R>(
    table: Readonly<Record<string, T>>,
    make: (name: string, one: T) => R,
  ): [string, R][] => Object.entries(table).map(([name, one]) => [name, make(name, one)])
  const namesIn = (table: Readonly<Record<string, { name: string }>>) =>
    Object.fromEntries(entries(table, (_, one) => one.name))
  return {
    sayings: Object.entries(file.sayings).map(([said, means]) => ({ said, means })),
    both: pattern('both', file.both),
    notAbout: pattern('notAbout', file.notAbout),
    overlap: file.overlap.map(({ any: words, ...rest }, i) => ({
      ...rest,
      pattern: pattern(`overlap.${i}.any`, words),
    })),
    topics: Object.fromEntries(
      entries(file.topics, (name, topic) => ({
        words: topic.words.map(({ any: words, weight }, i) => ({
          pattern: pattern(`topics.${name}.words.${i}.any`, words),
          weight,
        })),
        never: pattern(`topics.${name}.never`, topic.never),
        chosenBy: pattern(`topics.${name}.chosenBy`, topic.chosenBy),
        keyterms: topic.keyterms,
      })),
    ),
    symptoms: Object.entries(file.symptoms).map(([name, one]) => ({
      name,
      weight: one.weight,
      pattern: pattern(`symptoms.${name}.any`, one.any),
      severalOf: one.severalOf.map((words, i) => pattern(`symptoms.${name}.severalOf.${i}`, words)),
    })),
    tried: Object.entries(file.steps).map(([name, one]) => ({
      name,
      pattern: pattern(`steps.${name}.any`, one.any),
      it: pattern(`steps.${name}.it`, one.it),
    })),
    notes: Object.entries(file.notes).map(([name, one]) => ({
      name,
      pattern: pattern(`notes.${name}.any`, one.any),
      but: pattern(`notes.${name}.but`, one.but),
    })),
    summary: file.summary,
    shown: shownIn(file),
    names: {
      topics: namesIn(file.topics),
      symptoms: namesIn(file.symptoms),
      steps: namesIn(file.steps),
      notes: namesIn(file.notes),
    },
  }
}

function shownIn({ topics, symptoms, steps, notes }: WordsFile): Shown[] {
  type Entry = Pick<Shown, 'examples' | 'counterExamples'>
  const rows = <T extends Entry>(
    table: ExampleTable,
    entries: Readonly<Record<string, T>>,
    hasWords: (entry: T) => boolean,
  ): Shown[] =>
    Object.entries(entries).map(([name, entry]) => {
      const { examples, counterExamples } = entry
      return { table, name, hasWords: hasWords(entry), examples, counterExamples }
    })
  const chosen = Object.entries(topics).filter(([, { chosenBy }]) => chosenBy !== undefined)
  return [
    ...rows('topics', topics, ({ words }) => words.length > 0),
    ...rows('symptoms', symptoms, () => true),
    ...rows('steps', steps, (step) => step.any !== undefined || step.it !== undefined),
    ...rows('notes', notes, () => true),
    ...chosen.map(([name, { chosenExamples }]): Shown => {
      return { table: 'chosen', name, hasWords: true, examples: chosenExamples, counterExamples: [] }
    }),
  ]
}

const grouped = (alternatives: readonly string[]): string => `(?:${alternatives.join('|')})`
