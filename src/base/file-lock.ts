// A lock between processes, such as several instances that share DATA_DIR. The lock is SQLite's, on an empty file: the
// kernel releases it with the process, however that ends.

import { Database } from 'bun:sqlite'
import { closeSync, openSync } from 'node:fs'

/**
 * Locks a file for this process. Blocks the thread while it waits.
 *
 * @param path is created when it does not exist; its folder must
 * @param waitMs how long another process may keep the lock
 * @returns unlocks the file; undefined when another process has kept the lock
 * @throws when the file cannot be written
 */
export function lockFile(path: string, waitMs = 0): (() => void) | undefined {
  // SQLite itself would make it readable for everybody.
  closeSync(openSync(path, 'a', 0o640))
  const file = new Database(path)
  try {
    file.run(`PRAGMA busy_timeout = ${waitMs}`)
    file.run('BEGIN EXCLUSIVE')
    return () => file.close()
  } catch (error) {
    file.close()
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return undefined
    throw error
  }
}
