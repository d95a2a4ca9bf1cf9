// What the rules make of a caller's words. Types only.

import type { Topic } from '../desk/types.ts'

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
