// The languages that the caller can choose, and how the desk says so.

import type { Texts } from '../desk/texts.ts'
import type { Draft } from './decision-draft.ts'

/** The languages that the caller can choose, in the order in which the key goes through them. */
export function otherLanguages({ state }: Pick<Draft, 'state'>): readonly Texts[] {
  const { offered, language } = state
  const at = offered.findIndex((texts) => texts.language === language)
  return [...offered.slice(at + 1), ...offered.slice(0, Math.max(0, at))]
}

/**
 * "For English, press nine": each in its own language, because a caller who needs the key understands no other. From
 * the second on, the key has to be pressed several times.
 */
export function sayLanguages(draft: Draft): Draft {
  for (const [i, texts] of otherLanguages(draft).entries()) {
    const name = i === 0 ? 'menu_language' : 'menu_language_again'
    const line = texts.lines[name]
    draft.say.push({ name, text: typeof line === 'string' ? line : line[0], language: texts.language })
  }
  return draft
}
