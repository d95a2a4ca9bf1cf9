// How many more files and sockets the process may open. At that limit Bun's listener retries accept in a busy loop
// (measured: a whole core), so the process must stay below it.

import { readdirSync, readFileSync } from 'node:fs'

/** @returns open descriptors and the process's limit; undefined where the system does not say */
export function descriptors(): { open: number; max: number } | undefined {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return limit === undefined ? undefined : { open: readdirSync('/proc/self/fd').length, max: Number(limit) }
  } catch {
    // No /proc: the system is not Linux, or a container hides it.
    return undefined
  }
}

/** @returns descriptors left below the process's limit; undefined where the system does not say */
export function descriptorsLeft(): number | undefined {
  const now = descriptors()
  return now && Math.max(0, now.max - now.open)
}

/** Share of the descriptors for the admin port; calls have the rest, so that neither port can stop the other. */
const adminShare = 0.25
/** A connection to the admin port, its two halves behind the front. */
const perAdminConnection = 3
/** A call holds its socket, two files, and one or two connections to the vendors. */
const perCall = 4

/**
 * Divides the descriptors between the ports.
 *
 * @param left descriptors that the process may still open; undefined when unknown
 * @returns the most connections of each port
 */
export function divideDescriptors(left: number | undefined): { calls: number; admin: number } {
  if (left === undefined) return { calls: Number.POSITIVE_INFINITY, admin: Number.POSITIVE_INFINITY }
  return {
    calls: Math.floor((left * (1 - adminShare)) / perCall),
    admin: Math.max(4, Math.floor((left * adminShare) / perAdminConnection)),
  }
}
