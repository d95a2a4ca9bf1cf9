// Finds, reads and deletes recordings. Every path is built from a day and an id of our own form, and days are found by
// reading the folder: no outside text becomes a path.

import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  type CallRecord,
  callRecordSchema,
  dayPattern,
  type RecordingFiles,
  recordingFiles,
  recordingIdPattern,
} from './files.ts'

export type RecordingQuery = {
  /** Inclusive days, `2026-11-23`. */
  from?: string
  to?: string
  /** A number the caller gave: all its digits, in national form. */
  phone?: string
  outcome?: string
  /** A dialogue state that the call reached. */
  state?: string
  limit: number
}

export type RecordingInfo = { day: string; record: CallRecord; audio: 'raw' | 'mp3' | 'none' }

export type Recordings = {
  /** Newest first. Skips records that cannot be read. */
  list(query: RecordingQuery): Promise<RecordingInfo[]>
  find(id: string): Promise<(RecordingInfo & { files: RecordingFiles }) | undefined>
  /** Deletes audio and transcript. @returns false when there is no such recording */
  remove(id: string): Promise<boolean>
}

/** @param dir root of the recordings; it may not exist yet */
export function createRecordings(dir: string): Recordings {
  const days = async (): Promise<string[]> => {
    const names = await namesIn(dir)
    return names
      .filter((name) => dayPattern.test(name))
      .sort()
      .reverse()
  }
  const read = async (day: string, id: string) => {
    const files = recordingFiles(dir, day, id)
    const record = files && (await readRecord(files.json))
    if (!files || !record || record.id !== id) return undefined
    return { day, record, files, audio: await audioOf(files) }
  }
  const find = async (id: string) => {
    if (!recordingIdPattern.test(id)) return undefined
    for (const day of await days()) {
      const found = await read(day, id)
      if (found) return found
    }
    return undefined
  }
  return {
    find,
    async list(query) {
      const found: RecordingInfo[] = []
      for (const day of await days()) {
        if (found.length >= query.limit) break
        if ((query.to !== undefined && day > query.to) || (query.from !== undefined && day < query.from))
          continue
        found.push(...(await readDay(dir, day, (record) => matches(record, query))))
      }
      return found.slice(0, query.limit)
    },
    async remove(id) {
      const found = await find(id)
      if (!found) return false
      await removeFiles(found.files)
      return true
    },
  }
}

/**
 * The readable records of a day that `isWanted`, newest first. Reads four at a time and lets the event loop run after
 * each four: this runs on the thread that plays the calls, and 5 000 records in one go blocked it for 80 ms.
 */
export async function readDay(
  dir: string,
  day: string,
  isWanted: (record: CallRecord) => boolean = () => true,
): Promise<(RecordingInfo & { files: RecordingFiles })[]> {
  const ids = (await namesIn(join(dir, day)))
    .filter((name) => name.endsWith('.json'))
    .map((name) => basename(name, '.json'))
  const found: (RecordingInfo & { files: RecordingFiles })[] = []
  for (let at = 0; at < ids.length; at += 4) {
    const some = ids.slice(at, at + 4).map(async (id) => {
      const files = recordingFiles(dir, day, id)
      const record = files && (await readRecord(files.json))
      if (files && record && isWanted(record)) found.push({ day, record, files, audio: await audioOf(files) })
    })
    await Promise.all(some)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return found.sort((a, b) => (a.record.startedAt < b.record.startedAt ? 1 : -1))
}

/** Deletes the JSON last: while it exists, the recording can be found and deleted again. */
export async function removeFiles(files: RecordingFiles): Promise<void> {
  const unfinished = [`${files.mp3}.tmp`, `${files.json}.tmp`]
  for (const path of [...unfinished, files.caller, files.agent, files.mp3, files.json])
    await rm(path, { force: true })
}

function matches(record: CallRecord, query: RecordingQuery): boolean {
  return (
    (query.phone === undefined || isOfCaller(record, query.phone)) &&
    (query.outcome === undefined || record.outcome === query.outcome) &&
    (query.state === undefined || record.states.some(({ state }) => state === query.state))
  )
}

/** Whether the caller gave this number, confirmed or not. @param phone all digits, in national form */
export function isOfCaller(record: CallRecord, phone: string): boolean {
  return record.phone === phone || record.numbers.includes(phone)
}

async function readRecord(path: string): Promise<CallRecord | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return callRecordSchema.safeParse(JSON.parse(text)).data
  } catch {
    // Not JSON: skipped, so that one bad file does not fail the whole request.
    return undefined
  }
}

async function audioOf(files: RecordingFiles): Promise<RecordingInfo['audio']> {
  if ((await exists(files.caller)) && (await exists(files.agent))) return 'raw'
  return (await exists(files.mp3)) ? 'mp3' : 'none'
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
}
