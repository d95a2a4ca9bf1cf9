// What is known when a turn is read: the open question, the number so far, the desk; and how much of a turn is read.

import type { Desk } from '../desk/desk.ts'
import type { Question } from '../desk/script.ts'
import type { DialogueStateName } from '../desk/types.ts'

/** Where in the dialogue the words were said. A DialogueState fits this type. */
export type Listening = {
  name: DialogueStateName
  language: string
  /** The languages that the call can be in; without it, only its own. */
  offered?: readonly { language: string }[]
  /** The language in whose country the caller's number is. Default: `language`. */
  phoneLanguage?: string
  /** The open question. Without it, the words are read as an answer to any question of the state. */
  asking?: Question
  /** Digits of the number so far. */
  digits?: string
  /** Other readings of the same words (Understanding). */
  otherDigits?: readonly string[]
  /** The number that was read back. */
  pending?: string | null
  known?: { topic: string | null; symptom?: string | null }
  /** Its topics and symptoms are read; none without it. */
  desk?: Desk
}

/** Longest turn, in characters: a story of 200 words has 1 100. The middle of a longer one is left out. */
export const longestTurn = 1_600
/** A long story ends with the wish, the number and what was tried: so much of its end is kept. */
const keptEnd = 1_000

/** Both ends of a turn that is too long; nothing but the middle is lost. */
export const bounded = (text: string): string =>
  text.length <= longestTurn ? text : `${text.slice(0, longestTurn - keptEnd)} … ${text.slice(-keptEnd)}`
