// Recordings as a table (CSV) or as their records (JSON), for a spreadsheet or a program: what a search shows, page by
// page as the client reads, so that a slow client costs no memory.

import type { RecordingInfo } from '../recording/entry.ts'
import type { RecordingQuery, Recordings } from '../recording/library.ts'

/** Recordings of one export: a year of a small desk, and 20 MB of transcripts. */
export const mostExported = 10_000
const pageSize = 100

export type ExportForm = 'csv' | 'json'
export const exportTypes = { csv: 'text/csv; charset=utf-8', json: 'application/json' } as const

type Exported = Pick<RecordingInfo, 'day' | 'audio' | 'stage' | 'record'>

/** One column: its heading, and the cell of a recording. */
const columns: readonly [string, (one: Exported) => string | number | boolean | null | undefined][] = [
  ['id', ({ record }) => record.id],
  ['startedAt', ({ record }) => record.startedAt],
  ['durationMs', ({ record }) => record.durationMs],
  ['language', ({ record }) => record.language],
  ['desk', ({ record }) => record.desk],
  ['outcome', ({ record }) => record.outcome],
  ['reason', ({ record }) => record.reason],
  ['topic', ({ record }) => record.topic],
  ['name', ({ record }) => record.name],
  ['phone', ({ record }) => record.phone],
  ['callerNumber', ({ record }) => record.callerNumber],
  ['dialled', ({ record }) => record.dialled],
  ['callBack', ({ record }) => record.callBack],
  ['stage', ({ stage }) => stage],
  ['audio', ({ audio }) => audio],
  ['transcript', ({ record }) => record.transcript.map(({ who, text }) => `${who}: ${text}`).join('\n')],
]

/** @param most further recordings are left out */
export function exportRecordings(
  recordings: Pick<Recordings, 'list'>,
  query: Omit<RecordingQuery, 'limit'>,
  form: ExportForm,
  most = mostExported,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let before = query.before
  let count = 0
  return new ReadableStream({
    start(controller) {
      // The mark makes spreadsheets read UTF-8.
      controller.enqueue(
        encoder.encode(form === 'csv' ? `\uFEFF${csvLine(columns.map(([head]) => head))}` : '['),
      )
    },
    async pull(controller) {
      const limit = Math.min(pageSize, most - count)
      const page = await recordings.list({ ...query, before, limit })
      const text = page.recordings.map((one, i) => lineOf(one, form, count + i === 0)).join('')
      count += page.recordings.length
      before = page.next ?? undefined
      const isOver = page.next === null || count >= most
      controller.enqueue(encoder.encode(isOver && form === 'json' ? `${text}\n]\n` : text))
      if (isOver) controller.close()
    },
  })
}

function lineOf({ day, audio, stage, record }: Exported, form: ExportForm, isFirst: boolean): string {
  const one = { day, audio, stage, record }
  if (form === 'csv') return csvLine(columns.map(([, cell]) => cell(one)))
  return `${isFirst ? '' : ','}\n${JSON.stringify(one)}`
}

const csvLine = (cells: readonly (string | number | boolean | null | undefined)[]): string =>
  `${cells.map((cell) => csvCell(String(cell ?? ''))).join(',')}\r\n`

/** Callers say what is in a cell: one that begins like a formula would be run by the spreadsheet. */
const csvCell = (text: string): string =>
  `"${(/^\s*[=+\-@]/.test(text) || /^[\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
