// Barge-in: does the caller take the turn while the agent speaks? Speech that lasts longer than any "mhm" does,
// and so do words that are more than a backchannel. Short speech waits for its words. Pure.

export type BargeInOptions = {
  /** Voice this long cuts, whatever is said: longer than "d'accord". The pauses at its end do not count. */
  confirmMs: number
  /** The same where no words ever come: there is nothing to wait for. */
  confirmWithoutWordsMs: number
  /** A cut that brings no words within this time was none: the agent says the sentence again. */
  falseAfterMs: number
}
export const bargeInDefaults = {
  confirmMs: 600,
  confirmWithoutWordsMs: 300,
  falseAfterMs: 1_500,
} as const satisfies BargeInOptions

/** How long the caller's voice must last to cut. */
export function confirmMsOf(hearsWords: boolean, options: BargeInOptions): number {
  return hearsWords ? options.confirmMs : options.confirmWithoutWordsMs
}

const backchannels: Record<string, ReadonlySet<string>> = {
  fr: new Set(
    'oui ouais ouai hm hmm mhm mm hum euh ok okay d accord bien très voilà ah oh bon bah ben c est ça je vois'.split(
      ' ',
    ),
  ),
  en: new Set('yes yeah yep hm hmm mhm mm uh huh ok okay right sure i see oh ah well'.split(' ')),
}

/**
 * Whether a text is nothing but listening noises: "oui", "hm", "d'accord". A refusal or a question never is.
 *
 * @param language `fr` or `en`; another one is judged as `fr`
 */
export function isBackchannel(text: string, language: string): boolean {
  const known = backchannels[language] ?? backchannels.fr
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  return words.length > 0 && words.length <= 4 && words.every((word) => known.has(word))
}

/** Share of a text's words that must be in another for the two to be of one origin. */
const sameShare = 0.6

/**
 * Whether most words of `text` are words of `other`: the agent's own echo in the recogniser, or a late text of a turn
 * that has been answered.
 */
export function resembles(text: string, other: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const known = new Set(other.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
  return words.length > 0 && words.filter((word) => known.has(word)).length >= sameShare * words.length
}
