// How many more files and sockets the process may open. At the limit Bun's listener asks the kernel again and again for
// a connection that it can't have (measured: a whole core), so the limit is one never to reach.

import { readdirSync, readFileSync } from 'node:fs'

/** @returns descriptors left under the process's limit; undefined where the system does not tell */
export function descriptorsLeft(): number | undefined {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return limit === undefined ? undefined : Math.max(0, Number(limit) - readdirSync('/proc/self/fd').length)
  } catch {
    // No /proc: another system than Linux, or a container that hides it.
    return undefined
  }
}
