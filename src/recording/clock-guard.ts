// Whether the wall clock can be trusted for deletion. A clock that jumped ahead would make every recording look old, so
// after a jump deletion waits for a day, in which somebody can set the clock right. The time last seen is kept on disk,
// because most jumps come with a restart.

import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../base/replace-file.ts'
import { dayFolders } from './retention.ts'

/** Deletion waits this long after a jump. */
const holdMs = 24 * 3_600_000
/** The clock may differ by this much from the monotonic one between two looks; NTP corrects seconds. */
const allowedMs = 3_600_000
/** A server may have been off for this long; a longer time looks like a jump. */
const allowedOffMs = 7 * 24 * 3_600_000

type Seen = { wallMs: number; heldSinceMs: number | null }

export type ClockGuardOptions = {
  /** File that keeps the time last seen. */
  path: string
  /** Root of the recordings: without the file, the newest of them says when the clock was last right. */
  dir: string
  now: () => number
  wallMs: () => number
}

export type ClockLook = {
  /** Deletion must wait. */
  held: boolean
  /** How far the clock jumped since the last look; negative for backwards, 0 when it did not. */
  jumpedMs: number
  /** When deletion goes on, on this clock; undefined when it is not held. */
  untilMs: number | undefined
  /** Why the time seen could not be kept on disk. */
  notKept: unknown
}

/** @returns looks at the clock; call it before each sweep, one call at a time */
export function createClockGuard(options: ClockGuardOptions): () => Promise<ClockLook> {
  const { path, dir, now, wallMs } = options
  let seen: Seen | undefined
  let seenAtMs = 0
  return async () => {
    const wall = wallMs()
    const isFirst = seen === undefined
    const last = seen ?? (await lastSeen(path, dir))
    // After a start nothing tells how long the server was off.
    const passedMs = isFirst ? 0 : now() - seenAtMs
    const differenceMs = last === undefined ? 0 : wall - last.wallMs - passedMs
    const isJump = differenceMs < -allowedMs || differenceMs > (isFirst ? allowedOffMs : allowedMs)
    let heldSinceMs = isJump ? wall : (last?.heldSinceMs ?? null)
    if (heldSinceMs !== null && wall - heldSinceMs >= holdMs) heldSinceMs = null
    seen = { wallMs: wall, heldSinceMs }
    seenAtMs = now()
    const notKept = await replaceFile(path, `${JSON.stringify(seen)}\n`, 0o640).then(
      () => undefined,
      (error: unknown) => error,
    )
    return {
      held: heldSinceMs !== null,
      jumpedMs: isJump ? Math.round(differenceMs) : 0,
      untilMs: heldSinceMs === null ? undefined : heldSinceMs + holdMs,
      notKept,
    }
  }
}

async function lastSeen(path: string, dir: string): Promise<Seen | undefined> {
  const newestMs = await newestWriteMs(dir)
  try {
    const { wallMs, heldSinceMs } = JSON.parse(await readFile(path, 'utf8'))
    if (typeof wallMs === 'number')
      return {
        // A recording may be younger than the file, which could not be written or came back from a backup.
        wallMs: Math.max(wallMs, newestMs ?? 0),
        heldSinceMs: typeof heldSinceMs === 'number' ? heldSinceMs : null,
      }
  } catch {
    // There is no file yet, or it cannot be read: the recordings have to do.
  }
  return newestMs === undefined ? undefined : { wallMs: newestMs, heldSinceMs: null }
}

/** When the newest files of the folder were written; undefined when there is none. */
async function newestWriteMs(dir: string): Promise<number | undefined> {
  let newest: number | undefined
  // The folder of a day that was copied or archived later may have newer files, so several are looked at.
  for (const day of (await dayFolders(dir)).slice(-3)) {
    const names = await readdir(join(dir, day)).catch(() => [])
    for (const name of names) {
      const written = await stat(join(dir, day, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => undefined,
      )
      if (written !== undefined) newest = Math.max(newest ?? 0, written)
    }
  }
  return newest
}
