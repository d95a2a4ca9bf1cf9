// When the reader counts. The rules stand unless the reader is sure of another meaning and rules out what they read.
// It never ends a call: it knows no farewell, no "it works again", no yes to a number or a call-back, no other desk. It
// takes no number, no wish for a human and no yes away.

import { topicOfSymptom } from '../../desk/desk.ts'
import type { Question } from '../../desk/script.ts'
import { bounded, type Listening } from '../listening.ts'
import type { Understanding } from '../types.ts'
import { questionOf, type Reading, read } from './reader.ts'

/** How sure the reader must be, and how much it may leave to what the rules read. Chosen on folds (see the README). */
const sureFrom = 0.6
/** For a wish for a human, which hands the call over, and for a bare topic, of which there are only two to guess. */
const surerFrom = 0.75
const ruledOutBelow = 0.1

/** In turns of so few words the rules know every word that they read. */
const plainTurn = 4

/** Questions with labelled turns to learn from. */
const questions: ReadonlySet<Question> = new Set([
  ...(['open', 'name', 'phoneConfirm', 'topic', 'symptom', 'step', 'verify', 'callBack'] as const),
])

type Effect = { at: readonly Question[]; gives: Partial<Understanding> }

const everywhere = [...questions]
const isProblemAsked = (asking: Question | undefined): boolean =>
  asking === 'open' || asking === 'topic' || asking === 'symptom'

/** What a meaning may change, and at which questions. A meaning that is not here changes nothing. */
const effects: Readonly<Record<string, readonly Effect[]>> = {
  human: [{ at: everywhere, gives: { intent: 'human' } }],
  repeat: [{ at: everywhere, gives: { intent: 'repeat' } }],
  wait: [{ at: everywhere, gives: { intent: 'wait' } }],
  back: [{ at: everywhere, gives: { intent: 'back' } }],
  robot: [{ at: everywhere, gives: { intent: 'robot' } }],
  refuse: [{ at: ['name'], gives: { intent: 'refuse' } }],
  confused: [{ at: ['step'], gives: { intent: 'confused' } }],
  done: [{ at: ['step'], gives: { intent: 'done' } }],
  stuck: [{ at: ['step', 'verify'], gives: { intent: 'stuck' } }],
  no: [{ at: ['verify', 'phoneConfirm'], gives: { answer: 'no' } }],
  unclear: [{ at: ['step', 'verify', 'phoneConfirm'], gives: {} }],
}

/** Nothing of what callers may mean. */
const empty = { answer: 'unknown', topic: 'unknown', intent: 'none', symptom: null } as const

/** What the reader makes of a turn; undefined where it is not asked. */
export function secondReading(
  text: string,
  { asking, known, desk, language }: Listening,
): Reading | undefined {
  const weights = desk?.words[language]?.reader
  if (weights === undefined || asking === undefined || !questions.has(asking)) return undefined
  return read(bounded(text), questionOf(asking, known?.topic ?? null), weights)
}

/**
 * What counts when the rules and the reader have read a turn.
 *
 * @returns `rules` itself when they stand
 */
export function withReading(
  rules: Understanding,
  reading: Reading | undefined,
  state: Listening,
): Understanding {
  if (reading === undefined || stands(rules, state)) return rules
  const gives = effectOf(reading.meaning, state)
  if (gives === undefined || reading.sure < sureEnough(gives)) return rules
  const meant = meaningsOf(rules, state)
  if (meant.length > 0 && rules.wordCount <= plainTurn) return rules
  if (meant.some((meaning) => !reading.knows(meaning))) return rules
  const left = meant.reduce((sum, meaning) => sum + reading.sureOf(meaning), 0)
  if (left > ruledOutBelow) return rules
  const name = state.asking === 'name' ? null : rules.name
  return { ...rules, ...empty, name, ...gives }
}

function sureEnough({ intent, topic, symptom }: Partial<Understanding>): number {
  const bareTopic = topic !== undefined && symptom === undefined
  return intent === 'human' || bareTopic ? surerFrom : sureFrom
}

/** Readings of the rules that no other reading may take away. */
function stands(rules: Understanding, { asking, known }: Listening): boolean {
  const number = rules.phone !== null || rules.digits !== null || rules.ambiguous
  const beside = rules.objects || rules.givesOrders || rules.anotherProblem || rules.language !== null
  const ends = rules.intent === 'human' || rules.intent === 'otherDesk' || rules.intent === 'solved'
  const says = rules.answer === 'yes' && (asking === 'verify' || asking === 'phoneConfirm')
  // Nobody labelled turns that turn to another problem; the reader takes them for answers.
  const topic = known?.topic ?? null
  const turns = topic !== null && rules.topic !== 'unknown' && rules.topic !== topic
  return number || beside || ends || says || turns
}

function effectOf(meaning: string, { asking, desk }: Listening): Partial<Understanding> | undefined {
  if (asking === undefined || desk === undefined) return undefined
  const effect = effects[meaning]?.find(({ at }) => at.includes(asking))
  if (effect !== undefined || !isProblemAsked(asking)) return effect?.gives
  if (desk.topics.some(({ name }) => name === meaning)) return { topic: meaning }
  const topic = topicOfSymptom(desk, meaning)
  return topic === undefined ? undefined : { topic, symptom: meaning }
}

/** What the rules read, in the words of the reader. At a step a yes is "done" and a no is "it does not work". */
function meaningsOf({ answer, intent, topic, symptom }: Understanding, { asking }: Listening): string[] {
  const meanings = new Set<string>()
  const step = asking === 'step'
  if (answer === 'yes') meanings.add(step ? 'done' : 'yes')
  if (answer === 'no') meanings.add(step ? 'stuck' : 'no')
  if (intent !== 'none') meanings.add(intent === 'stuck' && asking === 'verify' ? 'no' : intent)
  if (topic !== 'unknown') meanings.add(topic)
  if (symptom !== null) meanings.add(symptom)
  return [...meanings]
}
