// The words of the dialogue's door: what it is told, and what it answers. Types only. The session (call/) tells
// it what the caller did; it never learns of audio, time-outs in progress, vendors or wires.

export const dialogueStates = [
  'init',
  'welcome',
  'identification',
  'diagnostic',
  'solution',
  'verification',
  'transfer',
  'goodbye',
  'error',
] as const
export type DialogueStateName = (typeof dialogueStates)[number]

export type Language = 'fr' | 'en'
export type Topic = 'internet' | 'mobile'

/**
 * What the caller wants of the desk, or tells it about the talk itself. The first seven a model may read as well; the
 * asides after them (asides.ts) only the rules do.
 */
export type Intent =
  | 'human'
  | 'repeat'
  | 'wait'
  | 'goodbye'
  /** The step is done. */
  | 'done'
  /** It does not work. */
  | 'stuck'
  | 'confused'
  /** Bills, contracts, sales: another desk's business. */
  | 'otherDesk'
  /** It works again, before anything was tried. */
  | 'solved'
  /** The caller is there (again), and waits for us. */
  | 'back'
  /** The caller does not want to, or cannot, say what was asked. */
  | 'refuse'
  /** Asks whether we are a machine. */
  | 'robot'
  /** Is angry. */
  | 'complaint'
  | 'none'

/** What the rules, or the model where the rules left it open, made of the caller's words. */
export type Understanding = {
  answer: 'yes' | 'no' | 'unknown'
  topic: Topic | 'unknown'
  intent: Intent
  /** A whole number in national form, `0612345678`. */
  phone: string | null
  /** Digits of a number that is not whole yet, in the order said. */
  digits: string | null
  /** The number, or a piece of it, has a second reading: read back or ask, never guess. */
  ambiguous: boolean
  name: string | null
  /** A short word for what is broken, from the script's list. */
  symptom: string | null
}

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

export type DialogueInput =
  /** The call begins. `resumed` when it comes back from a queue that nobody answered. */
  | { kind: 'start'; resumed?: boolean }
  /** The caller's turn in words. */
  | { kind: 'said'; text: string; understanding: Understanding }
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
  kind: 'open' | 'yesNo' | 'number' | 'choice'
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
