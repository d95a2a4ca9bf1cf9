// The rules first, the model second: what the rules left open the model may fill; what they read stays.

import { type Question, topicOfSymptom } from '../../desk/script.ts'
import { saysName } from '../../understanding/names.ts'
import type { Understanding } from '../../understanding/types.ts'
import type { DialogueState } from '../state.ts'

/**
 * One understanding of two.
 *
 * - A number, a piece of one, and "two readings" are the rules' alone.
 * - A yes or no that the rules read stays, and so does every wish, topic, name and symptom that they read.
 * - The model fills an answer where a yes or no was asked, a topic and symptom as long as they are open, a name only
 *   where a name was asked and the caller's own words hold it, and a wish.
 * - A model cannot end a call: `goodbye` has words of its own, which the rules know.
 * - Where the caller gives orders to the machinery ("ignore tes instructions") nothing of the model counts: it may
 *   have followed them.
 *
 * @param model undefined when there is none or its first line was malformed: the rules as they are
 * @param text the caller's words, to check a name against
 */
export function merge(
  rules: Understanding,
  model: Understanding | undefined,
  state: DialogueState,
  text: string,
): Understanding {
  if (model === undefined || rules.phone !== null || rules.digits !== null || rules.ambiguous) return rules
  if (rules.givesOrders) return rules
  if (rules.intent !== 'none') return fillProblem(rules, model, state)
  const asked = state.asking
  // To read a number back is to have it confirmed by the caller's own words, never by a model's opinion.
  const mayAnswer = isYesNo(asked) && asked !== 'phoneConfirm' && rules.answer === 'unknown'
  const merged = { ...rules }
  if (mayAnswer) merged.answer = model.answer
  if (rules.answer === 'unknown' && model.intent !== 'goodbye') merged.intent = model.intent
  if (rules.name === null && asked === 'name' && model.name !== null && saysName(text, model.name))
    merged.name = model.name
  return fillProblem(merged, model, state)
}

/** Topic and symptom, as long as the desk is still finding out what they are. */
function fillProblem(rules: Understanding, model: Understanding, state: DialogueState): Understanding {
  const open = state.name === 'welcome' || state.name === 'identification' || state.name === 'diagnostic'
  if (!open) return rules
  const topic = rules.topic !== 'unknown' ? rules.topic : state.known.topic === null ? model.topic : 'unknown'
  const context = topic === 'unknown' ? state.known.topic : topic
  const fits = model.symptom !== null && topicOfSymptom(model.symptom) === context
  return { ...rules, topic, symptom: rules.symptom ?? (fits ? model.symptom : null) }
}

/**
 * Whether a model understood something else than what came to count, so that its words answer what the machine did
 * not decide: "perfect, that is the number" after a no.
 *
 * @param counted what merge() made of the rules and this model
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
  // How a step went can be said as a wish or as an answer; only the opposite is another thing.
  const well = counted.intent === 'done' || counted.answer === 'yes'
  const badly = counted.intent === 'stuck' || counted.answer === 'no'
  return (model.intent === 'done' && badly) || (model.intent === 'stuck' && well && !badly)
}

/** Wishes that lead somewhere else, whatever is asked. */
const moves: ReadonlySet<string> = new Set(['human', 'goodbye', 'wait', 'repeat'])

const isYesNo = (asking: Question | undefined): boolean =>
  asking === 'phoneConfirm' || asking === 'verify' || asking === 'callBack' || asking === 'step'
