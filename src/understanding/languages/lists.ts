// The lists of rules that every language has. Which list outweighs which is decided in answers.ts, intents.ts and
// asides.ts. Their rules are for plain text (plain.yaml) unless a comment says otherwise.

export const listNames = [
  /** Idioms that mean yes and look like no ("pas de problème"). They are taken out before the rest is read. */
  'softYes',
  /** What the caller only wonders: "je ne sais pas si ça marche". It counts as nothing said. */
  'supposed',
  'strongYes',
  'weakYes',
  'no',
  /** A no that stays a no, whatever follows. */
  'finalNo',
  /** Declines an offer, whatever polite words follow: "non, c'est bon". */
  'declines',
  /** Accepts an offer by naming a time or a place for it. */
  'accepts',
  /** Chooses by the place in the question, `<place>`: "the second one". The whole turn, on flat text. */
  'chooses',
  /** The caller does not know: no answer, unless a strong yes or no is said too. */
  'unsure',
  /** Yes and no at once, both equally likely, or a yes that is not meant (irony, a question back): asked again. */
  'torn',
  /** "It works, but …": something still does not. Counts only if the question was whether it works. */
  'butNot',
  /** "It works" and "it does not", said of a thing. An answer only if the question was whether it works. */
  'works',
  'worksNot',
  /** It works for a part or somewhat, or was not tried: neither yes nor no, if the question was whether it works. */
  'undecided',
  /** Where a clause begins (clauses.ts), and how a remark before a comma goes on. */
  'clauseStart',
  'resumes',
  /** A clause that only says where: it belongs to the next one. */
  'placeAlone',
  /** What a clause says of the thing that it names: it works, it works again, it is somebody else's, it is broken. */
  'fine',
  'over',
  'elsewhere',
  'faulty',
  /** Words for a human of this desk, and those that make a wish of them. */
  'humanNoun',
  'humanWish',
  /** Words that may accompany the word for a human when that word alone is the wish. */
  'humanWith',
  'humanRefused',
  /** A human who is only mentioned. */
  'humanNotWish',
  'humanAlways',
  /** The caller does not want to be recorded. */
  'objects',
  'goodbye',
  /** The caller gives up or will call again: the end of the call, unless it declines an offer. */
  'leaves',
  'notGoodbye',
  'repeat',
  /** Asks for a repetition only if nothing else was said. */
  'repeatAlone',
  'wait',
  /** Something is not finished: a wait where the caller is doing it, and nothing while a number is confirmed. */
  'notYet',
  'notWait',
  'done',
  'notDone',
  'stuck',
  'confused',
  /** Business of another desk even if the caller also reports a fault: ending the contract, buying. */
  'otherDesk',
  /** Business of another desk if the caller reports no fault: bills, prices. */
  'otherDeskAlone',
  'notOtherDesk',
  /** It works again, before anything was tried. */
  'solved',
  /** The same while a step is tried: the caller has something again that was missing. */
  'hasAgain',
  'back',
  /** Words that may accompany `back`. */
  'backWith',
  'refuses',
  /** Asks what the name or the number is for: at the name a refusal, at the number a question. */
  'asksWhy',
  'robot',
  'complaint',
  /** The caller goes to fetch something; the thing that is named is not the problem. */
  'fetches',
  /** "I have another problem", without naming it. On flat text. */
  'anotherProblem',
  /** "No other problem". On flat text. */
  'noOtherProblem',
  /** When the caller can be reached: while a number is confirmed it says nothing of the number. */
  'reachable',
  /** Kinds of telephone: while a number is being given they describe the number, not the problem. */
  'numberKind',
  /** Takes back or limits what was said before: a yes beside it needs to be made sure of. */
  'doubts',
  /** Less than "it works": for now, as a rule, or only "ok". The desk makes sure, if it asked whether it works. */
  'hedges',
  /** The number that was read back is somebody else's: the desk makes sure of a yes. */
  'whose',
  /** Speaks to the machinery, not to the desk. A false alarm only costs the model's help. On flat text. */
  'orders',
  /** Asks for a language by its name, `<language>`: "do you speak English?". On flat text. */
  'asksForLanguage',
  /** Does not speak the language that it names; said in the language that the caller speaks. On flat text. */
  'speaksNot',
] as const

export type ListName = (typeof listNames)[number]

/** Lists whose rules read flat text (words.ts), before a language's `plain`. */
export const flatLists: ReadonlySet<ListName> = new Set([
  ...(['chooses', 'anotherProblem', 'noOtherProblem', 'orders', 'asksForLanguage'] as const),
  'speaksNot',
])
