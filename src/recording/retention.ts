// Retention: deletes what is older than its term (terms.ts). Works on folders and files alone, so that it needs neither
// a running archive nor a record that can be read. server/records/retention.ts runs it every hour.

import { readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorText } from '../base/errors.ts'
import { nodeDisk } from './disk.ts'
import { callRecordSchema, dayPattern, idOfFile, inputsEnd, recordingDay, statisticsFile } from './files.ts'
import { ForgottenCalls, writeRecord } from './forgotten.ts'
import { lastDay, statisticsOf, type Terms } from './terms.ts'

const dayMs = 86_400_000

export type SweepOptions = {
  dir: string
  terms: Terms
  wallMs: number
  timeZone?: string
  /** Deletes nothing and only measures what is overdue. */
  hold?: boolean
  forgotten?: ForgottenCalls
}

export type Sweep = {
  /** Days whose folder was deleted whole. */
  days: string[]
  /** Recordings that lost their audio or their transcript in a folder that stays. */
  changed: number
  /** How far the oldest remaining part is past its term; 0 when nothing is. */
  overdueMs: number
  /** Days where something could not be deleted, with the first reason. */
  failed: { day: string; error: string }[]
}

/** What one day's sweep knows. */
type DaySweep = SweepOptions & { day: string; sweep: Sweep }

/** Deletes what is older than its term. A day that fails is reported, and the others are swept all the same. */
export async function sweepRecordings(options: SweepOptions): Promise<Sweep> {
  const sweep: Sweep = { days: [], changed: 0, overdueMs: 0, failed: [] }
  for (const day of await dayFolders(options.dir)) {
    try {
      await sweepDay({ ...options, day, sweep })
    } catch (error) {
      sweep.failed.push({ day, error: errorText(error) })
      noteOverdue({ ...options, day, sweep }, Date.parse(day) + dayMs, options.terms.audioDays)
    }
  }
  return sweep
}

/** Days with a folder, oldest first. */
export async function dayFolders(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => [])
  return names.filter((name) => dayPattern.test(name)).sort()
}

async function sweepDay(options: DaySweep): Promise<void> {
  const { dir, terms, hold, day, sweep } = options
  if (ageOf(options, lastDay(terms)) === 'all') {
    if (!hold) {
      try {
        await rm(join(dir, day), { recursive: true, force: true })
        sweep.days.push(day)
        return
      } catch (error) {
        sweep.failed.push({ day, error: errorText(error) })
      }
    }
    noteOverdue(options, Date.parse(day) + dayMs, lastDay(terms))
    return
  }
  if (ageOf(options, terms.audioDays) === 'none') return
  const files = new Map<string, string[]>()
  for (const name of await readdir(join(dir, day))) {
    const id = idOfFile(name)
    if (id !== undefined) files.set(id, [...(files.get(id) ?? []), name])
  }
  for (const [id, names] of files) {
    try {
      if (await sweepOne(options, id, names)) sweep.changed++
    } catch (error) {
      sweep.failed.push({ day, error: errorText(error) })
      noteOverdue(options, Date.parse(day) + dayMs, terms.audioDays)
    }
  }
  // Fails while the folder holds anything, as it should.
  if (!hold) await rmdir(join(dir, day)).catch(() => undefined)
}

/** Deletes the parts of one recording that are over. @returns whether anything was deleted */
async function sweepOne(options: DaySweep, id: string, names: readonly string[]): Promise<boolean> {
  const { dir, day, terms, hold } = options
  const folder = join(dir, day)
  const json = `${id}.json`
  const statistics = statisticsFile(id)
  let startedMs: number | undefined
  const isOver = async (days: number): Promise<boolean> => {
    const age = ageOf(options, days)
    if (age !== 'some') return age === 'all'
    startedMs ??= await startOf(folder, names)
    return startedMs <= options.wallMs - days * dayMs
  }
  const over: string[] = []
  const isRecord = (name: string) => name === json || name === statistics
  const isText = (name: string) =>
    isRecord(name) || name === `${json}.tmp` || name.startsWith(`${id}${inputsEnd}`)
  if (await isOver(terms.audioDays)) over.push(...names.filter((name) => !isText(name)))
  let strip = false
  if (await isOver(terms.transcriptDays)) {
    strip = names.includes(json) && terms.statisticsDays > 0
    over.push(...names.filter((name) => isText(name) && name !== statistics && !(strip && name === json)))
  }
  if (names.includes(statistics) && (await isOver(lastDay(terms)))) over.push(statistics)
  if (over.length === 0 && !strip) return false
  if (hold) {
    startedMs ??= await startOf(folder, names)
    noteOverdue(options, startedMs, terms.audioDays)
    return false
  }
  // The JSON goes last: while it is there, the recording can be found.
  for (const name of over.sort((a) => (isRecord(a) ? 1 : -1))) await rm(join(folder, name), { force: true })
  if (strip) await stripRecord(folder, json, options.forgotten)
  return true
}

/**
 * Replaces a record by its statistics, under a new id. The text is replaced before the file is renamed: a crash between
 * the two leaves statistics under the old name, which the next sweep renames.
 */
async function stripRecord(folder: string, json: string, forgotten = new ForgottenCalls()): Promise<void> {
  const isForgotten = forgotten.watch()
  const path = join(folder, json)
  const record = callRecordSchema.safeParse(parsed(await readFile(path, 'utf8'))).data
  // Nothing can be kept of a record that cannot be read.
  if (record === undefined) return await rm(path, { force: true })
  const isStripped = record.stage === 'statistics'
  const kept = isStripped ? record : statisticsOf(record, crypto.randomUUID())
  const isWritten = isStripped || (await writeRecord(nodeDisk, path, kept, () => isForgotten(record.callId)))
  if (isWritten) await rename(path, join(folder, statisticsFile(kept.id)))
}

/** Whether all recordings of the day are older than so many days, some may be, or none is. */
function ageOf({ day, wallMs, timeZone }: DaySweep, days: number): 'all' | 'some' | 'none' {
  const oldest = recordingDay(wallMs - days * dayMs, timeZone)
  if (day < oldest) return 'all'
  return day === oldest ? 'some' : 'none'
}

function noteOverdue({ sweep, wallMs }: DaySweep, startedMs: number, days: number): void {
  sweep.overdueMs = Math.max(sweep.overdueMs, wallMs - startedMs - days * dayMs)
}

/** When the recording began: from its record; without a readable one, when its oldest file was last written. */
async function startOf(folder: string, names: readonly string[]): Promise<number> {
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '')
    const startedMs = Date.parse(callRecordSchema.safeParse(parsed(text)).data?.startedAt ?? '')
    if (!Number.isNaN(startedMs)) return startedMs
  }
  const times = names.map((name) =>
    stat(join(folder, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    ),
  )
  return Math.min(...(await Promise.all(times)))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
