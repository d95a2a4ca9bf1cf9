// When the reader counts. The rules stand unless the reader is sure of another meaning and rules out what they read.
// It never ends a call: it knows no farewell, no "it works again", no yes to a number or a call-back, no other desk. It
// takes no number and no wish for a human away, and a yes only where it is surest of a no.

import { type Desk, topicOfSymptom } from '../../desk/desk.ts'
import type { Question } from '../../desk/script.ts'
import { blank } from '../answers.ts'
import { namesPlace } from '../choices.ts'
import { has, type Lexicon } from '../lexicon.ts'
import { lexiconOf } from '../lexicons.ts'
import { bounded, type Listening } from '../listening.ts'
import { chosenTopic } from '../topics.ts'
import type { Intent, Understanding } from '../types.ts'
import { flat } from '../words.ts'
import { questionOf, type Reading, read } from './reader.ts'

/** How sure the reader must be. Chosen on callers that neither had learnt (test/understanding/callers/README.md). */
const sureFrom = 0.6
/** For a wish for a human, which hands the call over, a bare topic, of which there are few, and to ask again. */
const surerFrom = 0.8
/** Against a yes that ends something, and against a change of topic. */
const surestFrom = 0.9
/** What it may leave to the meanings that the rules read. */
const ruledOutBelow = 0.07

/** In turns of so few words the rules know every word that they read. */
const plainTurn = 2

/** In these an intent is said on purpose, and not beside an answer. */
const shortTurn = 3

/** Questions with labelled turns to learn from. */
const questions: ReadonlySet<Question> = new Set([
  ...(['open', 'name', 'phoneConfirm', 'topic', 'symptom', 'step', 'verify', 'callBack'] as const),
])

/** A longer turn tells what it is about in other ways than by the name of the thing. */
const briefTurn = 12

type Effect = { at: readonly Question[]; gives: Partial<Understanding> }

const everywhere = [...questions]
const isProblemAsked = (asking: Question | undefined): boolean =>
  asking === 'open' || asking === 'topic' || asking === 'symptom'
const isEnding = (asking: Question | undefined): boolean => asking === 'verify' || asking === 'phoneConfirm'

/** What a meaning may change, and at which questions. A meaning that is not here changes nothing. */
const effects: Readonly<Record<string, Effect>> = {
  human: { at: everywhere, gives: { intent: 'human' } },
  repeat: { at: everywhere, gives: { intent: 'repeat' } },
  wait: { at: everywhere, gives: { intent: 'wait' } },
  back: { at: everywhere, gives: { intent: 'back' } },
  robot: { at: everywhere, gives: { intent: 'robot' } },
  refuse: { at: ['name'], gives: { intent: 'refuse' } },
  confused: { at: ['step'], gives: { intent: 'confused' } },
  done: { at: ['step'], gives: { intent: 'done' } },
  stuck: { at: ['step', 'verify'], gives: { intent: 'stuck' } },
  no: { at: ['verify', 'phoneConfirm'], gives: { answer: 'no' } },
  unclear: { at: ['symptom', 'step', 'verify', 'phoneConfirm'], gives: {} },
}

/** Nothing of what callers may mean. */
const empty = { answer: 'unknown', topic: 'unknown', intent: 'none', symptom: null } as const

/** Intents that the rules may read beside an answer which the reader confirms: "oui, attendez, on fait comme ça". */
const besideAnswer: ReadonlySet<Intent> = new Set<Intent>(['wait', 'repeat'])

/** What the reader makes of a turn; undefined where it is not asked, and for a topic that it has not learnt. */
export function secondReading(
  text: string,
  { asking, known, desk, language }: Listening,
): Reading | undefined {
  const weights = desk?.words[language]?.reader
  if (weights === undefined || asking === undefined || !questions.has(asking)) return undefined
  // "The television does, the landline does not": an answer in part stays one.
  const lexicon = lexiconOf(language)
  const plain = lexicon.plain(flat(bounded(text)))
  if (asking === 'verify' && has(lexicon.undecided, plain)) return undefined
  // "Pas d'erreur" has the words of a no: the reader does not know such idioms when they are all that was said.
  if (asking === 'phoneConfirm' && isIdiom(plain, lexicon)) return undefined
  // What stands at a place is the desk's to say, not what it was when the reader was trained; and so is what the words
  // of its `chosenBy` choose, which may be a denial: "not the mobile".
  if (namesPlace(flat(bounded(text)), lexicon) || chooses(bounded(text), desk!, language, asking))
    return undefined
  const topic = known?.topic ?? null
  if (topic !== null && !weights.meanings.includes(topic)) return undefined
  return read(bounded(text), questionOf(asking, topic), weights)
}

/** Most words beside an idiom that says yes ("y a pas d'erreur"), where it is all of the turn. */
const besideIdiom = 2

const isIdiom = (plain: string, { softYes }: Lexicon): boolean =>
  has(softYes, plain) && blank(plain, softYes).split(/ +/).filter(Boolean).length <= besideIdiom

function chooses(text: string, desk: Desk, language: string, asking: Question): boolean {
  const words = desk.words[language]
  return (
    asking === 'topic' &&
    words !== undefined &&
    chosenTopic(text, desk, words, lexiconOf(language)) !== undefined
  )
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
  const { asking } = state
  if (reading === undefined || stands(rules, asking)) return rules
  if (rules.answer === 'yes' && isEnding(asking)) return objected(rules, reading, state)
  if (confirms(rules, reading, asking)) return { ...rules, intent: 'none' }
  const gives = effectOf(reading.meaning, state)
  if (gives === undefined || reading.sure < sureEnough(gives, rules, state)) return rules
  const meant = meaningsOf(rules, state)
  if (meant.length > 0 && rules.wordCount <= plainTurn) return rules
  if (meant.some((meaning) => !reading.knows(meaning))) return rules
  const left = meant.reduce((sum, meaning) => sum + reading.sureOf(meaning), 0)
  if (left > ruledOutBelow) return rules
  return replaced(rules, gives, state)
}

const replaced = (
  rules: Understanding,
  gives: Partial<Understanding>,
  { asking }: Listening,
): Understanding => ({ ...rules, ...empty, name: asking === 'name' ? null : rules.name, ...gives })

/** Readings of the rules that no other reading may take away. */
function stands(rules: Understanding, asking: Question | undefined): boolean {
  const number = rules.phone !== null || rules.digits !== null || rules.ambiguous
  const beside = rules.objects || rules.givesOrders || rules.anotherProblem || rules.language !== null
  // The lists have callers who do not understand at steps only.
  const unlearnt = rules.intent === 'confused' && asking !== 'step'
  return number || beside || unlearnt || ['human', 'otherDesk', 'solved'].includes(rules.intent)
}

/** A yes that would end the call or keep a number, unless the reader is surest of a no. */
function objected(rules: Understanding, { meaning, sure }: Reading, state: Listening): Understanding {
  const stays = meaning !== 'no' || sure < surestFrom || rules.intent === 'goodbye' || turns(rules, state)
  return stays ? rules : replaced(rules, { answer: 'no' }, state)
}

/** Whether the reader hears the answer that the rules read, and not the intent beside it. No to a call-back ends. */
function confirms(
  { answer, intent, wordCount }: Understanding,
  reading: Reading,
  asking?: Question,
): boolean {
  // "Non, pas encore": it may work in a moment.
  if (wordCount <= shortTurn) return false
  const answers = asking === 'callBack' ? answer === 'yes' : isEnding(asking) && answer === 'no'
  const heard = reading.meaning === answer && reading.sure >= sureFrom
  return answers && heard && besideAnswer.has(intent) && reading.sureOf(intent) <= ruledOutBelow
}

/** Whether the rules read another problem than the call's; where a problem is asked for, another topic. */
function turns({ topic, symptom }: Understanding, { asking, known }: Listening): boolean {
  const before = known?.topic ?? null
  const otherTopic = topic !== 'unknown' && topic !== before
  if (isProblemAsked(asking)) return otherTopic && before !== null
  return otherTopic || (symptom !== null && symptom !== known?.symptom)
}

function sureEnough(gives: Partial<Understanding>, rules: Understanding, state: Listening): number {
  // Nobody labelled turns to another problem elsewhere; the reader takes them for answers.
  if (turns(rules, state)) return state.asking === 'symptom' ? surestFrom : Number.POSITIVE_INFINITY
  const { intent, topic, symptom } = gives
  // "It turns and turns" names no thing: what it is about is a guess.
  const isBrief = rules.wordCount <= briefTurn
  const guesses = state.asking === 'open' && isBrief && topic !== undefined && rules.topic === 'unknown'
  const bareTopic = (topic !== undefined && symptom === undefined) || guesses
  const asksAgain = state.asking === 'symptom' && intent === undefined && topic === undefined
  return intent === 'human' || bareTopic || asksAgain ? surerFrom : sureFrom
}

function effectOf(meaning: string, { asking, desk }: Listening): Partial<Understanding> | undefined {
  if (asking === undefined || desk === undefined) return undefined
  const effect = effects[meaning]
  if (effect?.at.includes(asking)) return effect.gives
  if (!isProblemAsked(asking)) return undefined
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
