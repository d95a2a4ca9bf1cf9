// The language model as the second reader of an ending: a turn by which the call would end as solved or with a goodbye,
// or the number read back would be kept. It may object, and the desk then makes sure; it never causes an ending.

import type { Question } from '../../desk/script.ts'
import type { Understanding } from '../../understanding/types.ts'

/**
 * Whether the model read something else in the turn than the ending that the rules read. Doubt is an objection: one
 * short question costs four seconds, a wrong ending costs the call. An evident turn ("oui merci") needs no second
 * reader.
 *
 * @param asking the question that the caller answered
 */
export function objects(rules: Understanding, model: Understanding, asking: Question | undefined): boolean {
  if (rules.evident) return false
  const broken = model.answer === 'no' || model.intent === 'stuck'
  const works = !broken && (model.answer === 'yes' || model.intent === 'done')
  if (rules.intent === 'goodbye') return model.intent !== 'goodbye' && !(asking === 'verify' && works)
  if (rules.answer !== 'yes') return false
  if (asking === 'verify') return broken || !(works || model.intent === 'goodbye')
  return asking === 'phoneConfirm' && model.answer !== 'yes'
}
