// Keys of the index: they rise with the time of what they stand for, so that the newest is found without sorting.

import type { Database } from 'bun:sqlite'

/** A key has the milliseconds since 1970, and a place among this many of the same millisecond. */
const perMs = 1_000

/** The next key of a moment that the table does not have. */
export function freeKey(db: Database, table: 'recordings' | 'turns', atMs: number): number {
  const first = Math.round(atMs) * perMs
  const last = db
    .query<{ key: number | null }, [number, number]>(
      `SELECT max(key) AS key FROM ${table} WHERE key BETWEEN ? AND ?`,
    )
    .get(first, first + perMs - 1)?.key
  return last == null ? first : last + 1
}
