// Makes a desk from the content of its files, or refuses them: all faults at once, each with its file and the path of
// its key. Reading YAML and the disk is the caller's business (server/desk/desk.ts).

import { type Course, type Desk, type DeskStep, type DeskTopic, linesOf } from './desk.ts'
import { type DeskFile, deskFileSchema, type Instead } from './desk-file.ts'
import { compileWords, type DeskWords, wordsFileSchema } from './desk-words.ts'
import { isOfStandIn, readPart } from './read-part.ts'
import type { ReaderWeights } from './reader-weights.ts'
import type { Lines } from './texts.ts'

export type DeskSource = {
  /** What `desk.yaml` holds. */
  desk: unknown
  /** What `<language>.yaml` holds, for each language that the desk is to serve. */
  words: Readonly<Record<string, unknown>>
  /** The lines of each language, by name: the desk may say only these. */
  lines: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** The trained readers, by language; a language may have none. */
  readers?: Readonly<Record<string, ReaderWeights>>
}

/** The files of a desk are not in order; nothing of them is used. */
export class DeskError extends Error {
  override name = 'DeskError'

  /** @param faults `desk.yaml: topics.internet.key: …`, one for each fault */
  constructor(readonly faults: readonly string[]) {
    super(`the desk: ${faults.join('; ')}`)
  }
}

/** A topic's name in an Understanding that names none. */
const reservedTopic = 'unknown'

/** Names of a desk's files: `desk.yaml` and `fr.yaml`, of a named desk `shop.yaml` and `shop.fr.yaml`. */
export type FileNames = { desk: string; words: (language: string) => string }

export const defaultFiles: FileNames = { desk: 'desk.yaml', words: (language) => `${language}.yaml` }

/**
 * @param source a part that is undefined could not be read, and its faults are the caller's
 * @param files named in the faults
 * @throws {DeskError} with all faults of all files
 */
export function createDesk(
  { desk, words, lines, readers }: DeskSource,
  files: FileNames = defaultFiles,
): Desk {
  const faults: string[] = []
  const made = desk === undefined ? undefined : deskOf(desk, files, faults)
  const byLanguage: Record<string, DeskWords> = {}
  const own: Record<string, Lines> = {}
  let isUnread = made === undefined
  for (const [language, content] of Object.entries(words)) {
    const name = files.words(language)
    if (made !== undefined && content !== undefined)
      faults.push(...wordFaults(made, content, files.desk).map((fault) => `${name}: ${fault}`))
    const found: string[] = []
    const { part } = readPart(wordsFileSchema, content ?? {}, found)
    if (content === undefined) isUnread = true
    else faults.push(...found.map((fault) => `${name}: ${fault}`))
    if (part === undefined) {
      isUnread = true
      continue
    }
    own[language] = part.lines
    const compiled = compileWords(part, (place, reason) => faults.push(`${name}: ${place}: ${reason}`))
    byLanguage[language] = { ...compiled, reader: readers?.[language] }
  }
  if (made !== undefined) {
    const read = Object.keys(own).map((language) => [language, lines[language]!] as const)
    faults.push(...lineFaults({ ...made, lines: own }, Object.fromEntries(read), files))
  }
  const all = faults.filter((fault) => !isOfStandIn(fault))
  if (made === undefined || isUnread || all.length > 0) throw new DeskError(all)
  return { ...made, lines: own, words: byLanguage }
}

/** The lines that a desk says and a language lacks, as faults. */
export function lineFaults(
  desk: Omit<Desk, 'words'>,
  lines: DeskSource['lines'],
  files: FileNames = defaultFiles,
): string[] {
  return Object.entries(lines).flatMap(([language, texts]) =>
    linesOf(desk)
      .filter(([, line]) => !(line in texts) && !(line in (desk.lines[language] ?? {})))
      .map(
        ([place, line]) =>
          `${files.desk}: ${place}: the phrases of '${language}' lack the line '${line}': ` +
          `add it to \`lines:\` of ${files.words(language)}`,
      ),
  )
}

/** @returns undefined when too little of the file can be read */
function deskOf(content: unknown, files: FileNames, faults: string[]): DeskParts | undefined {
  const found: string[] = []
  const { part } = readPart(deskFileSchema, content, found)
  const made = part && partsOf(part, (place, reason) => found.push(`${place}: ${reason}`))
  faults.push(...found.map((fault) => `${files.desk}: ${fault}`))
  return made
}

type DeskParts = Omit<Desk, 'words' | 'lines'>

function partsOf(file: DeskFile, fault: (place: string, reason: string) => void): DeskParts {
  const steps = Object.entries(file.steps).map(([name, { takesS, ...step }]): DeskStep => {
    return { name, takesMs: takesS * 1_000, ...step }
  })
  const used = new Set<string>()
  const course = (
    place: string,
    names: readonly string[] | undefined,
    instead: Instead | undefined,
  ): Course => {
    if ((names === undefined) === (instead === undefined)) fault(place, 'needs either steps or instead')
    if (instead !== undefined) {
      const { do: kind, ...said } = instead
      return { kind, ...said } as Course
    }
    const found = (names ?? []).flatMap((name, i) => {
      const step = steps.find((one) => one.name === name)
      if (step === undefined) fault(`${place}.steps.${i}`, `there is no step '${name}'`)
      if (names?.indexOf(name) !== i) fault(`${place}.steps.${i}`, `has the step '${name}' twice`)
      used.add(name)
      return step ?? []
    })
    return { kind: 'steps', steps: found }
  }
  const places = new Map<string, string>()
  const topics = Object.entries(file.topics).map(([name, { symptoms, instead, ...topic }]): DeskTopic => {
    const place = `topics.${name}`
    if (name === reservedTopic) fault(place, `'${reservedTopic}' is reserved`)
    const own = Object.entries(symptoms).map(
      ([symptom, { steps: names, instead: does, fault: isFault, ...entry }]) => {
        const at = `${place}.symptoms.${symptom}`
        if (places.has(symptom)) fault(at, `the same name stands at ${places.get(symptom)}`)
        places.set(symptom, at)
        return { name: symptom, topic: name, isFault, course: course(at, names, does), ...entry }
      },
    )
    doubleKeys(`${place}.symptoms`, own, fault)
    if (own.length > 0) {
      if (instead !== undefined)
        fault(`${place}.instead`, 'stands beside symptoms, and would never be reached')
      if (topic.ask === undefined) fault(`${place}.ask`, 'is missing: the question for the symptom')
      if (topic.again === undefined) fault(`${place}.again`, 'is missing: the question in other words')
      return { name, ...topic, symptoms: own }
    }
    if (topic.ask !== undefined || topic.again !== undefined)
      fault(`${place}.ask`, 'a topic without symptoms asks none')
    if (instead === undefined) fault(place, 'needs either symptoms or instead')
    return { name, ...topic, symptoms: own, course: course(place, instead ? undefined : [], instead) }
  })
  doubleKeys('topics', topics, fault)
  for (const { name } of steps)
    if (!used.has(name)) fault(`steps.${name}`, 'is never reached: no symptom has this step')
  for (const [i, name] of file.notes.entries())
    if (file.notes.indexOf(name) !== i) fault(`notes.${i}`, `has '${name}' twice`)
  for (const number of Object.keys(file.numbers))
    if (!/^\+?[\d .()-]{2,30}\*?$/.test(number))
      fault(
        `numbers.${number}`,
        'is not a number that callers dial, such as "01 23 45 67 89", or its beginning, "01 23*"',
      )
  return {
    questions: file.questions,
    topics: topics.sort(byKey),
    steps,
    notes: file.notes,
    numbers: file.numbers,
  }
}

const byKey = (a: { key: string }, b: { key: string }): number => Number(a.key) - Number(b.key)

function doubleKeys(
  place: string,
  entries: readonly { name: string; key: string }[],
  fault: (place: string, reason: string) => void,
): void {
  for (const [i, { name, key }] of entries.entries()) {
    const first = entries.findIndex((one) => one.key === key)
    if (first < i) fault(`${place}.${name}.key`, `${key} is the key of '${entries[first].name}' too`)
  }
}

/**
 * Names in a file of words that the desk does not have, and names of the desk without words.
 *
 * @param content not checked: what else is wrong with it does not matter here
 */
function wordFaults(desk: DeskParts, content: unknown, deskFile: string): string[] {
  const topics = desk.topics.map(({ name }) => name)
  const expected = {
    topics,
    symptoms: desk.topics.flatMap(({ symptoms }) => symptoms.map(({ name }) => name)),
    steps: desk.steps.map(({ name }) => name),
    notes: desk.notes,
  }
  const faults: string[] = []
  const file = content as { [table: string]: unknown; overlap?: unknown }
  for (const [table, names] of Object.entries(expected)) {
    const own = Object.keys(file[table] ?? {})
    for (const name of names)
      if (!own.includes(name))
        faults.push(`${table}.${name}: is missing: ${deskFile} has it, and callers could not say it`)
    for (const name of own)
      if (!names.includes(name)) faults.push(`${table}.${name}: ${deskFile} has no such name`)
  }
  const overlap = Array.isArray(file.overlap) ? (file.overlap as { topic?: unknown }[]) : []
  for (const [i, one] of overlap.entries())
    if (typeof one?.topic === 'string' && !topics.includes(one.topic))
      faults.push(`overlap.${i}.topic: ${deskFile} has no topic '${one.topic}'`)
  return faults
}
