// Barge-in: whether the caller takes the turn while the agent speaks. Speech longer than any "mhm" takes it, and so do
// words that are more than a backchannel. Shorter speech decides nothing until its words arrive. Pure.

import { languageOf } from '../../understanding/languages/index.ts'
import { fold } from '../../understanding/words.ts'

export type BargeInOptions = {
  /** Voice this long interrupts, whatever is said; longer than "d'accord". Pauses at its end do not count. */
  confirmMs: number
  /** The same with a recogniser that gives no words, because then there is nothing to wait for. */
  confirmWithoutWordsMs: number
  /** An interruption without words within this time was a false alarm: the agent repeats the sentence. */
  falseAfterMs: number
}
export const bargeInDefaults = {
  confirmMs: 600,
  confirmWithoutWordsMs: 300,
  falseAfterMs: 1_500,
} as const satisfies BargeInOptions

/** How long the caller's voice must last to interrupt, in ms. */
export function confirmMsOf(hearsWords: boolean, options: BargeInOptions): number {
  return hearsWords ? options.confirmMs : options.confirmWithoutWordsMs
}

/** Whether a text is a backchannel and nothing else: "oui", "hm", "d'accord". A refusal or a question never is. */
export function isBackchannel(text: string, language: string): boolean {
  const { backchannels } = languageOf(language)
  const words = fold(text).match(/\p{L}+/gu) ?? []
  return words.length > 0 && words.length <= 4 && words.every((word) => backchannels.has(word))
}

/** Share of a text's words that must occur in another text for both to come from the same speech. */
const sameShare = 0.6

/**
 * Whether most words of `text` occur in `other`. That finds the agent's own echo in the recogniser, and late texts of
 * a turn that has been answered already.
 */
export function resembles(text: string, other: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const known = new Set(other.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
  return words.length > 0 && words.filter((word) => known.has(word)).length >= sameShare * words.length
}
