// Takes the private fields of erased calls out of a log written with LOG_PRIVATE=1. The file is replaced in one step,
// with its mode and owner, and only when nothing was written to it meanwhile.

import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { saysNumberInAny } from '../understanding/spoken-number.ts'

/** The log grew while it was rewritten: replacing it would lose its new lines. */
export class LogInUseError extends Error {
  constructor(path: string) {
    super(
      `${path} is still written to: stop the server or rotate the log first, then run this again. It is unchanged.`,
    )
  }
}

/**
 * Removes the field `private` from the lines of these calls, and from lines whose private field holds the number; every
 * other byte stays.
 *
 * @param phone national form, `0612345678`
 * @param beforeReplacing called when the new file is on disk; for tests
 * @returns how many lines were changed
 * @throws {LogInUseError} when the file was written to meanwhile @throws {Error} when it cannot be read or written
 */
export async function stripLog(
  path: string,
  callIds: readonly string[],
  phone: string,
  beforeReplacing: () => void = () => {},
): Promise<number> {
  const before = await stat(path)
  const lines = (await Bun.file(path).text()).split('\n')
  const entries = lines.map(entryOf)
  const ids = new Set(callIds)
  for (const entry of entries) if (holdsNumber(entry, phone)) ids.add(String(entry?.callId))
  let changed = 0
  const kept = lines.map((line, i) => {
    const entry = entries[i]
    const isTheirs = ids.has(String(entry?.callId)) || holdsNumber(entry, phone)
    if (entry?.private === undefined || !isTheirs) return line
    changed++
    const { private: _gone, ...rest } = entry
    return JSON.stringify(rest)
  })
  if (changed > 0) await replace(path, kept.join('\n'), before, beforeReplacing)
  return changed
}

type Before = { mode: number; uid: number; gid: number; size: number; mtimeMs: number }

async function replace(
  path: string,
  text: string,
  before: Before,
  beforeReplacing: () => void,
): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    // Created for the owner alone: it gets the log's mode once it has the log's owner.
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await takeOver(file, before)
      await file.sync()
    } finally {
      await file.close()
    }
    beforeReplacing()
    const now = await stat(path)
    if (now.size !== before.size || now.mtimeMs !== before.mtimeMs) throw new LogInUseError(path)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function takeOver(file: FileHandle, { mode, uid, gid }: Before): Promise<void> {
  const own = await file.stat()
  // Only root may give a file away; for everybody else it is their own already, or this fails and nothing changes.
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid)
  await file.chmod(mode & 0o7777)
}

type Entry = Record<string, unknown>

function holdsNumber(entry: Entry | undefined, phone: string): boolean {
  const fields = entry?.private
  if (typeof fields !== 'object' || fields === null) return false
  const texts = Object.values(fields).filter((value) => typeof value === 'string')
  return texts.some((text) => saysNumberInAny([text], phone))
}

function entryOf(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
