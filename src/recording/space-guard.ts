// Stops recording while the disk is nearly full. retention.ts deletes what is older than its term.

import { statfs } from 'node:fs/promises'
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'

export type SpaceGuardOptions = {
  dir: string
  /** Below this, recording stops. */
  minFreeBytes: number
  clock: Clock
  log: Log
  /** How long an answer of the disk stays valid. */
  everyMs?: number
  /** @returns bytes free for this process */
  freeBytes?: (dir: string) => Promise<number>
}

/**
 * Tells whether the disk is nearly full, at no cost for the 20 ms path: it answers from its last look, and looks again
 * in the background when that is old. A disk that cannot be asked counts as having room; writing will show.
 */
export function createSpaceGuard(options: SpaceGuardOptions): {
  isLow: () => boolean
  look(): Promise<void>
} {
  const { dir, minFreeBytes, clock, log, everyMs = 10_000, freeBytes = freeBytesOf } = options
  let low = false
  let lookedMs = Number.NEGATIVE_INFINITY
  const look = async () => {
    lookedMs = clock.now()
    const free = await freeBytes(dir).catch((error: unknown) => {
      log.debug('free space is not known', { error: errorText(error) })
      return Number.POSITIVE_INFINITY
    })
    const wasLow = low
    low = free < minFreeBytes
    if (low !== wasLow)
      log.warn(low ? 'disk nearly full, new audio is not recorded' : 'disk has room again', {
        freeBytes: free,
      })
  }
  return {
    look,
    isLow() {
      if (clock.now() - lookedMs >= everyMs) void look()
      return low
    },
  }
}

async function freeBytesOf(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir)
  return bavail * bsize
}
