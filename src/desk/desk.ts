// The desk as a value: its topics, symptoms and steps, as loaded from assets/desk/ (load-desk.ts). It is made once,
// passed to everything that needs it, and never changed: a call keeps the desk that it began with.

import type { DialledNumber } from './desk-file.ts'
import type { DeskWords } from './desk-words.ts'
import type { Question } from './script.ts'
import type { Lines } from './texts.ts'
import type { ExpectKind } from './types.ts'

/**
 * The lines of a question: first, in other words after a misunderstanding, and for the keys of the telephone. A topic
 * has those for its symptoms. Without `keys` the question is for topics or symptoms, whose keys are said as a menu.
 */
export type QuestionScript = {
  readonly ask?: string
  readonly rephrase?: string
  readonly keys?: string
  readonly expect: ExpectKind
}

/** Something for the caller to try. */
export type DeskStep = {
  readonly name: string
  /** What the caller's hands do, in English: for docs/desk.md. */
  readonly gesture: string
  /** Silence counts only after that: a caller who unplugs the box for ten seconds is not absent. */
  readonly takesMs: number
  /** The line that asks for it, and the line that explains it in more detail. */
  readonly say: string
  readonly help: string
  /** Said when it is left out because the caller has tried it before the call. */
  readonly tried?: string
  /** After "it is done": ask whether it works now, or go on to the next step. */
  readonly done: 'verify' | 'next'
  /** After "it does not work": go on to the next step, or look for a technician at once. */
  readonly stuck: 'next' | 'technician'
}

/** What the desk does about a problem, once it is known. */
export type Course =
  | { readonly kind: 'steps'; readonly steps: readonly DeskStep[] }
  /** Looks for a person; `found` and `none` are said when one is there, and when a call-back is offered instead. */
  | { readonly kind: 'handOver'; readonly say: string; readonly found: string; readonly none: string }
  /** Offers a call-back at once. */
  | { readonly kind: 'callBack'; readonly say: string }

/** An entry of the spoken menu: "for the Internet", and the key to press. */
export type MenuEntry = {
  readonly name: string
  /** `1` to `7`. */
  readonly key: string
  /** The line before "press one". */
  readonly menu: string
}

export type DeskSymptom = MenuEntry & {
  readonly topic: string
  /** Naming this symptom already says that something is broken. */
  readonly isFault: boolean
  /** The line that says back what was understood. */
  readonly heard?: string
  readonly course: Course
  /** Whether the question in words names it; the menu of the keys names all. */
  readonly asked: boolean
}

export type DeskTopic = MenuEntry & {
  /** The question for the symptom, and the same in other words; missing for a topic without symptoms. */
  readonly ask?: string
  readonly again?: string
  /** In the order of the file: the first one is the general symptom. */
  readonly symptoms: readonly DeskSymptom[]
  /** Of a topic without symptoms. */
  readonly course?: Course
}

export type Desk = {
  readonly questions: Readonly<Record<Question, QuestionScript>>
  /** In the order of their keys. */
  readonly topics: readonly DeskTopic[]
  readonly steps: readonly DeskStep[]
  /** Facts about the caller that the technician should know, whatever the problem is. */
  readonly notes: readonly string[]
  /** What calls begin with, by the number that the caller dialled, as the file writes it. Of the default desk. */
  readonly numbers: Readonly<Record<string, DialledNumber>>
  /** Lines of its own by language, for what the phrases do not have. */
  readonly lines: Readonly<Record<string, Lines>>
  /** The words that callers use, by language. */
  readonly words: Readonly<Record<string, DeskWords>>
}

export const topicNames = ({ topics }: Desk): readonly string[] => topics.map(({ name }) => name)

export const topicOf = ({ topics }: Desk, name: string | null): DeskTopic | undefined =>
  topics.find((topic) => topic.name === name)

export function symptomOf({ topics }: Desk, name: string | null): DeskSymptom | undefined {
  for (const { symptoms } of topics) for (const symptom of symptoms) if (symptom.name === name) return symptom
  return undefined
}

/** Symptom names of a topic; of all topics for null. */
export const symptomNames = (desk: Desk, topic: string | null): readonly string[] =>
  desk.topics
    .filter(({ name }) => topic === null || name === topic)
    .flatMap(({ symptoms }) => symptoms.map(({ name }) => name))

/** The topic of a symptom; undefined for a name that the desk does not have. */
export const topicOfSymptom = (desk: Desk, symptom: string): string | undefined =>
  symptomOf(desk, symptom)?.topic

/**
 * What to do about a problem, as far as it is known; without a symptom, what the topic's general symptom needs.
 *
 * @returns undefined without a topic
 */
export function courseOf(
  desk: Desk,
  known: { topic: string | null; symptom: string | null },
): Course | undefined {
  const topic = topicOf(desk, known.topic)
  const symptom = topic?.symptoms.find(({ name }) => name === known.symptom) ?? topic?.symptoms[0]
  return symptom?.course ?? topic?.course
}

/** The steps for a problem, in order. */
export function stepsOf(
  desk: Desk,
  known: { topic: string | null; symptom: string | null },
): readonly DeskStep[] {
  const course = courseOf(desk, known)
  return course?.kind === 'steps' ? course.steps : []
}

/** The names of all lines that this desk says, each with its place in `desk.yaml`. */
export function linesOf({
  questions,
  topics,
  steps,
  numbers,
}: Omit<Desk, 'words' | 'lines'>): readonly (readonly [place: string, line: string])[] {
  const courseLines = (place: string, course: Course | undefined): [string, string][] => {
    if (course === undefined || course.kind === 'steps') return []
    const { kind: _, ...said } = course
    return Object.entries(said).map(([field, line]) => [`${place}.instead.${field}`, line])
  }
  const lines: [string, string][] = []
  for (const [name, { ask, rephrase, keys }] of Object.entries(questions))
    for (const [manner, line] of Object.entries({ ask, rephrase, keys }))
      if (line !== undefined) lines.push([`questions.${name}.${manner}`, line])
  for (const { name, menu, ask, again, symptoms, course } of topics) {
    const place = `topics.${name}`
    lines.push([`${place}.menu`, menu], ...courseLines(place, course))
    if (ask !== undefined) lines.push([`${place}.ask`, ask])
    if (again !== undefined) lines.push([`${place}.again`, again])
    for (const symptom of symptoms) {
      const at = `${place}.symptoms.${symptom.name}`
      lines.push([`${at}.menu`, symptom.menu], ...courseLines(at, symptom.course))
      if (symptom.heard !== undefined) lines.push([`${at}.heard`, symptom.heard])
    }
  }
  for (const { name, say, help, tried } of steps) {
    lines.push([`steps.${name}.say`, say], [`steps.${name}.help`, help])
    if (tried !== undefined) lines.push([`steps.${name}.tried`, tried])
  }
  for (const [number, { greeting }] of Object.entries(numbers))
    if (greeting !== undefined) lines.push([`numbers.${number}.greeting`, greeting])
  return lines
}
