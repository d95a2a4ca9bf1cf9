// The languages that callers may speak: one for each folder beside this file. A new folder needs no change here.

import { languageFoldersJson } from './folders.macro.ts' with { type: 'macro' }
import { calledIn, type Language, parseLanguage } from './language.ts'

export type { Language } from './language.ts'

const folders = Object.entries(
  JSON.parse(await languageFoldersJson()) as Record<string, Record<string, unknown>>,
)
const called = folders.flatMap(([, files]) => calledIn(files))
const all: ReadonlyMap<string, Language> = new Map(
  folders.map(([code, files]) => [code, parseLanguage(code, files, called)]),
)

/** Codes of the languages, in alphabetical order: `en`, `fr`. */
export const languages: readonly string[] = [...all.keys()]

export const isLanguage = (code: string): boolean => all.has(code)

/**
 * The language of a code.
 *
 * @throws {Error} for a code without a folder: no language is judged by the rules of another
 */
export function languageOf(code: string): Language {
  const language = all.get(code)
  if (language === undefined) throw new Error(`no language '${code}'; there are ${languages.join(', ')}`)
  return language
}
