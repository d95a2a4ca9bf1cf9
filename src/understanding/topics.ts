// Reads whether it is about Internet or mobile, and what is broken. Words have weights; the heavier topic wins, and a
// draw is no answer.

import type { Topic } from '../desk/types.ts'
import { has, type Lexicon } from './lexicon.ts'
import type { Understanding } from './types.ts'

/** What the turn says is broken. */
export type Problem = { topic: Understanding['topic']; symptom: string | null }

/** A topic wins only if it is heavier by this much. */
const clearMargin = 0.5
/** From this weight on a word names the topic by itself: box, fibre, mobile, SIM. */
const strongWeight = 3

/**
 * Reads topic and symptom of a turn.
 *
 * @param text plain (Lexicon.plain)
 * @param known the topic of the call so far: its symptoms count without naming the topic
 * @param choosing whether the question was which symptom of the known topic it is
 */
export function readProblem(text: string, lexicon: Lexicon, known: Topic | null, choosing: boolean): Problem {
  const about = text.replace(lexicon.notAbout, ' ')
  if (choosing && known !== null) {
    const other: Topic = known === 'internet' ? 'mobile' : 'internet'
    const symptom = readSymptom(about, lexicon, known)
    const strongOther = strongest(about, lexicon, other) >= strongWeight && !has(lexicon.mobileData, about)
    const names = strongest(about, lexicon, known) >= strongWeight
    if (symptom !== null && (!strongOther || names)) return { topic: known, symptom }
  }
  const topic = readTopic(about, lexicon)
  const context = topic === 'unknown' ? known : topic
  if (context === null) return { topic, symptom: null }
  return { topic, symptom: readSymptom(about, lexicon, context) }
}

function readTopic(text: string, lexicon: Lexicon): Understanding['topic'] {
  if (has(lexicon.both, text)) return 'unknown'
  const internet = weigh(text, lexicon, 'internet')
  let mobile = weigh(text, lexicon, 'mobile')
  if (has(lexicon.mobileData, text)) mobile += 3
  if (has(lexicon.landline, text)) mobile = 0
  if (Math.abs(internet - mobile) < clearMargin) return 'unknown'
  return internet > mobile ? 'internet' : 'mobile'
}

const weigh = (text: string, lexicon: Lexicon, topic: Topic): number =>
  lexicon.topics[topic].reduce((sum, [pattern, weight]) => sum + (has(pattern, text) ? weight : 0), 0)

const strongest = (text: string, lexicon: Lexicon, topic: Topic): number =>
  lexicon.topics[topic].reduce(
    (most, [pattern, weight]) => (has(pattern, text) ? Math.max(most, weight) : most),
    0,
  )

/** The first symptom of the topic that matches, or null. Special symptoms come before the general one. */
function readSymptom(text: string, lexicon: Lexicon, topic: Topic): string | null {
  return lexicon.symptoms[topic].find(([, pattern]) => has(pattern, text))?.[0] ?? null
}
