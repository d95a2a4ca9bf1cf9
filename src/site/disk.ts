// The site folder's writes: each file is complete and on the disk before its name exists. After a kill or a power cut
// at any moment, a file is there whole or not at all; what is left of an interrupted write ends in `.part`.

import { type FileHandle, link, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Called before each operation on the disk, with its name. A test counts the steps, and ends the process at one. */
export type Step = (name: string) => void

export type SiteDisk = {
  /** Writes a file, or replaces it in one step. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** Writes a file that does not exist yet. @returns false when it exists; it then stays as it is */
  create(path: string, bytes: Uint8Array): Promise<boolean>
}

const fileMode = 0o640
const folderMode = 0o750

export function createSiteDisk(step: Step = () => {}): SiteDisk {
  /** Writes `<path>.part` and waits until its bytes are on the disk. */
  const writePart = async (path: string, bytes: Uint8Array): Promise<string> => {
    step('mkdir')
    await mkdir(dirname(path), { recursive: true, mode: folderMode })
    const part = `${path}.${crypto.randomUUID().slice(0, 8)}.part`
    step('open')
    const file = await open(part, 'wx', fileMode)
    try {
      step('write')
      await file.writeFile(bytes)
      step('fsync')
      await file.sync()
    } finally {
      await file.close()
    }
    return part
  }
  return {
    async write(path, bytes) {
      const part = await writePart(path, bytes)
      step('rename')
      await rename(part, path)
      step('fsync folder')
      await syncFolder(dirname(path))
      step('done')
    },
    async create(path, bytes) {
      const part = await writePart(path, bytes)
      step('link')
      const isNew = await linkNew(part, path)
      step('unlink')
      await unlink(part)
      step('fsync folder')
      await syncFolder(dirname(path))
      step('done')
      return isNew
    },
  }
}

/** `link` fails when the name exists, `rename` would replace it: so two processes cannot take the same name. */
async function linkNew(part: string, path: string): Promise<boolean> {
  try {
    await link(part, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Makes a new name survive a power cut. Some file systems cannot sync a folder, and need not. */
async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined
  try {
    folder = await open(path, 'r')
    await folder.sync()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'EINVAL' && code !== 'EISDIR' && code !== 'EPERM') throw error
  } finally {
    await folder?.close()
  }
}
