// Brings the index to what lies in the folder. Every change of a recording is a file that appears, is replaced or goes,
// and each of them changes the time of its day's folder. So the times of the folders show which days to read again, by
// whatever they were changed: a call that ended, the archive, an erasure, the end of a term, a restored backup.

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { nationalNumber } from '../../understanding/phone.ts'
import { numbersIn } from '../../understanding/spoken-number.ts'
import { type RecordingEntry, readEntry } from '../entry.ts'
import { type CallRecord, dayPattern, idOfFile } from '../files.ts'
import type { IndexFile, IndexRow } from './index-file.ts'
import type { TurnRow } from './turn-table.ts'

/** Records that are put into the index in one transaction: a search of another process waits for no more. */
const together = 50
/** A folder that changed so short a time ago may change once more with the same time. */
const tickMs = 2_000

/**
 * Removes what is gone, then adds what is new, the newest day first.
 *
 * @param budgetMs after this it stops adding; what is gone is always removed
 * @returns whether everything is in the index
 */
export async function followFolder(index: IndexFile, dir: string, budgetMs: number): Promise<boolean> {
  const untilMs = performance.now() + budgetMs
  const known = index.days()
  const days = namesIn(dir)
    .filter((name) => dayPattern.test(name))
    .sort()
    .reverse()
  for (const day of known.keys()) if (!days.includes(day)) index.removeDay(day)
  const changed: ChangedDay[] = []
  for (const day of days) {
    const folderMs = statSync(join(dir, day), { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (known.get(day) === folderMs) continue
    const marks = index.marks(day)
    changed.push({ day, marks, folderMs: Date.now() - folderMs < tickMs ? 0 : folderMs })
    // A day without rows has none to lose, and is listed when its turn comes: a year of days takes seconds to list.
    if (marks.size === 0) continue
    const names = new Set(namesIn(join(dir, day)).map(idOfFile))
    index.change(day, { gone: [...marks.keys()].filter((id) => !names.has(id)) })
  }
  for (const one of changed) {
    if (!(await addNew(index, dir, one, untilMs))) return false
    index.dayDone(one.day, one.folderMs)
  }
  return true
}

type ChangedDay = {
  day: string
  marks: Map<string, string>
  folderMs: number
}

/** @returns false when the time was over before everything was added */
async function addNew(index: IndexFile, dir: string, changed: ChangedDay, untilMs: number): Promise<boolean> {
  const { day, marks } = changed
  const names = Map.groupBy(namesIn(join(dir, day)), idOfFile)
  let rows: IndexRow[] = []
  const write = () => {
    index.change(day, { rows })
    rows = []
  }
  for (const [id, files] of names) {
    if (id === undefined) continue
    const mark = markOf(join(dir, day), files)
    if (marks.get(id) === mark) continue
    const entry = await readEntry(dir, day, id, files)
    if (entry) rows.push({ ...rowOf(entry), mark })
    if (rows.length >= together || performance.now() >= untilMs) write()
    if (performance.now() >= untilMs) return false
  }
  write()
  return true
}

/** Names, and size and time of the record: a record is replaced by another file, never written over. */
function markOf(folder: string, files: readonly string[]): string {
  const records = files.filter((name) => name.endsWith('.json'))
  const times = records.map((name) => {
    const stats = statSync(join(folder, name), { throwIfNoEntry: false })
    return `${stats?.mtimeMs} ${stats?.size}`
  })
  return Bun.hash([...files].sort().concat(times).join('\n')).toString(36)
}

function rowOf({ day, record, stage }: RecordingEntry): Omit<IndexRow, 'mark'> {
  const isWhole = stage === 'whole'
  return {
    ...{ day, id: record.id, startedMs: Date.parse(record.startedAt), outcome: record.outcome },
    states: record.states.map(({ state }) => state),
    numbers: isWhole ? [...numbersIn(record), ...dialledOf(record)] : [],
    text: isWhole ? wordsOf(record) : '',
    turns: isWhole && mayBeFound(record) ? record.notUnderstood.map(turnOf) : [],
  }
}

const turnOf = ({ question, language, atMs }: CallRecord['notUnderstood'][number], n: number): TurnRow => ({
  ...{ n, atMs, question, language },
})

/** For searches alone: an erasure by it would reach every caller. */
const dialledOf = ({ dialled }: CallRecord): string[] => {
  const number = typeof dialled === 'string' ? nationalNumber(dialled) : undefined
  return number === undefined ? [] : [number]
}

/**
 * Whether what was said is in the index. Nothing of a call that still runs, whose record changes with each turn; and
 * nothing of a caller who did not want to be recorded.
 */
const mayBeFound = ({ recording, endedAt }: CallRecord): boolean =>
  endedAt !== null && recording?.choice !== 'objected' && recording?.choice !== 'declined'

function wordsOf(record: CallRecord): string {
  const { transcript, name, callerName, phone, callerNumber, dialled, numbers } = record
  if (!mayBeFound(record)) return ''
  const facts = [record.callId, name, callerName, phone, callerNumber, dialled, ...numbers]
  const said = transcript.map(({ text }) => text)
  return [...facts.filter((fact) => typeof fact === 'string'), ...said].join('\n').normalize('NFC')
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
