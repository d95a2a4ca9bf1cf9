// Reads what the caller wants of the desk itself (a human, the end, a repetition, time) and how a step went.

import { type Answer, blank } from './answers.ts'
import { has, type Lexicon, lastIndexOf } from './lexicon.ts'
import type { Understanding } from './types.ts'

/**
 * Reads the intent of a turn.
 *
 * @param text plain (Lexicon.plain)
 * @param offered whether the question was an offer that the caller may decline
 * @param doing whether the caller may be doing something that is not finished yet
 */
export function readIntent(
  text: string,
  lexicon: Lexicon,
  answer: Answer,
  offered: boolean,
  doing: boolean,
): Understanding['intent'] {
  if (wantsHuman(text, lexicon)) return 'human'
  const stays = blank(text, lexicon.notGoodbye)
  // In answer to an offered call-back, "I will call again" declines it and is no goodbye.
  const declines = offered && answer.answer === 'no'
  if (has(lexicon.goodbye, stays) || (!declines && has(lexicon.leaves, stays))) return 'goodbye'
  // "Yes, please" accepts what was offered.
  const accepts = offered && answer.answer === 'yes'
  if (has(lexicon.repeat, text) || (!accepts && has(lexicon.repeatAlone, text))) return 'repeat'
  const told = blank(text, lexicon.supposed)
  const stuck = lastIndexOf(lexicon.stuck, told)
  const done = lastIndexOf(lexicon.done, blank(told, lexicon.notDone))
  const paused = blank(text, lexicon.notWait)
  const unfinished = doing ? lastIndexOf(lexicon.notYet, paused) : -1
  const wait = Math.max(lastIndexOf(lexicon.wait, paused), unfinished)
  if (wait > Math.max(stuck, done) && !(answer.answer !== 'unknown' && answer.at > wait)) return 'wait'
  if (stuck >= 0 && stuck >= done) return 'stuck'
  if (has(lexicon.confused, text)) return 'confused'
  return done >= 0 ? 'done' : 'none'
}

function wantsHuman(text: string, lexicon: Lexicon): boolean {
  if (has(lexicon.humanAlways, text)) return true
  const rest = blank(blank(text, lexicon.humanRefused), lexicon.humanNotWish)
  if (!has(lexicon.humanNoun, rest)) return false
  return (
    isNear(rest, lexicon.humanNoun, lexicon.humanWish) ||
    blank(blank(rest, lexicon.humanNoun), lexicon.humanWith).trim() === ''
  )
}

/** Characters between a human and what makes a wish of it: a story that mentions both further apart wishes nothing. */
const nearWish = 40

function isNear(text: string, one: RegExp, other: RegExp): boolean {
  const spans = [...text.matchAll(other)].map(({ index, 0: { length } }) => ({
    from: index,
    to: index + length,
  }))
  return [...text.matchAll(one)].some(({ index, 0: { length } }) =>
    spans.some(({ from, to }) => from - (index + length) <= nearWish && index - to <= nearWish),
  )
}
