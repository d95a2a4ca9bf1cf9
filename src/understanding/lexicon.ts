// The shape of a language's rules: patterns over plain text, as data. The order inside a list does not
// matter; how the lists weigh against each other is in answers.ts, intents.ts and topics.ts.

import type { Topic } from '../desk/types.ts'

export type Lexicon = {
  /** Flat text made plain: the recogniser's slips put right, words left out that answer nothing. */
  plain: (text: string) => string
  /** Idioms that look like the opposite of what they say: yes with a "pas" in it. Taken out before the rest. */
  softYes: RegExp
  /** What is only wondered or supposed: "je ne sais pas si ça marche". Says nothing. */
  supposed: RegExp
  strongYes: RegExp
  weakYes: RegExp
  no: RegExp
  /** A no that nothing later turns round. */
  finalNo: RegExp
  /** Declines an offer, whatever polite words follow: "non, c'est bon". */
  declines: RegExp
  /** Takes an offer by naming a time or a place for it. */
  accepts: RegExp
  /** The caller does not know: no answer, unless a strong one follows. */
  unsure: RegExp
  /** Yes and no in one breath, the one as likely as the other: ask again. */
  torn: RegExp
  /** It works, but: what follows still does not. Only where the question was whether it works. */
  butNot: RegExp
  /** "It works" and "it does not", said of a thing: an answer only where the question was whether it works. */
  works: RegExp
  worksNot: RegExp
  human: {
    noun: RegExp
    wish: RegExp
    /** What the word for a human may have beside it and still be a wish by itself. */
    with: RegExp
    refused: RegExp
    notWish: RegExp
    always: RegExp
  }
  goodbye: RegExp
  /** Gives up, or will call again: the end, save where that declines an offer. */
  leaves: RegExp
  notGoodbye: RegExp
  repeat: RegExp
  /** Asks to repeat when it is all that was said. */
  repeatAlone: RegExp
  wait: RegExp
  notWait: RegExp
  done: RegExp
  notDone: RegExp
  stuck: RegExp
  confused: RegExp
  topics: Readonly<Record<Topic, readonly (readonly [RegExp, number])[]>>
  /** A thing the caller says it is not about; loses its vote. */
  notAbout: RegExp
  /** Internet on a telephone is the mobile's business. */
  mobileData: RegExp
  landline: RegExp
  both: RegExp
  /** Kinds of telephone that tell whose number it is, where one is being given. */
  numberKind: RegExp
  symptoms: Readonly<Record<Topic, readonly (readonly [string, RegExp])[]>>
  asides: Asides
  names: { introduced: readonly RegExp[]; title: RegExp; filler: RegExp; stop: RegExp; tail: RegExp }
}

/** Patterns of the asides, per language. */
export type Asides = {
  /** Another desk's business even when a fault is told with it: ending the contract, buying. */
  otherDesk: RegExp
  /** Another desk's business when no fault is told: bills, prices. */
  otherDeskAlone: RegExp
  notOtherDesk: RegExp
  solved: RegExp
  /** The same while a step is tried: what the caller has, who had nothing. */
  hasAgain: RegExp
  back: RegExp
  /** Words that a turn of `back` may have besides. */
  backWith: RegExp
  refuses: RegExp
  robot: RegExp
  complaint: RegExp
  /** A wait for something that is fetched: what is named is no problem. */
  fetches: RegExp
  /** "I have another problem", without naming it. On flat text. */
  anotherProblem: RegExp
  /** "No other problem". On flat text. */
  noOtherProblem: RegExp
  /** Speaks to the machinery, not to the desk. Too much suspicion only costs the model's help. On flat text. */
  orders: RegExp
}

/** One pattern of alternatives between word borders; a letter, a digit or an apostrophe's word is a border's inside. */
export const anyOf = (...alternatives: string[]): RegExp =>
  new RegExp(`(?<![a-z0-9])(?:${alternatives.join('|')})(?![a-z0-9])`, 'g')

/** Where a pattern last begins in a text, or -1. */
export function lastIndexOf(pattern: RegExp, text: string): number {
  let last = -1
  for (const match of text.matchAll(pattern)) last = match.index
  return last
}

export const has = (pattern: RegExp, text: string): boolean => text.search(pattern) >= 0
