// Where a setting's value comes from: the environment first, then the file of settings, then the default. A secret may
// lie in a file of its own, which the variable with `_FILE` behind its name gives: /run/credentials/… of systemd, a
// secret of a container.

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment, SettingTable } from '../base/setting.ts'
import { type EnvFile, parseEnvFile } from './env-file.ts'

/** The file of settings in the working folder, when CONFIG_FILE does not name another. */
export const configFileName = 'voicebot.env'

/** A token or key has some hundred characters; a larger file is a mistake, such as a log. */
const maxSecretBytes = 16_384

export type Sources = {
  /** What readSettings takes: the environment laid over the file, secrets from files included. */
  environment: Environment
  faults: string[]
  /** Names in the file that mean nothing; the same for the environment cannot be known. */
  unknown: string[]
  /** Adds the file and the line to a fault of a value that the file gave. @param fault begins with a name */
  withPlace: (fault: string) => string
  /** The file that was read; undefined when there is none. */
  file: string | undefined
}

/** The variable that names the file of a secret. */
export const fileVariable = (name: string): string => `${name}_FILE`

const isSet = (value: string | undefined): value is string => value !== undefined && value.trim() !== ''

/**
 * Reads the file of settings and the files of secrets. Never throws.
 *
 * @param folder where `voicebot.env` is looked for; an empty CONFIG_FILE reads none
 */
export function readSources(table: SettingTable, given: Environment, folder: string): Sources {
  const { file, entries, faults } = openFile(given, folder)
  const isKnown = (name: string) =>
    name in table || (name.endsWith('_FILE') && table[name.slice(0, -5)]?.secret)
  const unknown = [...entries.keys()].filter((name) => !isKnown(name))
  if (entries.has('CONFIG_FILE'))
    faults.push('CONFIG_FILE has no meaning in the file itself: remove it there')
  const environment: Record<string, string | undefined> = {}
  const fromFile = new Set<string>()
  for (const [name, { value }] of entries) {
    environment[name] = value
    fromFile.add(name)
  }
  for (const [name, value] of Object.entries(given)) {
    const setting = table[name]
    if (!isSet(value) && !setting?.emptyIsValue) continue
    if (value !== undefined && setting?.isForeign?.(value)) continue
    // The environment wins over the file in either form: ADMIN_TOKEN over ADMIN_TOKEN_FILE as well.
    const plain = name.endsWith('_FILE') && isKnown(name) ? name.slice(0, -5) : name
    for (const form of [plain, fileVariable(plain)])
      if (isKnown(form) && fromFile.delete(form)) delete environment[form]
    environment[name] = value
  }
  const places = new Map([...fromFile].map((name) => [name, entries.get(name)?.line]))
  faults.push(...readSecrets(table, environment, places))
  return {
    environment,
    faults,
    unknown,
    withPlace(fault) {
      const line = places.get(/^\w*/.exec(fault)?.[0] ?? '')
      return line === undefined ? fault : `${fault} (${file}, line ${line})`
    },
    file,
  }
}

function openFile(given: Environment, folder: string) {
  const named = given.CONFIG_FILE?.trim()
  const none = { file: undefined, entries: new Map() as EnvFile['entries'], faults: [] as string[] }
  if (named === '') return none
  const path = named ?? join(folder, configFileName)
  try {
    const { entries, faults } = parseEnvFile(readFileSync(path, 'utf8'), named ?? configFileName)
    return { file: named ?? configFileName, entries, faults: [...faults] }
  } catch (error) {
    const code = codeOf(error)
    if (named === undefined && code === 'ENOENT') return none
    const variable = named === undefined ? configFileName : 'CONFIG_FILE'
    return { ...none, faults: [`${variable} (${JSON.stringify(path)}) cannot be read: ${code}`] }
  }
}

/** Puts the content of each `…_FILE` into the environment as the value of its secret. @returns the faults */
function readSecrets(
  table: SettingTable,
  environment: Record<string, string | undefined>,
  places: Map<string, number | undefined>,
): string[] {
  const faults: string[] = []
  for (const name of Object.keys(table).filter((one) => table[one].secret)) {
    const variable = fileVariable(name)
    const path = environment[variable]?.trim()
    if (!isSet(path)) continue
    if (isSet(environment[name])) {
      faults.push(`${variable} and ${name} are both set: keep one of them`)
      continue
    }
    try {
      if (statSync(path).size > maxSecretBytes) throw new Error(`is larger than ${maxSecretBytes} bytes`)
      const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
      if (secret.trim() === '') throw new Error('is empty')
      environment[name] = secret
      places.delete(name)
    } catch (error) {
      const code = codeOf(error)
      const why = code === undefined ? (error as Error).message : `cannot be read: ${code}`
      faults.push(`${variable} (${JSON.stringify(path)}) ${why}`)
    }
  }
  return faults
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
