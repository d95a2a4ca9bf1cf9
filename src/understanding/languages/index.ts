// The languages that callers may speak: one for each folder beside this file. A new folder needs no change here. The
// rules of a language are read when it is first asked for; the server asks for all of them before the first call does.

import { fileNames, languageCodes, languageFile } from './folders.ts'
import { calledIn, finished, type Language, languageSteps } from './language.ts'

export { keytermsOf } from './first-words.ts'
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
 *   be used, see languageSteps()
 */
export const languageOf = (code: string): Language => read.get(code) ?? finished(reading(code))

/**
 * Reads a language unless it is read: a file or a list of rules at a step, with which a busy server can wait.
 *
 * @throws as languageOf()
 */
export function* reading(code: string): Generator<void, Language> {
  if (!isLanguage(code)) throw new Error(`no language '${code}'; there are ${languages.join(', ')}`)
  const known = read.get(code)
  if (known !== undefined) return known
  const files: Record<string, unknown> = {}
  for (const name of fileNames(code)) {
    files[name] = languageFile(code, name)
    yield
  }
  called ??= languages.flatMap((one) => calledIn(languageFile(one, 'asks')))
  const made = yield* languageSteps(code, files, called)
  // Somebody may have needed it at once meanwhile.
  const language = read.get(code) ?? made
  read.set(code, language)
  return language
}
