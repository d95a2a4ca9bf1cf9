// The disk as the recorder sees it: an interface, so that a test can pass a slow or a dead one.

import { constants } from 'node:fs'
import { access, type FileHandle, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CallRing } from '../audio/call-ring.ts'
import { errorText } from '../base/errors.ts'
import type { RecordingMemory } from './track-memory.ts'
import type { Owner } from './track-reader.ts'

/** The part of a file that is used; writes are positioned. `FileHandle` of node:fs/promises has this shape. */
export type RecordingFile = {
  /** The descriptor, where a thread of the disk can write to it. */
  readonly fd?: number
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>
  truncate(bytes: number): Promise<void>
  close(): Promise<void>
}

export type Tracks = { caller: RecordingFile; agent: RecordingFile }

/** The audio of a call and the files that it goes to. */
export type Recording = { files: Tracks; memory: RecordingMemory; ring: CallRing; owner: Owner }

/** Writes the two tracks of a call while they grow. */
export type TrackWriter = {
  /** Some frames were noted: writes them, unless a thread does so by its own clock. */
  poke(): void
  /** Writes the rest, and nothing later. Resolves, and never rejects, when no write is going on any more. */
  finish(): Promise<void>
  /** Writes nothing more. Resolves, and never rejects, when no write is going on any more. */
  stop(): Promise<void>
}

export type Disk = {
  /** Creates the file and its folder. @returns undefined when the file exists already */
  create(path: string): Promise<RecordingFile | undefined>
  /** Replaces the file atomically: a reader sees the old text or the new one. */
  replace(path: string, text: string): Promise<void>
  /** Deletes the file, also while it is open; a file that is not there is not a fault. */
  remove(path: string): Promise<void>
  exists(path: string): Promise<boolean>
  /** Writes the tracks on a thread of its own. Without it, or when it answers undefined, the recorder writes them. */
  follow?(recording: Recording): TrackWriter | undefined
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
