// Barge-in: does the caller take the turn while the agent speaks? Speech that lasts longer than any "mhm" does,
// and so do words that are more than a backchannel. Short speech waits for its words. Pure.

export type BargeInOptions = {
  /** Speech this long cuts, whatever is said: longer than "d'accord". */
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

/** When speech that began at `sinceMs` is long enough to cut. */
export function confirmAtMs(sinceMs: number, hearsWords: boolean, options: BargeInOptions): number {
  return sinceMs + (hearsWords ? options.confirmMs : options.confirmWithoutWordsMs)
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
