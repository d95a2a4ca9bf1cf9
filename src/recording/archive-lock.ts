// Allows one archive at a time per folder. Two would make the same MP3 twice; the slower one would find the RAW files
// gone, take the recording for deleted, and remove the MP3 that the other had just put in their place.

import { Database } from 'bun:sqlite'
import { join } from 'node:path'

const lockFile = '.archive.lock'

/**
 * Locks the recordings for this process. The lock is SQLite's, on an empty file: the kernel releases it with the
 * process, however that ends.
 *
 * @param dir root of the recordings; must exist
 * @returns unlocks the folder; undefined while another archive has the lock
 * @throws when the folder cannot be written to
 */
export function lockArchive(dir: string): (() => void) | undefined {
  const file = new Database(join(dir, lockFile), { create: true })
  try {
    file.run('PRAGMA busy_timeout = 0')
    file.run('BEGIN EXCLUSIVE')
    return () => file.close()
  } catch (error) {
    file.close()
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return undefined
    throw error
  }
}
