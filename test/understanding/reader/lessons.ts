// What the reader learns from: every labelled turn of the project's lists, with the meanings that a good agent may take.

import { topicOfSymptom } from '../../../src/desk/desk.ts'
import { wordsFileSchema } from '../../../src/desk/desk-words.ts'
import { lexiconOf } from '../../../src/understanding/lexicons.ts'
import { questionOf } from '../../../src/understanding/reader/reader.ts'
import { flat } from '../../../src/understanding/words.ts'
import { desk } from '../../support/shipped-desk.ts'
import type { Short } from '../judge.ts'
import { type Labelled, readLabelled } from '../utterances.ts'

/** One turn. `by` is who wrote it; the project's own lists have no name of a writer. */
export type Lesson = { text: string; question: string; means: readonly string[]; by?: string }

export type ByWriter<Line> = Line & { by: string }

const lists = new URL('..', import.meta.url).pathname

/** Folders of lists by other hands, by language. A language without any has no reader: too little to learn from. */
const folders: Readonly<Record<string, readonly string[]>> = {
  fr: ['learn', 'scored', 'learn2', 'scored2', 'learn3'],
}
const own: Readonly<Record<string, readonly string[]>> = { fr: ['utterances', 'held-out', 'held-out-blind'] }

export const trainable: readonly string[] = Object.keys(folders)

/** The lines of one kind of all writers. */
export async function written<Line>(language: string, name: string): Promise<ByWriter<Line>[]> {
  const texts = folders[language].map((folder) => Bun.file(`${lists}callers/${folder}/${name}.jsonl`).text())
  return (await Promise.all(texts)).flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line)),
  )
}

export async function lessonsOf(language: string): Promise<Lesson[]> {
  const short = await written<Short>(language, 'short')
  const names = await written<{ text: string; name: string | null }>(language, 'introductions')
  const long = await written<{ text: string; topic: string | null; symptom: string | null }>(language, 'long')
  const files = own[language].map((name) => readLabelled(`${lists}${name}.${language}.txt`, language))
  const all: Lesson[] = [
    ...short.map(({ text, at, topic, want, by }) => {
      const means = want.map((meaning) => (meaning.startsWith('correction:') ? 'no' : meaning))
      return { text, question: questionOf(at, topic ?? null), means, by }
    }),
    ...names.flatMap(({ text, name, by }, i) => {
      if (name === null) return [{ text, question: 'name', means: ['unclear'], by }]
      const questions = ['name', later[i % later.length]]
      return questions.map((question) => ({ text, question, means: ['name'], by }))
    }),
    ...long.map(({ text, topic, symptom, by }) => {
      return { text, question: 'open', means: [symptom ?? topic ?? 'unclear'], by }
    }),
    ...(await Promise.all(files)).flat().flatMap(lessonOf),
    ...sheetLessons(await Bun.file(`${lists}reader/lessons.${language}.txt`).text()),
    ...deskLessons(await Bun.file(`assets/desk/${language}.yaml`).text()),
  ]
  const lessons = all.filter((lesson) => !choosesByPlace(lesson, language))
  return [...lessons, ...lessons.filter(saysNothing).map(elsewhere)]
}

/** "The first one": what stands there is the desk's to say, and may change. */
const choosesByPlace = ({ text, question }: Lesson, language: string): boolean =>
  /^(topic|symptom)/.test(question) &&
  flat(text)
    .split(/[^a-z0-9]+/)
    .some((word) => lexiconOf(language).choicePlaces.has(word))

/** What tells nothing at the first question tells nothing later: "hello", "I have a problem". */
const saysNothing = ({ question, means }: Lesson): boolean =>
  question === 'open' && means.length === 1 && means[0] === 'unclear'

/** At every later question they would outweigh the lists (a point fewer turns right); each stands at one. */
const elsewhere = (lesson: Lesson, i: number): Lesson => {
  return { ...lesson, question: ['topic', ...later][i % (later.length + 1)] }
}

/** The turns of lessons.fr.txt, whose head tells its form. */
function sheetLessons(sheet: string): Lesson[] {
  const lessons: Lesson[] = []
  let [question, means]: [string, string[]] = ['', []]
  for (const line of sheet.split('\n')) {
    const [, asking, topic = null, meanings] = /^\[(\w+)(?::(\w+))?\] (.+)$/.exec(line) ?? []
    if (asking !== undefined) [question, means] = [questionOf(asking, topic), meanings.split('|')]
    else if (line !== '' && !line.startsWith('#')) lessons.push({ text: line, question, means })
  }
  return lessons.flatMap((lesson, i) =>
    topicOfSymptom(desk, lesson.means[0]) === undefined
      ? [lesson]
      : [lesson, { ...lesson, question: problemAsked[i % problemAsked.length] }],
  )
}

/** Questions other than the one for the symptom at which a problem is told. */
const problemAsked = ['open', 'topic']

/** The examples beside the desk's words. */
function deskLessons(file: string): Lesson[] {
  const { topics, symptoms } = wordsFileSchema.parse(Bun.YAML.parse(file))
  return Object.entries({ ...topics, ...symptoms }).flatMap(([name, { examples }]) =>
    examples.map((text) => ({ text, question: 'open', means: [name] })),
  )
}

/** Later questions, at which a name or a greeting answers nothing. The lists have none there; it must not be guessed. */
const later = ['internet', 'mobile'].flatMap((topic) =>
  ['symptom', 'step', 'verify'].map((asking) => questionOf(asking, topic)),
)

/** Fields of a label that a meaning can stand for. */
const readable = new Set(['answer', 'topic', 'intent', 'symptom', 'name'])
const answerCounts = new Set(['verify', 'phoneConfirm', 'callBack'])
const moves = new Set(['human', 'goodbye', 'wait', 'repeat', 'otherDesk'])
/** Words that answer the question for the topic; a longer turn with only a topic in its label may tell a symptom. */
const shortAnswer = 4

/** A line of the project's own lists, where its label says one thing. */
function lessonOf({ state: { asking, known }, text, expected }: Labelled): Lesson[] {
  if (asking === undefined || Object.keys(expected).some((field) => !readable.has(field))) return []
  const { answer, topic, intent, symptom, name } = expected
  const asks = answerCounts.has(asking)
  const answers = answer !== undefined && asks && !moves.has(intent)
  const meaning = answers
    ? answer
    : intent !== undefined && intent !== 'complaint'
      ? intentMeaning(intent, asking)
      : ((name && 'name') ?? symptom ?? topic ?? answer ?? 'unclear')
  const told = meaning === topic && asking !== 'topic' && text.split(' ').length > shortAnswer
  if (told) return []
  return [{ text, question: questionOf(asking, known?.topic ?? null), means: [meaningAt(meaning, asking)] }]
}

function intentMeaning(intent: string, asking: string): string {
  if (intent === 'solved') return 'yes'
  if (intent === 'none') return 'unclear'
  if (asking === 'verify' && intent === 'stuck') return 'no'
  return asking === 'verify' && intent === 'done' ? 'unclear' : intent
}

function meaningAt(meaning: string, asking: string): string {
  if (asking === 'step' && meaning === 'no') return 'stuck'
  if (asking === 'step' && meaning === 'yes') return 'done'
  return meaning === 'otherDesk' ? 'other' : meaning === 'unknown' || meaning === 'null' ? 'unclear' : meaning
}
