// The command line of a command that is a script: `--help` prints the usage and ends with 0, a wrong option prints the
// usage and what is wrong, and ends with 2. Commands that tests call as a function read their arguments themselves.

import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Exit code of a command whose arguments were not understood. */
export const notUnderstood = 2

/**
 * Reads the arguments of this process. Call it before anything is opened or started: it may end the process.
 *
 * @param usage begins with `usage: bun run <name>`
 * @param config as `parseArgs` takes it; `--help` and `-h` are added
 */
export function commandLine<const T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  const args = Bun.argv.slice(2)
  if (wantsHelp(args)) {
    process.stdout.write(`${usage}\n`)
    process.exit(0)
  }
  try {
    return parseArgs<T>({ ...config, args })
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error))
  }
}

/** Ends the process: a value that no option may have, for example. @param reason one sentence */
export function refuse(usage: string, reason: string): never {
  process.stderr.write(`${usage}\n\n${reason}\n`)
  process.exit(notUnderstood)
}

/** Whether the arguments ask for the usage; what follows `--` does not count. */
export function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h')
}
