// Replaces a file atomically: a reader sees the old text or the new one. The temporary name is unique, because several
// instances may share a folder.

import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'

const temporaryOf = (path: string) => `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`

/** @throws what the disk throws; no temporary file is left then */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const temporary = temporaryOf(path)
  try {
    await writeFile(temporary, text, { mode, flush: true })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

/** The same for commands. */
export function replaceFileSync(path: string, text: string, mode: number): void {
  const temporary = temporaryOf(path)
  try {
    writeFileSync(temporary, text, { mode, flush: true })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
