// Completes records that a killed server left without an end, and deletes audio that its caller had refused but that
// the disk would not let go at the time. A record whose call still runs, in this process or in one beside it, is left
// alone: its files were written moments ago.

import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeDisk } from './disk.ts'
import { type CallRecord, mayKeepAudio } from './files.ts'
import { type RecordingEntry, readDay } from './library.ts'
import { dayFolders } from './retention.ts'

/** A live call writes audio every 160 ms. */
export const quietMs = 60_000
/** A call that the last process was in has its files in one of the newest folders. */
const newestDays = 3

/**
 * Gives unfinished records their end: the time of the last write, with the outcome `lost`.
 *
 * @param isBeingWritten whether this process still writes the record
 * @returns how many records were completed
 */
export async function repairRecords(
  dir: string,
  wallMs: number,
  isBeingWritten: (callId: string) => boolean,
): Promise<number> {
  let repaired = 0
  for (const day of (await dayFolders(dir)).slice(-newestDays)) {
    const isWanted = (record: CallRecord) => record.endedAt === null || !mayKeepAudio(record)
    for (const entry of await readDay(dir, day, isWanted)) {
      if (entry.stage === 'statistics' || isBeingWritten(entry.record.callId)) continue
      const lastMs = await lastWriteMs(dir, entry)
      if (lastMs === undefined || wallMs - lastMs < quietMs) continue
      if (entry.stage === 'whole' && entry.record.endedAt !== null) await deleteAudio(entry)
      else if (await repairOne(entry, lastMs)) repaired++
    }
  }
  return repaired
}

async function repairOne(entry: RecordingEntry, lastMs: number): Promise<boolean> {
  const { files, names, record, stage } = entry
  const temporary = `${files.json}.tmp`
  if (stage !== 'whole') {
    // A first record that was never renamed is all there is of the call: it is better than none.
    const hasTemporary = names.some((name) => name.endsWith('.json.tmp'))
    if (stage === 'incomplete' && hasTemporary) await rename(temporary, files.json)
    return false
  }
  // A recorder that was killed could not delete the audio that the caller had not allowed.
  const keeps = mayKeepAudio(record)
  if (!keeps) await deleteAudio(entry)
  const startedMs = Date.parse(record.startedAt)
  const samples = Math.max(record.audio.samples, await samplesOf(files.caller), await samplesOf(files.agent))
  const whole: CallRecord = {
    ...record,
    endedAt: new Date(lastMs).toISOString(),
    durationMs: Math.max(0, Math.round(lastMs - startedMs)),
    outcome: record.outcome ?? 'lost',
    reason: record.reason ?? 'server ended',
    repaired: true,
    audio: { ...record.audio, samples: keeps ? samples : 0 },
  }
  await nodeDisk.replace(files.json, `${JSON.stringify(whole, null, 1)}\n`)
  await rm(temporary, { force: true })
  return true
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
