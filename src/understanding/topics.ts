// Reads which of the desk's topics it is about, and what is broken. Words have weights; the heaviest topic wins, and a
// draw is no answer.

import { type Desk, topicOf } from '../desk/desk.ts'
import type { DeskWords } from '../desk/desk-words.ts'
import { readAnswer } from './answers.ts'
import { has, type Lexicon } from './lexicon.ts'
import { lexiconOf } from './lexicons.ts'
import type { Understanding } from './types.ts'

/** What the turn says is broken. */
export type Problem = { topic: Understanding['topic']; symptom: string | null }

/** A topic wins only if it is heavier than the next by this much. */
const clearMargin = 0.5
/** From this weight on a word names the topic by itself: box, fibre, mobile, SIM. */
const strongWeight = 3

const nothing: Problem = { topic: 'unknown', symptom: null }

/**
 * Reads topic and symptom of a turn.
 *
 * @param text plain (Lexicon.plain)
 * @param known the topic of the call so far: its symptoms count without naming the topic
 * @param choosing whether the question was which symptom of the known topic it is
 */
export function readProblem(
  text: string,
  desk: Desk,
  language: string,
  known: string | null,
  choosing: boolean,
): Problem {
  const words = desk.words[language]
  if (words === undefined) return nothing
  const lexicon = lexiconOf(language)
  const about = text.replace(words.notAbout, ' ')
  if (choosing && known !== null) {
    const symptom = readSymptom(about, desk, words, known, lexicon)
    const overlaps = words.overlap.some(({ pattern }) => has(pattern, about))
    const namesOther =
      !overlaps &&
      desk.topics.some(({ name }) => name !== known && strongest(about, words, name) >= strongWeight)
    const names = strongest(about, words, known) >= strongWeight
    if (symptom !== null && (!namesOther || names)) return { topic: known, symptom }
  }
  const topic = readTopic(about, desk, words)
  const context = topic === 'unknown' ? known : topic
  if (context === null) return { topic, symptom: null }
  return { topic, symptom: readSymptom(about, desk, words, context, lexicon) }
}

function readTopic(text: string, { topics }: Desk, words: DeskWords): Understanding['topic'] {
  if (has(words.both, text)) return 'unknown'
  let heaviest = { name: 'unknown', weight: 0 }
  let second = 0
  for (const { name } of topics) {
    const weight = weigh(text, words, name)
    if (weight > heaviest.weight) {
      second = heaviest.weight
      heaviest = { name, weight }
    } else if (weight > second) second = weight
  }
  return heaviest.weight - second < clearMargin ? 'unknown' : heaviest.name
}

function weigh(text: string, { topics, overlap }: DeskWords, topic: string): number {
  const { words, never } = topics[topic]
  if (has(never, text)) return 0
  const own = words.reduce((sum, { pattern, weight }) => sum + (has(pattern, text) ? weight : 0), 0)
  const over = overlap.filter((one) => one.topic === topic && has(one.pattern, text))
  return over.reduce((sum, { weight }) => sum + weight, own)
}

const strongest = (text: string, { topics }: DeskWords, topic: string): number =>
  topics[topic].words.reduce(
    (most, { pattern, weight }) => (has(pattern, text) ? Math.max(most, weight) : most),
    0,
  )

/**
 * The symptom of the topic that the turn complains of most, or null. One that matches alone is taken as it is; among
 * several, each clause votes, and what a clause says to work is not broken. Between equal ones the order of the desk's
 * words decides: special symptoms come before the general one.
 */
function readSymptom(
  text: string,
  desk: Desk,
  { symptoms }: DeskWords,
  topic: string,
  lexicon: Lexicon,
): string | null {
  const own = topicOf(desk, topic)?.symptoms ?? []
  const isOwn = (name: string) => own.some((symptom) => symptom.name === name)
  const said = symptoms.filter(([name, pattern]) => isOwn(name) && has(pattern, text))
  if (said.length < 2) return said[0]?.[0] ?? null
  let most: { name: string; votes: number } = { name: said[0]![0], votes: 0 }
  const clauses = clausesOf(text, lexicon)
  for (const [name, pattern] of said) {
    const votes = clauses.reduce((sum, { words, weight }) => sum + (has(pattern, words) ? weight : 0), 0)
    if (votes > most.votes) most = { name, votes }
  }
  return most.name
}

type Clause = { words: string; weight: number }

/** The clauses of a turn: one that says that a thing works has no weight, one that says that it does not has two. */
function clausesOf(text: string, lexicon: Lexicon): Clause[] {
  const words: string[] = []
  let from = 0
  for (const { index } of text.matchAll(lexicon.clauseBreaks)) {
    words.push(text.slice(from, index))
    from = index
  }
  words.push(text.slice(from))
  return words.map((clause) => {
    const { answer } = readAnswer(clause, lexicon, true)
    return { words: clause, weight: answer === 'yes' ? 0 : answer === 'no' ? 2 : 1 }
  })
}

/** The facts about the caller that the turn tells of, by their names. */
export function readNotes(text: string, desk: Desk, language: string): readonly string[] {
  const notes = desk.words[language]?.notes ?? []
  return notes.filter(({ pattern, but }) => has(pattern, text.replace(but, ' '))).map(({ name }) => name)
}
