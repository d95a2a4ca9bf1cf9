// One archive at a time on a folder. Two would make the same MP3 twice, and the slower one, finding the RAW files
// gone, would take the recording for deleted and remove the MP3 that the other had just put in their place.

import { Database } from 'bun:sqlite'
import { join } from 'node:path'

const lockFile = '.archive.lock'

/**
 * Locks the recordings for this process. The lock is SQLite's on an empty file, which the kernel lets go of with the
 * process, however that ends.
 *
 * @param dir root of the recordings; has to be there
 * @returns what unlocks it; undefined while another archive has it
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
