// What the caller tells by the way: who they are, what is broken, and that it is something else after all.

import type { Draft } from './draft.ts'
import { topicOfSymptom } from './script.ts'
import type { DialogueStateName, Topic, Understanding } from './types.ts'

/** The states in which it is still being found out what is broken. */
export const beforeSteps = (name: DialogueStateName): boolean =>
  name === 'welcome' || name === 'identification' || name === 'diagnostic'

/** Keeps what the caller told by the way: the name, and before the solution what is broken. */
export function learn(draft: Draft, said: Understanding): Draft {
  const { state } = draft
  const known = { ...state.known }
  if (said.name !== null && (known.name === null || state.asking === 'name')) known.name = said.name
  if (beforeSteps(state.name) || known.topic === null) {
    const topic = topicOf(said)
    if (topic !== undefined && (known.topic === null || state.name === 'diagnostic')) {
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

export const symptomOf = (said: Understanding, topic: Topic): string | null =>
  said.symptom !== null && topicOfSymptom(said.symptom) === topic ? said.symptom : null

/** The topic of a problem other than the one in hand, told during the solution or after it. */
export function otherProblem(draft: Draft, said: Understanding): Topic | undefined {
  const { state } = draft
  if (state.name !== 'solution' && state.name !== 'verification' && state.name !== 'goodbye') return undefined
  const topic = topicOf(said)
  if (topic === undefined || state.known.topic === null || topic === state.known.topic) return undefined
  const isAnswer = said.answer === 'yes' || said.intent === 'done' || said.intent === 'confused'
  return said.symptom !== null || !isAnswer ? topic : undefined
}
