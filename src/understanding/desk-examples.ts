// The words of a desk and the examples and counter-examples beside them: each example is read, or not read, as the desk
// says, and each word is needed for one of them. Pure.

import { type Desk, topicOfSymptom } from '../desk/desk.ts'
import type { DeskWords, ExampleTable } from '../desk/desk-words.ts'
import { WordPattern } from '../desk/word-pattern.ts'
import { clausesOf } from './clauses.ts'
import { idleIn, type RuleFault } from './languages/check-rules.ts'
import type { Lexicon } from './lexicon.ts'
import { lexiconOf } from './lexicons.ts'
import { understand } from './understand.ts'
import { flat } from './words.ts'

/** All faults of a language's words: first those of the examples, then words that do nothing. */
export function deskFaults(desk: Desk, language: string): RuleFault[] {
  const words = desk.words[language]
  if (words === undefined) return []
  const ofExamples = words.shown.flatMap(({ table, name, hasWords, examples, counterExamples }) => {
    const rule = `${table}.${name}`
    const reads = (text: string) => holds(desk, language, table, name, text)
    const missed = examples.filter((text) => !reads(text))
    const taken = counterExamples.filter(reads)
    return [
      ...(hasWords && examples.length === 0 ? [{ kind: 'dead', rule, text: 'has no example' } as const] : []),
      ...missed.map((text) => ({ kind: 'missed', rule, text }) as const),
      ...taken.map((text) => ({ kind: 'taken', rule, text }) as const),
    ]
  })
  return [...ofExamples, ...wordFaults(words, language)]
}

/** Words of the desk that do nothing in the examples beside them; of the lists beside no entry, in all examples. */
function wordFaults(words: DeskWords, language: string): RuleFault[] {
  const lexicon = lexiconOf(language)
  const seen = (text: string) => seenOf(text, lexicon)
  const all = words.shown.flatMap(({ examples, counterExamples }) => [...examples, ...counterExamples])
  const ofEntries = words.shown.flatMap(({ table, name, examples, counterExamples }) => {
    const texts = [...examples, ...counterExamples].flatMap(seen)
    return listsOf(words, table, name).flatMap(([list, pattern]) =>
      idleWords(`${table === 'chosen' ? 'topics' : table}.${name}.${list}`, pattern, texts, lexicon.plain),
    )
  })
  const texts = all.flatMap(seen)
  const { both, notAbout, overlap } = words
  const ofNone = [
    ...idleWords('both', both, texts, lexicon.plain),
    ...idleWords('notAbout', notAbout, texts, lexicon.plain),
    ...overlap.flatMap(({ pattern }, i) => idleWords(`overlap.${i}.any`, pattern, texts, lexicon.plain)),
  ]
  return [...ofEntries, ...ofNone]
}

/** What the words of a text are sought in: some begin or end a clause, others a turn. */
const seenOf = (text: string, lexicon: Lexicon): string[] => [
  ...new Set([
    lexicon.plain(flat(text)),
    ...clausesOf(text, lexicon, (plain) => plain).map((clause) => clause.text),
  ]),
]

/** The lists of words of an entry, by their places in the file. */
function listsOf(
  { topics, symptoms, tried, notes }: DeskWords,
  table: ExampleTable,
  name: string,
): [place: string, RegExp][] {
  const isIt = (one: { name: string }): boolean => one.name === name
  switch (table) {
    case 'topics':
      return [
        ...topics[name].words.map(({ pattern }, i): [string, RegExp] => [`words.${i}.any`, pattern]),
        ['never', topics[name].never],
      ]
    case 'chosen':
      return [['chosenBy', topics[name].chosenBy]]
    case 'symptoms': {
      const { pattern, severalOf } = symptoms.find(isIt)!
      return [['any', pattern], ...severalOf.map((one, i): [string, RegExp] => [`severalOf.${i}`, one])]
    }
    case 'steps': {
      const { pattern, it } = tried.find(isIt)!
      return [
        ['any', pattern],
        ['it', it],
      ]
    }
    case 'notes': {
      const { pattern, but } = notes.find(isIt)!
      return [
        ['any', pattern],
        ['but', but],
      ]
    }
  }
}

/** Faults of one list. An alternative is named by its number: with its fragments it can be long. */
function idleWords(
  place: string,
  pattern: RegExp,
  texts: readonly string[],
  plain: Lexicon['plain'],
): RuleFault[] {
  if (!(pattern instanceof WordPattern)) return []
  const all = pattern.alternatives.map((say) => ({ say, pattern: new WordPattern([say]) }))
  const own = pattern.alternatives.flatMap(wordsOf).map(plain)
  return idleIn(all, all, [...texts, ...own]).map(({ kind, text }) => ({
    kind,
    rule: `${place}.${pattern.alternatives.lastIndexOf(text)}`,
    text: text.length > mostShown ? `${text.slice(0, mostShown)}…` : text,
  }))
}

/** A bare word, with and without its optional letters, is its own example: "lente?s?", "factur\\w*". */
const wordsOf = (say: string): string[] =>
  [say.replaceAll(/[a-z ]\?/g, ''), say.replaceAll('?', '')]
    .map((word) => word.replaceAll('\\w*', ''))
    .filter((word) => /^[a-z0-9' -]+$/.test(word))

/** Most characters of an alternative that are shown. */
const mostShown = 80

/** An example answers "what does not work?", a chosen one "which of them?"; a symptom's topic is known. */
function holds(desk: Desk, language: string, table: ExampleTable, name: string, text: string): boolean {
  const topic = table === 'symptoms' ? (topicOfSymptom(desk, name) ?? null) : null
  const asked =
    table === 'chosen'
      ? ({ name: 'diagnostic', asking: 'topic' } as const)
      : ({ name: 'welcome', asking: 'open' } as const)
  const said = understand(text, { ...asked, language, desk, known: { topic } })
  if (table === 'topics' || table === 'chosen') return said.topic === name
  if (table === 'steps') return said.tried.includes(name)
  return table === 'symptoms' ? said.symptom === name : said.notes.includes(name)
}
