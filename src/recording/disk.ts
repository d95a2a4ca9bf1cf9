// The disk as the recorder sees it: an interface, so that a test can pass a slow or a dead one.

import { constants } from 'node:fs'
import { access, type FileHandle, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorText } from '../base/errors.ts'
import type { TrackFile } from './track.ts'

export type RecordingFile = TrackFile & { truncate(bytes: number): Promise<void>; close(): Promise<void> }

export type Disk = {
  /** Creates the file and its folder. @returns undefined when the file exists already */
  create(path: string): Promise<RecordingFile | undefined>
  /** Replaces the file atomically: a reader sees the old text or the new one. */
  replace(path: string, text: string): Promise<void>
  /** Deletes the file, also while it is open; a file that is not there is not a fault. */
  remove(path: string): Promise<void>
  exists(path: string): Promise<boolean>
  /** Creates a folder and those above it; one that exists is not a fault. */
  makeFolder(path: string): Promise<void>
}

/** The real disk; every call runs on one of node's threads. */
export const nodeDisk: Disk = {
  create: createNew,
  async replace(path, text) {
    const temporary = `${path}.tmp`
    try {
      await writeFile(temporary, text, { mode: 0o640 })
      await rename(temporary, path)
    } catch (error) {
      // Half a file would stay for good, and may hold words and numbers.
      await rm(temporary, { force: true }).catch(() => undefined)
      throw error
    }
  },
  remove: (path) => rm(path, { force: true }),
  async exists(path) {
    return (await stat(path).catch(() => undefined)) !== undefined
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true })
  },
}

/** @returns undefined when the file exists already */
export async function createNew(path: string): Promise<FileHandle | undefined> {
  try {
    return await openNew(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  // The first call of a day, or the folder was removed.
  await mkdir(dirname(path), { recursive: true, mode: 0o750 })
  return await openNew(path)
}

async function openNew(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o640)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  }
}

/** Creates the folder if there is none. @returns why nothing can be written there; undefined when it can */
export async function folderFault(dir: string): Promise<string | undefined> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o750 })
    await access(dir, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return errorText(error)
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
