// Allows one archive at a time per folder. Two would make the same MP3 twice; the slower one would find the RAW files
// gone, take the recording for deleted, and remove the MP3 that the other had just put in their place.

import { join } from 'node:path'
import { lockFile } from '../base/file-lock.ts'

/**
 * @param dir root of the recordings; must exist
 * @returns unlocks the folder; undefined while another archive has the lock
 * @throws when the folder cannot be written to
 */
export const lockArchive = (dir: string): (() => void) | undefined => lockFile(join(dir, '.archive.lock'))
