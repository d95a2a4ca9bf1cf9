// The settings, read once: from the environment, and below it from the file of settings (config/sources.ts). All are
// checked together, so that a failed start lists every fault in one message. The settings are declared in
// config/general.ts and by the providers (providers/settings.ts); docs/settings.md is made from them
// (`bun run settings`).

import { ConfigError } from './base/errors.ts'
import { type Environment, readSettings, type Values } from './base/setting.ts'
import { assetFaults } from './config/asset-faults.ts'
import { conflicts } from './config/conflicts.ts'
import { generalSettings } from './config/general.ts'
import { nearSettings } from './config/misspelt.ts'
import { fileVariable, readSources } from './config/sources.ts'
import { type chainSettings, providerSettings } from './providers/settings.ts'

/** Every setting, by its environment variable. */
export const settings = { ...generalSettings, ...providerSettings }

/** Every variable that has a meaning: the settings, and the files of secrets. */
const names = Object.entries(settings).flatMap(([name, { secret }]) =>
  secret ? [name, fileVariable(name)] : [name],
)

/**
 * The values by their variable. The vendors' own values are in it too, but not in the type: only their adapters, which
 * declare them, read them.
 */
export type Config = Values<typeof generalSettings & typeof chainSettings>

/** @returns the values that can be used, and one sentence per fault */
function check(environment: Environment): { config: Partial<Config>; faults: string[] } {
  const { values, faults } = readSettings(settings, environment)
  faults.push(...conflicts(values))
  return { config: Object.freeze(values), faults }
}

function refuse(faults: readonly string[]): never {
  const lines = faults.map((fault) => `  - ${fault}`)
  throw new ConfigError('config', `The settings cannot be used:\n${lines.join('\n')}`)
}

/**
 * Checks the values of an environment, and reads no file. An empty variable counts as not set.
 *
 * @throws {ConfigError} `config`, with every fault on a line of its own
 */
export function readConfig(environment: Environment): Config {
  const { config, faults } = check(environment)
  if (faults.length > 0) refuse(faults)
  return config as Config
}

export type LoadOptions = {
  /** Where `voicebot.env` is looked for; the working folder when left out. */
  folder?: string
  /** Whether the files that the server needs are looked for as well. */
  forServer?: boolean
}

/**
 * Reads the settings as every command does: environment, file of settings, files of secrets.
 *
 * @returns the settings, and one sentence per name that is probably a slip or means nothing
 * @throws {ConfigError} `config`, with every fault on a line of its own, likely slips among them
 */
export function loadConfig(
  given: Environment,
  { folder = process.cwd(), forServer = false }: LoadOptions = {},
): { config: Config; warnings: string[] } {
  const sources = readSources(settings, given, folder)
  const { config, faults } = check(sources.environment)
  const all = [...sources.faults, ...faults, ...(forServer ? assetFaults(config) : [])]
  const warnings = misspelt(given)
  // The file is ours alone, so a slip in it is a fault; a stranger's variable in the environment never is.
  for (const name of sources.unknown) {
    const near = nearSettings(name, names)
    if (near.length > 0) all.push(slip(name, near))
    else warnings.push(`${name} in ${sources.file} is not a setting: nothing reads it`)
  }
  if (all.length > 0) refuse([...all.map(sources.withPlace), ...warnings])
  return { config: config as Config, warnings }
}

const slip = (name: string, near: readonly string[]) =>
  `${name} is not a setting: did you mean ${near.join(' or ')}?`

/**
 * Finds likely typos: `MAX_CALL` for `MAX_CALLS`, `AUDIOSOCKET_PRT` for `AUDIOSOCKET_PORT`.
 *
 * @returns one sentence per variable
 */
export function misspelt(environment: Environment): string[] {
  return Object.keys(environment).flatMap((name) => {
    const near = names.includes(name) ? [] : nearSettings(name, names)
    return near.length === 0 ? [] : [slip(name, near)]
  })
}
