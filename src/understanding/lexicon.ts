// The type of a language's rules: patterns for plain text, as data. The order inside a pattern does not matter; which
// pattern outweighs which is in answers.ts, intents.ts and asides.ts. The words for topics and symptoms belong to the
// desk (desk/desk-words.ts).

/** The rules of one language. Patterns are for plain text unless a comment says otherwise. */
export type Lexicon = {
  /** Makes flat text plain: repairs the recogniser's errors and leaves out words that answer nothing. */
  plain: (text: string) => string
  /** Idioms that mean yes and look like no ("pas de problème"). They are taken out before the rest is read. */
  softYes: RegExp
  /** What the caller only wonders: "je ne sais pas si ça marche". It counts as nothing said. */
  supposed: RegExp
  strongYes: RegExp
  weakYes: RegExp
  no: RegExp
  /** A no that stays a no, whatever follows. */
  finalNo: RegExp
  /** Declines an offer, whatever polite words follow: "non, c'est bon". */
  declines: RegExp
  /** Accepts an offer by naming a time or a place for it. */
  accepts: RegExp
  /** The caller does not know: no answer, unless a strong yes or no is said too. */
  unsure: RegExp
  /** Yes and no at once, both equally likely: the desk has to ask again. */
  torn: RegExp
  /** "It works, but …": something still does not. Counts only if the question was whether it works. */
  butNot: RegExp
  /** "It works" and "it does not", said of a thing. An answer only if the question was whether it works. */
  works: RegExp
  worksNot: RegExp
  human: {
    noun: RegExp
    wish: RegExp
    /** Words that may accompany the word for a human when that word alone is the wish. */
    with: RegExp
    refused: RegExp
    notWish: RegExp
    always: RegExp
  }
  /** The caller does not want to be recorded. */
  objects: RegExp
  goodbye: RegExp
  /** The caller gives up or will call again: the end of the call, unless it declines an offer. */
  leaves: RegExp
  notGoodbye: RegExp
  repeat: RegExp
  /** Asks for a repetition only if nothing else was said. */
  repeatAlone: RegExp
  wait: RegExp
  notWait: RegExp
  done: RegExp
  notDone: RegExp
  stuck: RegExp
  confused: RegExp
  /** Kinds of telephone: while a number is being given they describe the number, not the problem. */
  numberKind: RegExp
  asides: Asides
  names: { introduced: readonly RegExp[]; title: RegExp; filler: RegExp; stop: RegExp; tail: RegExp }
}

/** Patterns for what is said beside the question (asides.ts). */
export type Asides = {
  /** Business of another desk even if the caller also reports a fault: ending the contract, buying. */
  otherDesk: RegExp
  /** Business of another desk if the caller reports no fault: bills, prices. */
  otherDeskAlone: RegExp
  notOtherDesk: RegExp
  solved: RegExp
  /** The same while a step is tried: the caller has something again that was missing. */
  hasAgain: RegExp
  back: RegExp
  /** Words that may accompany `back`. */
  backWith: RegExp
  refuses: RegExp
  robot: RegExp
  complaint: RegExp
  /** The caller goes to fetch something; the thing that is named is not the problem. */
  fetches: RegExp
  /** "I have another problem", without naming it. On flat text. */
  anotherProblem: RegExp
  /** "No other problem". On flat text. */
  noOtherProblem: RegExp
  /** Speaks to the machinery, not to the desk. A false alarm only costs the model's help. On flat text. */
  orders: RegExp
}

/** One pattern of alternatives that match whole words: no letter or digit may touch them; an apostrophe may. */
export const anyOf = (...alternatives: string[]): RegExp =>
  new RegExp(`(?<![a-z0-9])(?:${alternatives.join('|')})(?![a-z0-9])`, 'g')

/** Index of the last match, or -1. */
export function lastIndexOf(pattern: RegExp, text: string): number {
  let last = -1
  for (const match of text.matchAll(pattern)) last = match.index
  return last
}

/** Whether a pattern matches anywhere in a text. */
export const has = (pattern: RegExp, text: string): boolean => text.search(pattern) >= 0
