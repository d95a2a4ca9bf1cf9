// What is kept, and for how long: days past RECORDINGS_DAYS go, and recording stops while the disk is nearly full. What
// goes because its caller asked is erasure.ts's.

import { readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { dayPattern, recordingDay } from './files.ts'

/**
 * Deletes the folders of days that are more than `days` days old.
 *
 * @param days 0 keeps only today
 * @returns the days that were deleted
 */
export async function sweepRecordings(options: {
  dir: string
  days: number
  wallMs: number
  timeZone?: string
}): Promise<string[]> {
  const oldest = recordingDay(options.wallMs - options.days * 86_400_000, options.timeZone)
  const deleted: string[] = []
  for (const day of await dayFolders(options.dir)) {
    if (day >= oldest) continue
    await rm(join(options.dir, day), { recursive: true, force: true })
    deleted.push(day)
  }
  return deleted
}

/** The days that have a folder, oldest first. */
export async function dayFolders(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => [])
  return names.filter((name) => dayPattern.test(name)).sort()
}

export type SpaceGuardOptions = {
  dir: string
  /** Below this, recording stops. */
  minFreeBytes: number
  clock: Clock
  log: Log
  /** How long an answer of the disk's counts. */
  everyMs?: number
  /** @returns bytes that are free for us */
  freeBytes?: (dir: string) => Promise<number>
}

/**
 * A question that costs nothing on the 20 ms path: it answers from the last look at the disk, and looks again in
 * the background when that is old. A disk that can't be asked counts as full of room; writing will tell.
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
