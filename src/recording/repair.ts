// Gives each recording that a killed server or a full disk left unfinished a record with an end, and deletes audio that
// may not be kept. A recording whose call still runs, in this process or in one beside it, is left alone: its files
// were written moments ago.

import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeDisk } from './disk.ts'
import { callIdOf, type RecordingEntry, readDay } from './entry.ts'
import { type CallRecord, callDetailsSchema, mayKeepAudio, orphanAudioMs } from './files.ts'
import { ForgottenCalls, writeRecord } from './forgotten.ts'
import { dayFolders } from './retention.ts'

/** A live call writes audio every 160 ms. */
export const quietMs = 60_000
/** A call that the last process was in has its files in one of the newest folders. */
const newestDays = 3

type RepairOptions = {
  dir: string
  wallMs: number
  /** Whether this process still writes the record. */
  isBeingWritten: (callId: string) => boolean
  /** The wall clock cannot be trusted: audio is not deleted for its age. */
  hold?: boolean
  forgotten?: ForgottenCalls
}

/**
 * Completes the newest recordings: an unfinished record gets the time of the last write as its end and the outcome
 * `lost`; audio without any record gets one that says `orphan`.
 *
 * @returns how many records were completed or made
 */
export async function repairRecords(options: RepairOptions): Promise<number> {
  const { dir, wallMs, isBeingWritten, hold = false, forgotten = new ForgottenCalls() } = options
  let repaired = 0
  for (const day of (await dayFolders(dir)).slice(-newestDays)) {
    const isForgotten = forgotten.watch()
    const isWanted = (record: CallRecord) => record.endedAt === null || !mayKeepAudio(record)
    for (const entry of await readDay(dir, day, isWanted)) {
      if (entry.stage === 'statistics' || isBeingWritten(entry.record.callId)) continue
      const lastMs = await lastWriteMs(dir, entry)
      if (lastMs === undefined || wallMs - lastMs < quietMs) continue
      const isOrphan = entry.stage !== 'whole' || entry.record.orphan === true
      if (isOrphan ? wallMs - lastMs >= orphanAudioMs && !hold : !mayKeepAudio(entry.record))
        await deleteAudio(entry)
      if (await repairOne(entry, lastMs, isForgotten)) repaired++
    }
  }
  return repaired
}

/** @returns whether a record was completed or made */
async function repairOne(
  entry: RecordingEntry,
  lastMs: number,
  isForgotten: (callId: string) => boolean,
): Promise<boolean> {
  const { files, names, record, stage } = entry
  const temporary = `${files.json}.tmp`
  // What is left of it may hold a number, by which an erasure finds it.
  if (stage === 'unreadable') return false
  if (stage === 'incomplete') {
    // A first record that was never renamed is all there is of the call: it is better than none.
    if (names.some((name) => name.endsWith('.json.tmp'))) await rename(temporary, files.json)
    else if (names.some((name) => /\.(raw|mp3)$/.test(name)))
      return writeRecord(nodeDisk, files.json, await orphanOf(entry, lastMs), isForgotten)
    return false
  }
  if (record.endedAt !== null) return false
  const written = await writeRecord(nodeDisk, files.json, await ended(entry, lastMs), isForgotten)
  await rm(temporary, { force: true })
  return written
}

/** The record of a call that its server left without an end. */
async function ended({ files, record }: RecordingEntry, lastMs: number): Promise<CallRecord> {
  const samples = Math.max(record.audio.samples, await samplesOf(files.caller), await samplesOf(files.agent))
  return {
    ...record,
    endedAt: new Date(lastMs).toISOString(),
    durationMs: Math.max(0, Math.round(lastMs - Date.parse(record.startedAt))),
    outcome: record.outcome ?? 'lost',
    reason: record.reason ?? 'server ended',
    repaired: true,
    audio: { ...record.audio, samples },
  }
}

/** The record of audio that has none: nothing is known but its length and its end. */
async function orphanOf({ files, record }: RecordingEntry, lastMs: number): Promise<CallRecord> {
  const samples = Math.max(await samplesOf(files.caller), await samplesOf(files.agent))
  return {
    ...callDetailsSchema.parse({ outcome: 'lost', reason: 'record lost' }),
    ...{ version: 1, stage: 'whole', id: record.id, callId: callIdOf(record.id) },
    ...{ repaired: true, orphan: true, durationMs: samples / 8 },
    startedAt: new Date(lastMs - samples / 8).toISOString(),
    endedAt: new Date(lastMs).toISOString(),
    audio: { ...record.audio, samples },
  }
}

async function deleteAudio({ files }: RecordingEntry): Promise<void> {
  for (const path of [files.caller, files.agent, files.mp3]) await rm(path, { force: true })
}

async function lastWriteMs(dir: string, { day, names }: RecordingEntry): Promise<number | undefined> {
  const times = names.map((name) =>
    stat(join(dir, day, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  )
  const last = Math.max(0, ...(await Promise.all(times)))
  return last === 0 ? undefined : last
}

const samplesOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size >> 1,
    () => 0,
  )
