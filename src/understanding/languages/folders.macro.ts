// Finds the languages: every folder here is one, and all its files are YAML. A Bun macro: it runs when Bun compiles the
// source, so that the program itself, and the executable, have the content inside and read no file for it.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorText } from '../../base/errors.ts'
import { parseYaml } from '../../base/yaml.ts'

/** What the files of one folder hold, by file name without `.yaml`. */
type Folder = Record<string, unknown>

/**
 * The content of every language's folder, by its code, in alphabetical order.
 *
 * @param root where the folders are
 * @throws {Error} naming the file that is not YAML or has a key twice
 */
export function languageFolders(root = here): Record<string, Folder> {
  const found: Record<string, Folder> = {}
  for (const code of codes(root)) found[code] = folderOf(join(root, code))
  return found
}

/** The same as JSON: one text is inlined and read ten times as fast as the tables. */
export const languageFoldersJson = (): string => JSON.stringify(languageFolders())

/** The voice of every language: all that the thread of the embedded voice needs of a folder. */
export function languageVoices(): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const code of codes(here))
    found[code] = (tableOf(join(here, code), 'voice.yaml') as { voice: unknown }).voice
  return found
}

const here = fileURLToPath(new URL('.', import.meta.url))

const codes = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()

function folderOf(path: string): Folder {
  const folder: Folder = {}
  for (const name of readdirSync(path).sort())
    if (name.endsWith('.yaml')) folder[name.slice(0, -'.yaml'.length)] = tableOf(path, name)
  return folder
}

/** @throws {Error} naming the file that is not YAML or has a key twice */
function tableOf(path: string, name: string): unknown {
  const file = join(path, name)
  try {
    return parseYaml(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`${file}: ${errorText(cause)}`, { cause })
  }
}
