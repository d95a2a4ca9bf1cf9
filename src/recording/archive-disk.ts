// The archive's disk: every change is one step that is on the disk when it returns. A missing file is a result, not an
// error.

import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The changes of the disk, each durable when it returns; `nodeArchiveDisk` is the real one. */
export type ArchiveDisk = {
  /** Writes a file and waits until it is on the disk. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** Renames within a folder and waits until that is on the disk. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file, if there is one. */
  remove(path: string): Promise<void>
}

export const nodeArchiveDisk: ArchiveDisk = {
  async write(path, bytes) {
    const file = await open(path, 'w', 0o640)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  },
  async rename(from, to) {
    await rename(from, to)
    const folder = await open(dirname(to), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  },
  async remove(path) {
    await rm(path, { force: true })
  },
}

/** Time of the last write, in milliseconds since 1970; 0 when there is no file. */
export async function writtenAt(path: string): Promise<number> {
  return ifThere(stat(path).then(({ mtimeMs }) => mtimeMs)).then((ms) => ms ?? 0)
}

export function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return ifThere(readFile(path))
}

async function ifThere<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
