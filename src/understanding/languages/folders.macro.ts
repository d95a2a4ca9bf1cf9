// Finds the languages: every folder here is one, and all its files are YAML. A Bun macro: it runs when Bun compiles the
// source, so that the program itself, and the executable, have the content inside and read no file for it.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the files of one folder hold, by file name without `.yaml`. */
type Folder = Record<string, unknown>

/** The content of every language's folder, by its code. */
export function languageFolders(): Record<string, Folder> {
  const here = import.meta.dir
  const codes = readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  return Object.fromEntries(codes.sort().map((code) => [code, folderOf(join(here, code))]))
}

function folderOf(path: string): Folder {
  const names = readdirSync(path).filter((name) => name.endsWith('.yaml'))
  return Object.fromEntries(names.sort().map((name) => [name.slice(0, -5), yamlOf(join(path, name))]))
}

function yamlOf(path: string): unknown {
  try {
    return Bun.YAML.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Error(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}
