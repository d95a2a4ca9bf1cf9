// Recordings as a table (CSV) or as their records (JSON), for a spreadsheet or a program: what a search shows, page by
// page as the client reads, so that a slow client costs no memory.

import type { FoundPage, FoundRecording } from '../recording/everywhere.ts'
import type { RecordingQuery } from '../recording/library.ts'

/** Recordings of one export: a year of a small desk, and 20 MB of transcripts. */
export const mostExported = 10_000
const pageSize = 100

export type ExportForm = 'csv' | 'json'
export const exportTypes = { csv: 'text/csv; charset=utf-8', json: 'application/json' } as const

/** Only what an operator may see: an entry of this machine has the paths of its files too. */
export const rowOf = ({ day, audio, stage, record, machine }: Omit<FoundRecording, 'key'>) => ({
  ...{ day, audio, stage, record },
  ...(machine !== undefined && { machine }),
})
type Exported = ReturnType<typeof rowOf>
type Column = [string, (one: Exported) => string | number | boolean | null | undefined]

/** One column: its heading, and the cell of a recording. */
const columns: readonly Column[] = [
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

/** Of a cluster's export, after the others. */
const machineColumn: Column = ['machine', ({ machine }) => machine]

type Page = Omit<FoundPage, 'missing'> & { missing?: string[] }
type Listed = { list(query: RecordingQuery): Promise<Page> }

/**
 * @param isCluster whether there are recordings of several machines
 * @returns the export, and the machines whose recordings are not in it
 */
export async function beginExport(
  recordings: Listed,
  query: Omit<RecordingQuery, 'limit'>,
  form: ExportForm,
  isCluster: boolean,
): Promise<{ stream: ReadableStream<Uint8Array>; missing: string[] }> {
  const first = await recordings.list({ ...query, limit: pageSize })
  const missing = first.missing ?? []
  const list = async (asked: RecordingQuery): Promise<Page> => {
    const page = await recordings.list(asked)
    // A client that has been told of no gap must not take what it has for everything: its download fails.
    if (page.missing?.some((machine) => !missing.includes(machine)))
      throw new Error('a machine stopped answering in the middle of the export')
    return page
  }
  return { stream: exportRecordings({ list }, query, form, mostExported, { first, isCluster }), missing }
}

/** @param most further recordings are left out @param begun the first page, where it is there already */
export function exportRecordings(
  recordings: Listed,
  query: Omit<RecordingQuery, 'limit'>,
  form: ExportForm,
  most = mostExported,
  begun: { first?: Page; isCluster: boolean } = { isCluster: false },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const shown = begun.isCluster ? [...columns, machineColumn] : columns
  let before = query.before
  let count = 0
  let ready = begun.first
  return new ReadableStream({
    start(controller) {
      // The mark makes spreadsheets read UTF-8.
      controller.enqueue(
        encoder.encode(form === 'csv' ? `\uFEFF${csvLine(shown.map(([head]) => head))}` : '['),
      )
    },
    async pull(controller) {
      const limit = Math.min(pageSize, most - count)
      const page = ready ?? (await recordings.list({ ...query, before, limit }))
      ready = undefined
      const text = page.recordings
        .map((one, i) => lineOf(rowOf(one), form, { columns: shown, isFirst: count + i === 0 }))
        .join('')
      count += page.recordings.length
      before = page.next ?? undefined
      const isOver = page.next === null || count >= most
      controller.enqueue(encoder.encode(isOver && form === 'json' ? `${text}\n]\n` : text))
      if (isOver) controller.close()
    },
  })
}

function lineOf(
  one: Exported,
  form: ExportForm,
  { columns, isFirst }: { columns: readonly Column[]; isFirst: boolean },
): string {
  if (form === 'csv') return csvLine(columns.map(([, cell]) => cell(one)))
  return `${isFirst ? '' : ','}\n${JSON.stringify(one)}`
}

const csvLine = (cells: readonly (string | number | boolean | null | undefined)[]): string =>
  `${cells.map((cell) => csvCell(String(cell ?? ''))).join(',')}\r\n`

/** Callers say what is in a cell: one that begins like a formula would be run by the spreadsheet. */
const csvCell = (text: string): string =>
  `"${(/^\s*[=+\-@]/.test(text) || /^[\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
