// A decision while it is being made: a copy of the state that may be changed, and the lines to say. Every move of the
// machine is built from these few functions; finish() turns the draft into the next state and its decision.

import { type QuestionScript, topicOf } from '../desk/desk.ts'
import { menuAt } from '../desk/keys.ts'
import { menuHuman, pressLine, type Question } from '../desk/script.ts'
import type { DialogueStateName, RecordingChoice } from '../desk/types.ts'
import { phoneFormOf, readGroups } from '../understanding/phone.ts'
import { currentStep, type DialogueState, expectOf, offersLine } from './state.ts'
import type { Decision, Line, Outcome, Transition } from './types.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

export type Draft = {
  /** The state before the input. */
  readonly was: DialogueState
  state: Mutable<DialogueState>
  say: Line[]
  transitions: Transition[]
  ask?: 'technician'
  recording?: RecordingChoice
  language?: string
}

export const draftOf = (state: DialogueState): Draft => ({
  ...{ was: state, state: { ...state } },
  ...{ say: [], transitions: [] },
})

/** Lines that only lead up to a question: "repeat" leaves them out. */
const leadIns = new Set([
  ...['ok', 'still_there', 'no_match', 'unheard', 'keys_only', 'hold', 'wait', 'confirm_phone_no'],
  ...['phone_invalid', 'no_identity', 'thanks_name', 'sorry_trouble', 'new_problem', 'next_step'],
  ...['steps_intro', 'empathy', 'automatic'],
  ...['recording_stopped', 'recording_agreed', 'recording_declined', 'not_recorded'],
  ...['recording_notice_again', 'recording_notice_again_keys', 'language_changed', 'language_lost'],
])

/** Adds a line by its name; the variants of a line take turns. */
export function say(draft: Draft, name: string): Draft {
  const { texts, desk, language } = draft.state
  const line = texts.lines[name] ?? desk.lines[language]?.[name]
  if (line === undefined) throw new Error(`no line '${name}' in the texts '${language}'`)
  const count = draft.state.used[name] ?? 0
  draft.state.used = { ...draft.state.used, [name]: count + 1 }
  draft.say.push({ name, text: typeof line === 'string' ? line : line[count % line.length] })
  return draft
}

/** Adds a number, read in pairs of digits; with an odd count the first digit is read alone. */
export function sayNumber(draft: Draft, digits: string): Draft {
  const odd = digits.length % 2
  const pairs = odd === 1 ? [digits[0]] : []
  for (let i = odd; i < digits.length; i += 2) pairs.push(digits.slice(i, i + 2))
  for (const pair of pairs) draft.say.push({ name: `numbers.${pair}`, text: draft.state.texts.numbers[pair] })
  return draft
}

/** Moves to another state; staying in the same one is not a transition. */
export function go(draft: Draft, to: DialogueStateName): Draft {
  if (draft.state.name === to) return draft
  draft.transitions.push({ from: draft.state.name, to })
  draft.state.name = to
  return draft
}

export type Manner = 'ask' | 'rephrase' | 'keys'

/** Opens a question and asks it; in the wording for keys when the caller uses them or speech gives no words. */
export function askQuestion(draft: Draft, question: Question, manner: Manner = 'ask'): Draft {
  const { was } = draft
  const before = draft.say.length
  sayQuestion(draft, question, manner)
  // Asked again, it is a question that the caller has heard already.
  if (was.asking === question && was.stepIndex === draft.state.stepIndex) return draft
  draft.say = draft.say.map((line, at) => (at < before ? line : { ...line, asks: true }))
  return draft
}

function sayQuestion(draft: Draft, question: Question, manner: Manner): Draft {
  const { state } = draft
  state.asking = question
  const asked = byVoice(state) ? manner : 'keys'
  const script = { ...state.desk.questions[question], ...(question === 'symptom' ? symptomLines(state) : {}) }
  const line = script[asked]
  if (line === undefined) return sayMenu(draft, question)
  switch (question) {
    case 'phone':
      if (state.name === 'goodbye' && manner === 'ask')
        say(draft, byVoice(state) ? 'ask_call_back_phone' : 'ask_call_back_phone_keys')
      else say(draft, line)
      return draft
    case 'phoneConfirm': {
      const isLine = state.line === 'asking'
      sayPhone(say(draft, isLine ? 'confirm_line_before' : 'confirm_phone_before'), state.pending)
      if (!isLine) return say(draft, line)
      return say(draft, asked === 'keys' ? 'confirm_line_after_keys' : 'confirm_line_after')
    }
    case 'callBack':
      if (!offersLine(state)) return say(draft, line)
      sayPhone(say(draft, 'call_back_line_before'), state.callerNumber)
      return say(draft, asked === 'keys' ? line : 'call_back_line_after')
    case 'step': {
      const step = currentStep(state)
      if (step !== undefined) say(draft, step.say)
      return say(draft, line)
    }
    default:
      return say(draft, line)
  }
}

/** Reads a telephone number in the groups that its country has. */
function sayPhone(draft: Draft, phone: string | null): Draft {
  for (const group of readGroups(phone ?? '', phoneFormOf(draft.state.phoneLanguage))) sayNumber(draft, group)
  return draft
}

/** The topic's question for its symptom. */
function symptomLines({ desk, known }: DialogueState): Pick<QuestionScript, 'ask' | 'rephrase'> {
  const { ask, again } = topicOf(desk, known.topic) ?? {}
  return { ask, rephrase: again }
}

/** "For the Internet, press one …": from the same entries that the keys choose (desk/keys.ts). */
function sayMenu(draft: Draft, question: Question): Draft {
  const { desk, known } = draft.state
  for (const { menu, key } of menuAt(desk, question, known.topic)) sayEntry(draft, menu, key)
  return question === 'symptom' ? draft : sayEntry(draft, menuHuman, '0')
}

function sayEntry(draft: Draft, menu: string, key: string): Draft {
  say(say(draft, menu), pressLine(key))
  for (const line of draft.say.slice(-2)) line.entry = key
  return draft
}

/** Whether to ask for words: the recogniser gives words, and the caller's last turn was not a key. */
export const byVoice = (state: DialogueState): boolean => state.hearsWords && !state.keyed

/** Ends the call with this outcome once the lines have been spoken. */
export function end(draft: Draft, outcome: Outcome): Draft {
  draft.state.ended = outcome
  draft.state.asking = undefined
  return draft
}

/** Resets all counts of silence and misunderstanding: the caller did something that made sense. */
export function understood(draft: Draft): Draft {
  const { state } = draft
  state.noInput = 0
  state.noMatch = 0
  state.unheard = 0
  state.holding = false
  state.presence = false
  return draft
}

/** Turns the draft into the next state and its decision. */
export function finish(draft: Draft): [DialogueState, Decision] {
  const { state, transitions, ask } = draft
  const lines = state.ended === null ? draft.say : draft.say.map(uninterruptible)
  const worthRepeating = lines.filter(({ name }) => !leadIns.has(name) && !/^(?:heard|tried)_/.test(name))
  if (worthRepeating.length > 0) state.last = worthRepeating
  const decision: Decision = { say: lines, expect: expectOf(state), transitions }
  if (ask !== undefined) decision.ask = ask
  if (state.ended !== null) decision.end = state.ended
  if (draft.recording !== undefined) decision.recording = draft.recording
  if (draft.language !== undefined) decision.language = draft.language
  return [state, decision]
}

const uninterruptible = (line: Line): Line => ({ ...line, uninterruptible: true })
