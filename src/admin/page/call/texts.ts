// The words of the page /call, one file per language of the bot. The page holds those of every offered language,
// because a call can change its language.

import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { type CallTexts, fr } from './fr.ts'

const shipped: Readonly<Record<string, CallTexts>> = { fr, en, es, de }

/** Words by language, in the order of the languages that the server offers. */
export type OfferedTexts = Readonly<Record<string, CallTexts>>

/**
 * @param languages that calls may be in, the default first
 * @returns French for none of the page's own
 */
export function offeredTexts(languages: readonly string[]): OfferedTexts {
  const known = languages.filter((code) => code in shipped)
  return Object.fromEntries((known.length > 0 ? known : ['fr']).map((code) => [code, shipped[code]]))
}

/**
 * The language that the page begins in.
 *
 * @param asked value of `?language=`
 * @param accepted the browser's `Accept-Language` header
 * @returns one of the offered; the server's default when the browser names none of them
 */
export function firstLanguage(
  offered: OfferedTexts,
  asked: string | undefined,
  accepted: string | undefined,
): string {
  const codes = Object.keys(offered)
  const wanted = [asked ?? '', ...(accepted ?? '').split(',')].map((one) =>
    one.trim().slice(0, 2).toLowerCase(),
  )
  return wanted.find((code) => codes.includes(code)) ?? codes[0]
}
