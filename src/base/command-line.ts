// Arguments of our commands: `--help` prints the usage and exits with 0; a wrong option prints the usage and the error,
// and exits with 2. Commands that tests call as functions read their arguments themselves.

import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Exit code of a command with wrong arguments. */
const wrongArguments = 2

/**
 * Parses the arguments of this process. Call it before anything is opened or started: it may exit the process.
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

/** Prints the usage and a reason, and exits with 2; for example, for a value that an option does not allow. */
export function refuse(usage: string, reason: string): never {
  process.stderr.write(`${usage}\n\n${reason}\n`)
  process.exit(wrongArguments)
}

/** Whether the arguments contain `--help` or `-h` before any `--`. */
export function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h')
}
