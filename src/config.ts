// The environment, read once: one variable per setting, all checked together, so that a failed start lists every fault
// in one message. The settings are declared in config/general.ts and by the providers (providers/settings.ts);
// docs/settings.md is made from them (`bun run settings`).

import { ConfigError } from './base/errors.ts'
import { type Environment, readSettings, type Values } from './base/setting.ts'
import { conflicts } from './config/conflicts.ts'
import { generalSettings } from './config/general.ts'
import { type chainSettings, providerSettings } from './providers/settings.ts'

/** Every setting, by its environment variable. */
export const settings = { ...generalSettings, ...providerSettings }

/**
 * The values by their variable. The vendors' own values are in it too, but not in the type: only their adapters, which
 * declare them, read them.
 */
export type Config = Values<typeof generalSettings & typeof chainSettings>

/**
 * Reads and checks the environment. An empty variable counts as not set.
 *
 * @throws {ConfigError} `config`, with every fault on a line of its own
 */
export function readConfig(environment: Environment): Config {
  const { values, faults } = readSettings(settings, environment)
  const config = Object.freeze(values) as Config
  if (faults.length === 0) faults.push(...conflicts(config))
  if (faults.length > 0)
    throw new ConfigError(
      'config',
      `The settings cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    )
  return config
}

/**
 * Finds likely typos: `MAX_CALL` for `MAX_CALLS`, `AUDIO_SOCKET_PORT` for `AUDIOSOCKET_PORT`.
 *
 * @returns one sentence per variable
 */
export function misspelt(environment: Environment): string[] {
  const bare = (name: string) => name.toUpperCase().replaceAll('_', '').replace(/S$/, '')
  const known = Object.groupBy(Object.keys(settings), bare)
  return Object.keys(environment).flatMap((name) => {
    const meant = name in settings ? undefined : known[bare(name)]
    return meant === undefined ? [] : [`${name} is not a setting: did you mean ${meant.join(' or ')}?`]
  })
}
