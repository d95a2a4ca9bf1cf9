// The languages that callers may speak: one for each folder beside this file. A new folder needs no change here. The
// rules of a language are read when it is first asked for; the server asks for all of them before the first call does.

import { languageCodes, languageFile, languageFiles } from './folders.ts'
import { calledIn, type Language, parseLanguage } from './language.ts'

export type { Language } from './language.ts'

/** Codes of the languages, in alphabetical order: `en`, `fr`. */
export const languages: readonly string[] = languageCodes()

const read = new Map<string, Language>()
let called: readonly string[] | undefined

export const isLanguage = (code: string): boolean => languages.includes(code)

/**
 * The language of a code.
 *
 * @throws {Error} for a code without a folder: no language is judged by the rules of another; for a folder that cannot
 *   be used, see parseLanguage()
 */
export function languageOf(code: string): Language {
  let language = read.get(code)
  if (language === undefined) {
    if (!isLanguage(code)) throw new Error(`no language '${code}'; there are ${languages.join(', ')}`)
    called ??= languages.flatMap((one) => calledIn(languageFile(one, 'asks')))
    language = parseLanguage(code, languageFiles(code), called)
    read.set(code, language)
  }
  return language
}
