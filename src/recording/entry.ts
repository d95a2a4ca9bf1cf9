// One recording as it lies in its day's folder: reads its record, or makes one up from its files, and deletes it.

import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gaveNumber } from '../understanding/spoken-number.ts'
import {
  type CallRecord,
  callDetailsSchema,
  callRecordSchema,
  idOfFile,
  type RecordingFiles,
  recordingFiles,
  statisticsFile,
} from './files.ts'

/**
 * What is left of a recording. `statistics`: the terms of audio and transcript are over. `incomplete`: there are audio
 * or unfinished files and no record. `unreadable`: its record cannot be read. The last two have a record made up from
 * their files, so that they can be listed, heard and deleted.
 */
export type RecordingStage = 'whole' | 'statistics' | 'incomplete' | 'unreadable'

export type RecordingInfo = {
  day: string
  record: CallRecord
  audio: 'raw' | 'mp3' | 'none'
  stage: RecordingStage
}

/** A recording as it lies in its folder. */
export type RecordingEntry = RecordingInfo & { files: RecordingFiles; names: readonly string[] }

/**
 * The recordings of a day that are wanted, newest first. Reads four at a time and lets the event loop run after each
 * four: this runs on the thread that plays the calls, and 5 000 records in one go blocked it for 80 ms.
 */
export async function readDay(
  dir: string,
  day: string,
  isWanted: (record: CallRecord) => boolean = () => true,
): Promise<RecordingEntry[]> {
  const names = Map.groupBy(await namesIn(join(dir, day)), idOfFile)
  const ids = [...names.keys()].filter((id) => id !== undefined)
  const found: RecordingEntry[] = []
  for (let at = 0; at < ids.length; at += 4) {
    const some = ids.slice(at, at + 4).map(async (id) => {
      const entry = await readEntry(dir, day, id, names.get(id) ?? [])
      if (entry && isWanted(entry.record)) found.push(entry)
    })
    await Promise.all(some)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return found.sort((a, b) => (a.record.startedAt < b.record.startedAt ? 1 : -1))
}

/** Deletes every file, the JSON last: while it exists, the recording can be found and deleted again. */
export async function removeFiles({ files, names }: Pick<RecordingEntry, 'files' | 'names'>): Promise<void> {
  const folder = dirname(files.json)
  const known = [`${files.mp3}.tmp`, `${files.json}.tmp`, files.caller, files.agent, files.mp3]
  const paths = new Set([...known, ...names.map((name) => join(folder, name))])
  paths.delete(files.json)
  for (const path of [...paths, files.json]) await rm(path, { force: true })
}

/** @param names its files, all of them in the day's folder @returns undefined when they are gone */
export async function readEntry(
  dir: string,
  day: string,
  id: string,
  names: readonly string[],
): Promise<RecordingEntry | undefined> {
  const usual = recordingFiles(dir, day, id)
  if (usual === undefined) return undefined
  const statistics = statisticsFile(id)
  const onlyStatistics = !names.includes(`${id}.json`) && names.includes(statistics)
  const files = onlyStatistics ? { ...usual, json: join(dir, day, statistics) } : usual
  const isThere = (end: string) => names.includes(`${id}.${end}`)
  const audio = isThere('caller.raw') && isThere('agent.raw') ? 'raw' : isThere('mp3') ? 'mp3' : 'none'
  const record = await readRecord(files.json)
  // The id inside a record that was being reduced to statistics is the new one (retention.ts).
  if (record && (record.id === id || record.stage === 'statistics'))
    return { day, record: { ...record, id }, stage: record.stage, audio, files, names }
  const stage = isThere('json') || onlyStatistics ? 'unreadable' : 'incomplete'
  const made = await madeUpRecord(dir, day, id, names)
  // Erased while it was read.
  if (made === undefined) return undefined
  return { day, record: made, stage, audio, files, names }
}

/** A record for files without a readable one. The time of the oldest file stands for the call's. */
async function madeUpRecord(
  dir: string,
  day: string,
  id: string,
  names: readonly string[],
): Promise<CallRecord | undefined> {
  const written = names.map((name) => stat(join(dir, day, name)).catch(() => undefined))
  const stats = (await Promise.all(written)).filter((one) => one !== undefined)
  if (stats.length === 0) return undefined
  const startedAt = new Date(Math.min(...stats.map(({ mtimeMs }) => mtimeMs))).toISOString()
  return {
    ...callDetailsSchema.parse({}),
    ...{ version: 1, stage: 'whole', id, callId: callIdOf(id), startedAt, endedAt: null, durationMs: null },
    audio: { rateHz: 8_000, samples: 0, gaps: [], pauses: [], stopped: null },
  }
}

/** The call of a recording: a call that came back from a queue has recordings with `-2` to `-9` too. */
export const callIdOf = (id: string): string => id.slice(0, 36)

/** Whether the caller gave this number, confirmed, rejected or only spoken. @param phone national form */
export function isOfCaller(record: CallRecord, phone: string): boolean {
  return gaveNumber(record, phone)
}

async function readRecord(path: string): Promise<CallRecord | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return callRecordSchema.safeParse(JSON.parse(text)).data
  } catch {
    // Not JSON: the recording is unreadable, and one bad file does not fail the whole request.
    return undefined
  }
}

/** What lies in a folder; nothing when there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
}
