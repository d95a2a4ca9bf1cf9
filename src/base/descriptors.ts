// How many more files and sockets the process may open. At that limit Bun's listener retries accept in a busy loop
// (measured: a whole core), so the process must stay below it.

import { readdirSync, readFileSync } from 'node:fs'

/** @returns descriptors left below the process's limit; undefined where the system does not say */
export function descriptorsLeft(): number | undefined {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return limit === undefined ? undefined : Math.max(0, Number(limit) - readdirSync('/proc/self/fd').length)
  } catch {
    // No /proc: the system is not Linux, or a container hides it.
    return undefined
  }
}
