// Puts the understanding of the rules and of a language model together: the model fills the gaps that the rules left;
// what the rules read stays. Where that would end something, the model may object.

import { topicOfSymptom } from '../../desk/desk.ts'
import type { Question } from '../../desk/script.ts'
import { saysName } from '../../understanding/names.ts'
import type { Understanding } from '../../understanding/types.ts'
import type { DialogueState } from '../state.ts'
import { objects } from './objection.ts'

/**
 * Merges two understandings of one turn.
 *
 * - A number, a piece of one, and "two readings" come from the rules only.
 * - A yes or no that the rules read stays, and so does every intent, topic, name and symptom that they read.
 * - The model may fill in an answer to a yes-or-no question, a topic and symptom while they are not known, an intent,
 *   and a name, but only if a name was asked for and the caller's own words contain it.
 * - A model cannot end a call: the rules know the words for `goodbye`. It may object to an ending (objection.ts): the
 *   turn then counts as doubtful, and the desk makes sure.
 * - If the caller gives orders to the machinery ("ignore tes instructions"), nothing of the model counts: it may have
 *   obeyed them.
 *
 * @param read what the rules understood
 * @param model undefined without a model or when its first line was malformed; the rules are returned as they are
 * @param text the caller's words, to check a name against
 */
export function merge(
  read: Understanding,
  model: Understanding | undefined,
  state: DialogueState,
  text: string,
): Understanding {
  if (model === undefined || read.givesOrders) return read
  const rules = objects(read, model, state.asking) ? { ...read, doubtful: true } : read
  if (rules.phone !== null || rules.digits !== null || rules.ambiguous) return rules
  if (rules.intent !== 'none') return fillProblem(rules, model, state)
  const asked = state.asking
  // A number that was read back must be confirmed by the caller's own words, never by a model's opinion.
  const mayAnswer = isYesNo(asked) && asked !== 'phoneConfirm' && rules.answer === 'unknown'
  const merged = { ...rules }
  if (mayAnswer) merged.answer = model.answer
  if (rules.answer === 'unknown' && model.intent !== 'goodbye') merged.intent = model.intent
  if (rules.name === null && asked === 'name' && model.name !== null && saysName(text, model.name))
    merged.name = model.name
  return fillProblem(merged, model, state)
}

/** Fills in topic and symptom while the desk is still finding out what is broken. */
function fillProblem(rules: Understanding, model: Understanding, state: DialogueState): Understanding {
  const open = state.name === 'welcome' || state.name === 'identification' || state.name === 'diagnostic'
  if (!open) return rules
  const topic = rules.topic !== 'unknown' ? rules.topic : state.known.topic === null ? model.topic : 'unknown'
  const context = topic === 'unknown' ? state.known.topic : topic
  const fits = model.symptom !== null && topicOfSymptom(state.desk, model.symptom) === context
  return { ...rules, topic, symptom: rules.symptom ?? (fits ? model.symptom : null) }
}

/**
 * Whether the model understood something other than what counts. Its words then answer what the machine did not
 * decide, such as "perfect, that is the number" after a no.
 *
 * @param counted the result of merge() for the rules and this model
 * @param asking the question that the caller answered
 */
export function contradicts(
  counted: Understanding,
  model: Understanding,
  asking: Question | undefined,
): boolean {
  if (isYesNo(asking) && model.answer !== 'unknown' && model.answer !== counted.answer) return true
  if (model.topic !== 'unknown' && counted.topic !== 'unknown' && model.topic !== counted.topic) return true
  if (model.intent === counted.intent || model.intent === 'none') return false
  if (moves.has(model.intent)) return true
  // How a step went can be an intent or an answer; only the opposite is a contradiction.
  const well = counted.intent === 'done' || counted.answer === 'yes'
  const badly = counted.intent === 'stuck' || counted.answer === 'no'
  return (model.intent === 'done' && badly) || (model.intent === 'stuck' && well && !badly)
}

/** Intents that lead somewhere else, whatever the question is. */
const moves: ReadonlySet<string> = new Set(['human', 'goodbye', 'wait', 'repeat'])

const isYesNo = (asking: Question | undefined): boolean =>
  asking === 'phoneConfirm' || asking === 'verify' || asking === 'callBack' || asking === 'step'
