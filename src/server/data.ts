// DATA_DIR: the folder for what this site changes and what the server keeps. A folder that cannot be written never
// stops a start: the server says what does not work without it.

import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { errorText } from '../base/errors.ts'
import type { ServerContext } from './context.ts'

/** Creates the folder with mode 0750, or logs and lists as degraded why nothing can be written there. */
export async function openDataFolder({ config, log, degraded }: ServerContext): Promise<void> {
  const dir = config.DATA_DIR
  try {
    await mkdir(dir, { recursive: true, mode: 0o750 })
    await access(dir, constants.W_OK | constants.X_OK)
  } catch (error) {
    degraded.set('data', 'data folder: DATA_DIR cannot be written, so changes and server state are not kept')
    log.warn('the data folder cannot be written: set DATA_DIR to a writable folder', {
      dir,
      error: errorText(error),
    })
  }
}
