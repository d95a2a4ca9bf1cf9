// What the caller wants of the desk itself: a human, the end, a repetition, time; and how a step went.

import { type Answer, blank } from './answers.ts'
import { has, type Lexicon, lastIndexOf } from './lexicon.ts'
import type { Understanding } from './types.ts'

/** Up to here the word for a human alone is a wish: "un conseiller s'il vous plaît". */
const shortWords = 5

/** @param text flat (words.ts) */
export function readIntent(text: string, lexicon: Lexicon, answer: Answer): Understanding['intent'] {
  if (wantsHuman(text, lexicon)) return 'human'
  if (has(lexicon.goodbye, blank(text, lexicon.notGoodbye))) return 'goodbye'
  if (has(lexicon.repeat, text) || has(lexicon.repeatAlone, text)) return 'repeat'
  const stuck = lastIndexOf(lexicon.stuck, text)
  const done = lastIndexOf(lexicon.done, blank(text, lexicon.notDone))
  const wait = lastIndexOf(lexicon.wait, blank(text, lexicon.notWait))
  if (wait > Math.max(stuck, done) && !(answer.answer !== 'unknown' && answer.at > wait)) return 'wait'
  if (stuck >= 0 && stuck >= done) return 'stuck'
  if (has(lexicon.confused, text)) return 'confused'
  return done >= 0 ? 'done' : 'none'
}

function wantsHuman(text: string, lexicon: Lexicon): boolean {
  const { noun, wish, refused, notWish, always } = lexicon.human
  if (has(always, text)) return true
  const rest = blank(blank(text, refused), notWish)
  if (!has(noun, rest)) return false
  return has(wish, rest) || text.split(' ').length <= shortWords
}
