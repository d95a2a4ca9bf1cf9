// Turns a failure to listen on a port into a sentence that tells the operator which setting to change.

import { ConfigError } from '../base/errors.ts'

/**
 * @param setting prefix of the two settings: `ADMIN` for ADMIN_HOST and ADMIN_PORT
 * @param open opens the port, and throws with the system's `code` when it cannot
 * @throws {ConfigError} `port`
 */
export function listening<T>(setting: string, host: string, port: number, open: () => T): T {
  try {
    return open()
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    const hint = whatToDo(setting, host, (cause as { code?: unknown }).code)
    throw new ConfigError('port', `Cannot listen on ${host}:${port}. ${hint}`, { cause })
  }
}

function whatToDo(setting: string, host: string, code: unknown): string {
  if (code === 'EADDRINUSE') return `Stop the program that uses it, or set ${setting}_PORT to a free port.`
  if (code === 'EACCES') return `This user may not use that port: set ${setting}_PORT to one above 1023.`
  return `${host} is no address of this machine: set ${setting}_HOST to one that is, or to 0.0.0.0 for all of them.`
}
