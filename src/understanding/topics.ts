// Reads which of the desk's topics it is about, and what is broken. Words have weights; the heaviest topic wins, and a
// draw is no answer.

import { type Desk, stepsOf, symptomOf, topicOf } from '../desk/desk.ts'
import type { DeskWords, SymptomWords } from '../desk/desk-words.ts'
import { type Clause, clausesOf } from './clauses.ts'
import { has, type Lexicon } from './lexicon.ts'
import type { Understanding } from './types.ts'
import { flat } from './words.ts'

/** What the turn says is broken. */
export type Problem = { topic: Understanding['topic']; symptom: string | null }

/** A topic wins only if it is heavier than the next by this much. */
const clearMargin = 0.5
/** What is said to be broken weighs so much more. */
const brokenShare = 0.5
/** From this weight on a word names the topic by itself: box, fibre, mobile, SIM. */
const strongWeight = 3

/** What the caller was asked to choose. */
type Choice = 'topic' | 'symptom' | undefined

const nothing: Problem = { topic: 'unknown', symptom: null }

/**
 * Reads topic and symptom of a turn.
 *
 * @param said as recognised, or plain (Lexicon.plain)
 * @param known the topic of the call so far: its symptoms count without naming the topic
 * @param choosing what the question was: which topic, or which symptom of the known topic
 */
export function readProblem(
  said: string,
  desk: Desk,
  lexicon: Lexicon,
  { language, known, choosing }: { language: string; known: string | null; choosing: Choice },
): Problem {
  const words = desk.words[language]
  if (words === undefined) return nothing
  const all = clausesOf(said, lexicon, (plain) => plain.replace(words.notAbout, ' '))
  const clauses = troubled(all, words)
  const about = textOf(clauses)
  if (choosing === 'symptom' && known !== null) {
    const symptom = readSymptom(clauses, desk, words, known)
    const overlaps = words.overlap.some(({ pattern }) => has(pattern, about))
    const namesOther =
      !overlaps &&
      desk.topics.some(({ name }) => name !== known && strongest(about, words, name) >= strongWeight)
    const names = strongest(about, words, known) >= strongWeight
    if (symptom !== null && (!namesOther || names)) return { topic: known, symptom }
  }
  const broken = textOf(clauses.filter(({ says }) => says === 'broken'))
  const chosen = choosing === 'topic' ? chosenTopic(said, desk, words, lexicon) : undefined
  const topic = chosen ?? readTopic(about, broken, desk, words)
  const context = topic === 'unknown' ? known : topic
  if (context === null) return { topic, symptom: null }
  return { topic, symptom: readSymptom(clauses, desk, words, context) }
}

const textOf = (clauses: readonly Clause[]): string => clauses.map(({ text }) => text).join(' ')

/** The clauses that may tell of a problem. "The Wi-Fi works here but not upstairs": what is broken is what works. */
function troubled(all: readonly Clause[], words: DeskWords): readonly Clause[] {
  const clauses = all.filter(({ says }) => says !== 'fine')
  const text = textOf(clauses)
  const names = Object.keys(words.topics).some((topic) => strongest(text, words, topic) > 0)
  return names || !clauses.some(({ says }) => says === 'broken')
    ? clauses
    : all.map((clause) => (clause.says === 'fine' ? { ...clause, says: 'open' } : clause))
}

/** "The one at home", "not the mobile": undefined unless it is exactly one of them. */
export function chosenTopic(
  said: string,
  desk: Desk,
  words: DeskWords,
  lexicon: Lexicon,
): string | undefined {
  const plain = lexicon.plain(flat(said))
  const chosen = desk.topics.filter(({ name }) => has(words.topics[name].chosenBy, plain))
  return chosen.length === 1 ? chosen[0]!.name : undefined
}

function readTopic(text: string, broken: string, { topics }: Desk, words: DeskWords): Understanding['topic'] {
  if (has(words.both, text)) return 'unknown'
  let heaviest = { name: 'unknown', weight: 0 }
  let second = 0
  for (const { name } of topics) {
    const weight = weigh(text, words, name) + weigh(broken, words, name) * brokenShare
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

/** How many of a symptom's services are dead. A clause of another fault ("slow") says that of none. */
function deadServices(dead: readonly string[], one: SymptomWords, others: readonly SymptomWords[]): number {
  const { severalOf } = one
  const only = dead.filter((text) => {
    const rest = severalOf.reduce((left, service) => left.replace(service, ' '), text)
    return !others.some((other) => other !== one && has(other.pattern, rest))
  })
  return severalOf.filter((service) => only.some((text) => has(service, text))).length
}

/** What a clause adds to its symptom: it says that the thing is broken, or only mentions it. */
const votes = { broken: 3, open: 1, fine: 0 }
/** A turn of more clauses is a story. */
const storyClauses = 5
/** What a symptom needs in a story: a clause that names what is broken, or two vague ones. */
const storyVotes = 2
/** "It does not work" says less than a clause that names the thing. */
const vagueShare = 0.4

/**
 * The symptom that the clauses speak for most; null without one, or when two are equally likely. Several services that
 * are dead at once outweigh each of them.
 */
function readSymptom(clauses: readonly Clause[], desk: Desk, words: DeskWords, topic: string): string | null {
  const names = topicOf(desk, topic)?.symptoms.map(({ name }) => name) ?? []
  const own = words.symptoms.filter(({ name }) => names.includes(name))
  const dead = clauses.filter(({ says }) => says === 'broken').map(({ text }) => text)
  const general = names[0]!
  const special = own.filter(({ name }) => name !== general)
  const all = own.find((one) => deadServices(dead, one, special) > 1)
  const isOutside = ({ name }: SymptomWords) => symptomOf(desk, name)?.course.kind === 'callBack'
  const troubles = clauses.filter(({ says }) => says !== 'fine')
  // "Neither the Internet nor the television, in the whole street": nothing in the home is at fault.
  if (all !== undefined) return (named(troubles, special.filter(isOutside)) ?? all).name
  const sums = new Map<string, number>()
  let vague = 0
  let last = general
  for (const { text, says } of clauses) {
    const namesThing = strongest(text, words, topic) > 0
    const best = heaviest(text, own, general, words)
    if (namesThing || (best !== undefined && best !== general)) last = best ?? general
    const add = (name: string, many: number) => sums.set(name, (sums.get(name) ?? 0) + many)
    // "The Wi-Fi, it cuts out": what names no thing is said of the thing before.
    if (best !== undefined && (namesThing || best !== general)) add(best, votes[says])
    else if (last !== general && !namesThing && says === 'broken') add(last, votes.open)
    else if (best !== undefined) vague += votes[says] * vagueShare
  }
  // Once the caller has said what is broken, "it does not work" adds nothing.
  const isNamed = [...sums].some(([name, sum]) => name !== general && sum >= votes.broken)
  if (vague > 0 && !isNamed) sums.set(general, (sums.get(general) ?? 0) + vague)
  const [first, second] = [...sums].toSorted((one, other) => other[1] - one[1])
  if (first === undefined || first[1] === second?.[1]) return null
  // In a long story a thing that is only mentioned is no complaint.
  return clauses.length > storyClauses && first[1] < storyVotes ? null : first[0]
}

const named = (clauses: readonly Clause[], symptoms: readonly SymptomWords[]): SymptomWords | undefined =>
  symptoms.find(({ pattern }) => clauses.some(({ text }) => has(pattern, text)))

const rankOf = ({ name, weight }: SymptomWords, general: string): number => (name === general ? 0 : weight)

/** The symptom that weighs most in a clause. What the caller tells of having tried is no complaint of its own. */
function heaviest(
  text: string,
  own: readonly SymptomWords[],
  general: string,
  { tried }: DeskWords,
): string | undefined {
  const found = own.filter(({ pattern }) => has(pattern, text))
  const special = found.filter(({ name }) => name !== general)
  if (special.length === 0) return found[0]?.name
  const rest = tried.reduce((left, { pattern }) => left.replace(pattern, ' '), text)
  const told = found
    .filter(({ pattern }) => has(pattern, rest))
    .toSorted((one, other) => rankOf(other, general) - rankOf(one, general))
  return told[0]?.name
}

/**
 * The steps that the caller tells of having tried, by their names. "I switched it off and on" is the first step of the
 * problem that is done so.
 *
 * @param text plain (Lexicon.plain)
 */
export function readTried(
  text: string,
  desk: Desk,
  language: string,
  known: { topic: string | null; symptom: string | null },
): readonly string[] {
  const tried = desk.words[language]?.tried ?? []
  const named = tried.filter(({ pattern }) => has(pattern, text)).map(({ name }) => name)
  const its = stepsOf(desk, known).flatMap(({ name }) =>
    tried.filter((one) => one.name === name && has(one.it, text)),
  )
  const firsts = its.filter(({ it }, at) => its.findIndex((one) => one.it.source === it.source) === at)
  // "The decoder, I restarted it" has named its thing.
  const unnamed = firsts.filter(
    ({ it }) => !tried.some((one) => named.includes(one.name) && one.it.source === it.source),
  )
  return [...named, ...unnamed.map(({ name }) => name).filter((name) => !named.includes(name))]
}

/** The facts about the caller that the turn tells of, by their names. */
export function readNotes(text: string, desk: Desk, language: string): readonly string[] {
  const notes = desk.words[language]?.notes ?? []
  return notes.filter(({ pattern, but }) => has(pattern, text.replace(but, ' '))).map(({ name }) => name)
}
