// What the caller tells by the way: who they are, what is broken, and that it is something else after all.

import { symptomNames, topicOfSymptom } from '../desk/script.ts'
import type { DialogueStateName, Topic } from '../desk/types.ts'
import type { Understanding } from '../understanding/types.ts'
import type { Draft } from './decision-draft.ts'

/** The states in which it is still being found out what is broken. */
export const beforeSteps = (name: DialogueStateName): boolean =>
  name === 'welcome' || name === 'identification' || name === 'diagnostic'

/** Keeps what the caller told by the way: the name, and before the solution what is broken. */
export function learn(draft: Draft, said: Understanding): Draft {
  const { state } = draft
  const known = { ...state.known }
  if (said.name !== null && (known.name === null || state.asking === 'name')) known.name = said.name
  if (beforeSteps(state.name)) {
    const topic = topicOf(said)
    // The kind of a number that is being told is no problem.
    const numberSaid = said.phone !== null || said.digits !== null || said.ambiguous
    const mayChange = state.name === 'diagnostic' || (state.name === 'identification' && !numberSaid)
    if (topic !== undefined && (known.topic === null || mayChange)) {
      if (known.topic !== topic) known.symptom = null
      known.topic = topic
    }
    // "It still does not work" says less than what was told before; with the thing named it is told anew.
    const vague = said.topic === 'unknown' && known.symptom !== null && state.asking !== 'symptom'
    if (topic === known.topic && known.topic !== null && !vague)
      known.symptom = symptomOf(said, known.topic) ?? known.symptom
  }
  state.known = known
  return draft
}

const topicOf = (said: Understanding): Topic | undefined =>
  said.topic !== 'unknown' ? said.topic : said.symptom === null ? undefined : topicOfSymptom(said.symptom)

const symptomOf = (said: Understanding, topic: Topic): string | null =>
  said.symptom !== null && topicOfSymptom(said.symptom) === topic ? said.symptom : null

export type Problem = { topic: Topic; symptom: string | null }

/** A problem other than the one in hand, or the first of a call that had none, told when steps are, or could be, over. */
export function otherProblem(draft: Draft, said: Understanding): Problem | undefined {
  const { state } = draft
  const { topic: inHand } = state.known
  if (beforeSteps(state.name)) return undefined
  const topic = topicOf(said)
  if (topic === undefined) return undefined
  if (topic === inHand) return otherSymptom(state.known.symptom, said, topic)
  const isAnswer = said.answer === 'yes' || said.intent === 'done' || said.intent === 'confused'
  return said.symptom !== null || !isAnswer ? { topic, symptom: symptomOf(said, topic) } : undefined
}

/**
 * Of the same topic only what does not work is another problem, not what is named on the way ("I moved the decoder"),
 * and never the topic's general symptom, which is how callers say that nothing has helped.
 */
function otherSymptom(inHand: string | null, said: Understanding, topic: Topic): Problem | undefined {
  const symptom = symptomOf(said, topic)
  if (symptom === null || inHand === null || symptom === inHand || symptom === symptomNames(topic)[0])
    return undefined
  // To be slow is to be broken; of anything else the words have to say so.
  const broken = said.intent === 'stuck' || (said.answer === 'no' && symptom === 'slow')
  return broken ? { topic, symptom } : undefined
}
