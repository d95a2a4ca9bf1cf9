// Finds the languages: every folder here is one, and all its files are YAML. A Bun macro: it runs when Bun compiles the
// source, so that the program itself, and the executable, have the content inside and read no file for it.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repeatedKeys } from '../../base/yaml-keys.ts'

/** What the files of one folder hold, by file name without `.yaml`. */
type Folder = Record<string, unknown>

/**
 * The content of every language's folder, by its code, in alphabetical order.
 *
 * @param root where the folders are
 * @throws {Error} naming the file that is not YAML or has a key twice
 */
export async function languageFolders(root = here): Promise<Record<string, Folder>> {
  const found: Record<string, Folder> = {}
  for (const code of codes(root)) found[code] = await folderOf(join(root, code))
  return found
}

/** The same as JSON: one text is inlined and read ten times as fast as the tables. */
export const languageFoldersJson = async (): Promise<string> => JSON.stringify(await languageFolders())

/** The voice of every language and its telephone numbers: all that the thread of the embedded voice needs. */
export async function languageVoices(): Promise<Record<string, Folder>> {
  const found: Record<string, Folder> = {}
  for (const code of codes(here)) {
    const tables = ['voice.yaml', 'phone.yaml'].map((name) => tableOf(join(here, code), name))
    found[code] = Object.assign({}, ...(await Promise.all(tables)))
  }
  return found
}

const here = fileURLToPath(new URL('.', import.meta.url))

const codes = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()

async function folderOf(path: string): Promise<Folder> {
  const folder: Folder = {}
  for (const name of readdirSync(path).sort())
    if (name.endsWith('.yaml')) folder[name.slice(0, -'.yaml'.length)] = await tableOf(path, name)
  return folder
}

/** @throws {Error} naming the file that is not YAML or has a key twice */
async function tableOf(path: string, name: string): Promise<unknown> {
  const file = join(path, name)
  const { default: content } = await import(file)
  const twice = repeatedKeys(readFileSync(file, 'utf8'), content)
  if (twice.length > 0) throw new Error(`${file}: ${twice.join('; ')}`)
  return content
}
