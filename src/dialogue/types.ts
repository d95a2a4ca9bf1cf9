// The words of the dialogue's door: what it is told, and what it answers. Types only. The session (call/) tells
// it what the caller did; it never learns of audio, time-outs in progress, vendors or wires.

/** A moment of the desk's own time zone. */
export type Opening = {
  /** Days from today, 0 is today. */
  inDays: number
  /** 0 is Sunday. */
  weekday: number
  /** Of the month, 1 to 31. */
  day: number
  /** 1 to 12. */
  month: number
  /** Since midnight, 0 to 1 439. */
  minute: number
}

import type { DialogueStateName, ExpectKind, Topic } from '../desk/types.ts'
import type { Understanding } from '../understanding/types.ts'
export type DialogueInput =
  /** The call begins. `resumed` when it comes back from a queue that nobody answered. */
  | { kind: 'start'; resumed?: boolean }
  /** The caller's turn in words, as far as it was understood: the words themselves stay outside. */
  | { kind: 'said'; understanding: Understanding }
  | { kind: 'key'; key: string }
  /** Nothing for `Expect.noInputMs` after the agent fell silent. */
  | { kind: 'silence' }
  /** Speech, but no words came out of the recogniser. Neither silence nor a misunderstanding. */
  | { kind: 'unheard' }
  /** The answer to `Decision.ask`. `opens` is when somebody will be there. */
  | { kind: 'technician'; available: boolean; opens?: Opening }
  /** The longest time for a call is up. */
  | { kind: 'timeUp' }
  /** The operator asks for a transfer, or the server is about to stop. */
  | { kind: 'operator'; wants: 'transfer' | 'goodbye' }
  /** Nothing can speak or decide any more. */
  | { kind: 'failed' }

/** One thing to say. Fixed lines lie ready in the phrase cache, which is asked by the text. */
export type Line = {
  text: string
  /** The line's name in `assets/phrases/<language>.json`, for logs and tests. */
  name: string
  /** A line that barge-in does not cut: the goodbye, the transfer. */
  uninterruptible?: boolean
}

/** What comes next from the caller, so that endpointing and the recogniser can be set for it. */
export type Expect = {
  kind: ExpectKind
  /** How long to wait in silence, from the end of the agent's words, before `silence`. */
  noInputMs: number
  /** Words worth listening for, for the recogniser. */
  keyterms: readonly string[]
}

export type Outcome = 'transfer' | 'goodbye' | 'error'

export type Transition = { from: DialogueStateName; to: DialogueStateName }

export type Decision = {
  say: readonly Line[]
  expect: Expect
  /** The session finds out and answers with `technician`; `say` is spoken meanwhile. */
  ask?: 'technician'
  /** When the words are spoken, the call ends this way. */
  end?: Outcome
  transitions: readonly Transition[]
}

/** What is known about the caller and the problem; handed to the technician. */
export type Known = {
  name: string | null
  phone: string | null
  topic: Topic | null
  symptom: string | null
  /** Names of the steps tried, in order. */
  stepsDone: readonly string[]
  callBack: boolean
}
