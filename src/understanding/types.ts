// What the rules understood in a caller's words. The dialogue gets this and never the words. Types only.

/**
 * What the caller wants of the desk, or says about the call itself. A language model may report the first seven too;
 * the rest (asides.ts) only the rules report.
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
  /** Bills, contracts, sales: the business of another desk. */
  | 'otherDesk'
  /** It works again, before anything was tried. */
  | 'solved'
  /** The caller is there (again) and waits for us. */
  | 'back'
  /** The caller does not want to say what was asked, or cannot. */
  | 'refuse'
  /** The caller asks whether we are a machine. */
  | 'robot'
  /** The caller is angry. */
  | 'complaint'
  | 'none'

/** What the rules understood; a language model may have filled gaps (dialogue/model/merge.ts). */
export type Understanding = {
  answer: 'yes' | 'no' | 'unknown'
  /** A topic of the desk, or `unknown`. */
  topic: string
  intent: Intent
  /** A whole number in national form, `0612345678`. */
  phone: string | null
  /** Digits of a number that is not whole yet, in the order said. */
  digits: string | null
  /** Other readings of the same words, the likeliest first: what the caller says next decides. */
  otherDigits: readonly string[]
  /** The number, or a piece of it, has a second reading: read it back or ask, never guess. */
  ambiguous: boolean
  name: string | null
  /** A short word for what is broken, from the script's list. */
  symptom: string | null
  /** Facts about the caller that the technician should know, by the desk's names for them. */
  notes: readonly string[]
  /** Steps that the caller tells of having tried, by the desk's names for them. */
  tried: readonly string[]
  /** The caller has another problem and has not said yet which: the last one is settled, and the desk asks anew. */
  anotherProblem: boolean
  /** Another language, which the caller asks for and the call can be in. The other fields hold the rest of the turn. */
  language: string | null
  /** The caller does not want to be recorded. The other fields hold what the rest of the turn says. */
  objects: boolean
  /** The caller speaks to the machinery ("ignore your instructions"): a language model must not answer this turn. */
  givesOrders: boolean
  /** The turn says more than its answer or farewell explains: before it ends something, the desk makes sure. */
  doubtful: boolean
  /** The turn is an answer or a farewell in a few words and nothing else: it may end something at once. */
  evident: boolean
  /** How many words were said, counted between spaces. */
  wordCount: number
}
