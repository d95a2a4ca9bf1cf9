// Keeps the facts that the caller mentions, whatever the question was (name, topic, symptom), and notices when the call
// turns out to be about another problem.

import { type Desk, symptomNames, symptomOf, topicOfSymptom } from '../desk/desk.ts'
import type { DialogueStateName } from '../desk/types.ts'
import type { Understanding } from '../understanding/types.ts'
import type { Draft } from './decision-draft.ts'

/** The states in which the desk is still finding out what is broken. */
export const beforeSteps = (name: DialogueStateName): boolean =>
  name === 'welcome' || name === 'identification' || name === 'diagnostic'

/** Keeps the name, what the technician should know and, before the first step, what is broken. */
export function learn(draft: Draft, said: Understanding): Draft {
  const { state } = draft
  const known = { ...state.known }
  if (said.name !== null && (known.name === null || state.asking === 'name')) known.name = said.name
  const told = said.notes.filter((note) => !known.notes.includes(note))
  if (told.length > 0) known.notes = [...known.notes, ...told]
  const tried = said.tried.filter((step) => ![...known.tried, ...known.stepsDone].includes(step))
  if (tried.length > 0 && beforeSteps(state.name)) known.tried = [...known.tried, ...tried]
  if (beforeSteps(state.name)) {
    const topic = saidTopic(state.desk, said)
    // "Mobile" in "my mobile number is …" names a kind of number, not the topic.
    const numberSaid = said.phone !== null || said.digits !== null || said.ambiguous
    const mayChange = state.name === 'diagnostic' || (state.name === 'identification' && !numberSaid)
    if (topic !== undefined && (known.topic === null || mayChange)) {
      if (known.topic !== topic) known.symptom = null
      known.topic = topic
    }
    // "It still does not work" says less than what is known, so it changes nothing unless it also names the thing.
    const vague = said.topic === 'unknown' && known.symptom !== null && state.asking !== 'symptom'
    if (topic === known.topic && known.topic !== null && !vague)
      known.symptom = saidSymptom(state.desk, said, known.topic) ?? known.symptom
  }
  state.known = known
  return draft
}

const saidTopic = (desk: Desk, said: Understanding): string | undefined =>
  said.topic !== 'unknown'
    ? said.topic
    : said.symptom === null
      ? undefined
      : topicOfSymptom(desk, said.symptom)

const saidSymptom = (desk: Desk, said: Understanding, topic: string): string | null =>
  said.symptom !== null && topicOfSymptom(desk, said.symptom) === topic ? said.symptom : null

type OtherProblem = { topic: string; symptom: string | null }

/**
 * The problem that the caller names once the steps have begun, when it is not the one being worked on; also the first
 * problem of a call that had none. Undefined when the turn names none.
 */
export function otherProblem(draft: Draft, said: Understanding): OtherProblem | undefined {
  const { state } = draft
  const { topic: current } = state.known
  if (beforeSteps(state.name)) return undefined
  // "Yes, on the mobile, because the landline is dead" answers the offer.
  if (state.asking === 'callBack' && said.answer !== 'unknown') return undefined
  const topic = saidTopic(state.desk, said)
  if (topic === undefined) return undefined
  if (topic === current) return otherSymptom(state.desk, state.known.symptom, said, topic)
  const isAnswer = said.answer === 'yes' || said.intent === 'done' || said.intent === 'confused'
  return said.symptom !== null || !isAnswer
    ? { topic, symptom: saidSymptom(state.desk, said, topic) }
    : undefined
}

/**
 * Within the same topic, another symptom counts as another problem only if the caller says that it does not work, not
 * if they merely mention it ("I moved the decoder"). The topic's general symptom never counts: callers use it to say
 * that nothing has helped.
 */
function otherSymptom(
  desk: Desk,
  current: string | null,
  said: Understanding,
  topic: string,
): OtherProblem | undefined {
  const symptom = saidSymptom(desk, said, topic)
  if (symptom === null || current === null || symptom === current || symptom === symptomNames(desk, topic)[0])
    return undefined
  // "Slow" is a fault in itself; for most symptoms the words have to say that it is broken.
  const isFault = symptomOf(desk, symptom)?.isFault === true
  const broken = said.intent === 'stuck' || (said.answer === 'no' && isFault)
  return broken ? { topic, symptom } : undefined
}
