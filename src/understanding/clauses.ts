// Cuts a turn into clauses, and reads of each whether something is broken in it, works, or is over: "the TV works, it
// is the Internet that is down". What works or is over is no problem.

import { has, type Lexicon } from './lexicon.ts'
import { flat } from './words.ts'

export type Clause = {
  /** Plain (Lexicon.plain). */
  text: string
  /** `fine`: it works, it works again, or it is somebody else's. `open`: the thing is only mentioned. */
  says: 'broken' | 'fine' | 'open'
}

/** A remark of at most so many words belongs to what follows: "the TV, it works". */
const shortRemark = 3

/**
 * The clauses of a turn.
 *
 * @param text as recognised, or plain: punctuation ends a clause where there is some
 * @param spare is taken out of the plain text before it is cut
 */
export function clausesOf(text: string, lexicon: Lexicon, spare: (plain: string) => string): Clause[] {
  const parts = text.split(/[,;:.!?…]+(?=\s)/).map((part) => spare(lexicon.plain(flat(part))))
  const clauses: Clause[] = []
  for (const clause of parts.flatMap((part) => cut(part, lexicon.clauseStart))) {
    const before = clauses.at(-1)
    const goesOn =
      before !== undefined &&
      (isPlace(before, lexicon) ||
        isLateSubject(before, clause, lexicon) ||
        (isRemark(before, lexicon) && has(lexicon.resumes, clause)))
    const whole = goesOn ? `${before.text} ${clause}` : clause
    if (goesOn) clauses.pop()
    clauses.push({ text: whole, says: polarity(whole, lexicon) })
  }
  return clauses
}

/** A thing that is named before the clause begins: "la télé, elle va bien". */
const isRemark = ({ text, says }: Clause, lexicon: Lexicon): boolean =>
  says === 'open' && text.split(' ').length <= shortRemark && !has(lexicon.resumes, text)

/** "In the kitchen" before "it does not work". */
const isPlace = ({ text, says }: Clause, lexicon: Lexicon): boolean =>
  says === 'open' && has(lexicon.placeAlone, text)

/** "It does not work, the Wi-Fi": most words of a thing that is named behind its own clause. */
const lateSubject = 2

const isLateSubject = (before: Clause, clause: string, lexicon: Lexicon): boolean =>
  before.says === 'broken' &&
  has(lexicon.resumes, before.text) &&
  clause.split(/[ ']/).length <= lateSubject &&
  polarity(clause, lexicon) === 'open'

function cut(text: string, start: RegExp): string[] {
  const from = [0, ...Array.from(text.matchAll(start), ({ index }) => index), text.length]
  return from
    .slice(1)
    .map((to, i) => text.slice(from[i], to).trim())
    .filter((clause) => clause !== '')
}

function polarity(clause: string, lexicon: Lexicon): Clause['says'] {
  if (has(lexicon.over, clause) || has(lexicon.elsewhere, clause)) return 'fine'
  if (has(lexicon.worksNot, clause) || has(lexicon.faulty, clause)) return 'broken'
  return has(lexicon.fine, clause) ? 'fine' : 'open'
}
