// Brings a desk to one of its questions, as a caller does who answers those before it as they were meant; so that a
// sentence can be tried there.

import { type Desk, symptomNames } from '../desk/desk.ts'
import type { Texts } from '../desk/texts.ts'
import { createDialogue, type DialogueState, step } from '../dialogue/dialogue-machine.ts'
import type { DialogueInput } from '../dialogue/types.ts'
import type { Understanding } from '../understanding/types.ts'
import { nothingUnderstood } from '../understanding/understand.ts'

/** The questions to which a desk can be brought, in the order in which a call comes to them. */
export const reachable = [
  ...(['open', 'name', 'phone', 'phoneConfirm', 'topic', 'symptom', 'step', 'verify', 'callBack'] as const),
]
/** One of them. */
export type Reachable = (typeof reachable)[number]

/** The caller of the turns that lead to a question. The number is one of those reserved for fiction (ARCEP). */
export const fictionalCaller = { name: 'Martin', phone: '0639981247' }

const said = (understanding: Partial<Understanding>): DialogueInput => ({
  kind: 'said',
  understanding: { ...nothingUnderstood, wordCount: 3, ...understanding },
})

/** What a caller who answers every question as it was meant does at it. The search finds no technician. */
function plainAnswer(state: DialogueState, topic: string): DialogueInput {
  switch (state.asking) {
    case 'name':
      return said({ name: fictionalCaller.name })
    case 'phone':
      return said({ phone: fictionalCaller.phone })
    case 'phoneConfirm':
      return said({ answer: 'yes' })
    case 'topic':
      return said({ topic })
    case 'symptom':
      return said({ topic, symptom: symptomNames(state.desk, topic)[0] })
    case 'step':
      return said({ intent: 'done' })
    case 'technician':
      return { kind: 'technician', available: false }
    default:
      return said({ answer: 'no' })
  }
}

/**
 * A desk that has just asked a question, after a caller has answered those before it.
 *
 * @param topic named in the caller's first words; at `topic` it is not known, by the nature of the question
 * @param offered the languages to which the caller can change
 */
export function deskAt(
  question: Reachable,
  desk: Desk,
  texts: Texts,
  topic: string | undefined,
  offered: readonly Texts[] = [texts],
): DialogueState {
  const { language } = texts
  let [state] = step(createDialogue({ language, desk, texts, offered, hearsWords: true }), { kind: 'start' })
  while (state.asking !== question) {
    const first = topic === undefined || question === 'topic' ? said({}) : said({ topic })
    const answer = state.asking === 'open' ? first : plainAnswer(state, topic ?? desk.topics[0].name)
    state = step(state, answer)[0]
    if (state.ended !== null) throw new Error(`the call ended before the question '${question}'`)
  }
  return state
}
