// Reads the languages' files: every folder here is a language, and all its files are YAML. The only file of this room
// that reads the disk. It reads a language when that is first needed: all four take a tenth of a second at the start.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { programFile } from '../../base/program.ts'
import { parseYaml } from '../../base/yaml.ts'

/** Where the folders are, in the project and in the executable. */
export const languagesPath = 'src/understanding/languages'

const root = programFile(languagesPath)

/** The codes of the languages, in alphabetical order. */
export const languageCodes = (from = root): string[] =>
  readdirSync(from, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()

/** The files of one language, without `.yaml`. */
export const fileNames = (code: string, from = root): string[] =>
  readdirSync(join(from, code))
    .sort()
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))

/**
 * What they hold, by file name.
 *
 * @throws {Error} naming the file that is not YAML or has a key twice
 */
export const languageFiles = (code: string, from = root): Record<string, unknown> =>
  Object.fromEntries(fileNames(code, from).map((name) => [name, languageFile(code, name, from)]))

/** One of them; errors are those of {@link languageFiles}. */
export function languageFile(code: string, name: string, from = root): Record<string, unknown> {
  const path = join(from, code, `${name}.yaml`)
  try {
    return (parseYaml(readFileSync(path, 'utf8')) ?? {}) as Record<string, unknown>
  } catch (cause) {
    throw new Error(`${path}: ${(cause as Error).message}`, { cause })
  }
}
