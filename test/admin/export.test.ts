// Exporting what a search shows.

import { expect, test } from 'bun:test'
import { exportRecordings } from '../../src/admin/recording-export.ts'
import { callRecordSchema } from '../../src/recording/files.ts'
import type { RecordingPage, Recordings } from '../../src/recording/library.ts'
import { fakeProgram } from './fakes.ts'

const idOf = (n: number) => `aaaaaaaa-1c3e-4f60-8a11-${String(n).padStart(12, '0')}`

const one = (n: number, text = 'bonjour') => ({
  key: n,
  ...{ day: '2026-11-23', audio: 'mp3' as const, stage: 'whole' as const },
  record: callRecordSchema.parse({
    ...{ version: 1, id: idOf(n), callId: idOf(n), durationMs: 60_000, outcome: 'goodbye' },
    ...{ startedAt: '2026-11-23T09:00:00.000Z', endedAt: '2026-11-23T10:00:00.000Z', name: text },
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
    transcript: [{ who: 'caller', text, atMs: 0 }],
  }),
})

/** As many recordings, counted down. */
function library(count: number, text?: string) {
  const asked: Parameters<Recordings['list']>[0][] = []
  const list: Recordings['list'] = async (query): Promise<RecordingPage> => {
    asked.push(query)
    const from = query.before ?? count
    const recordings = Array.from({ length: Math.min(query.limit, from) }, (_, i) => one(from - i, text))
    const left = from - recordings.length
    return { recordings, next: left > 0 ? left : null, isComplete: true }
  }
  return {
    asked,
    recordings: {
      list,
      turns: async () => ({ turns: [], next: null, isComplete: true }),
      find: async () => undefined,
      remove: async () => false,
    },
  }
}

const rowsOf = (csv: string) => csv.replace('\uFEFF', '').trimEnd().split('\r\n')

test('a table has a heading and every recording once, whatever the number of pages', async () => {
  const { recordings, asked } = library(250)
  const rows = rowsOf(await new Response(exportRecordings(recordings, { text: 'bon' }, 'csv')).text())
  expect(rows).toHaveLength(251)
  expect(rows[0]).toStartWith('"id","startedAt"')
  expect(rows.slice(1).map((row) => row.slice(1, 37))).toEqual(
    Array.from({ length: 250 }, (_, i) => idOf(250 - i)),
  )
  expect(asked.map(({ text, limit }) => [text, limit])).toEqual(Array(3).fill(['bon', 100]))
})

test('JSON has the records', async () => {
  for (const count of [0, 1, 101]) {
    const text = await new Response(exportRecordings(library(count).recordings, {}, 'json')).text()
    expect((JSON.parse(text) as { record: { id: string } }[]).map(({ record }) => record.id)).toHaveLength(
      count,
    )
  }
})

test('an export is bounded', async () => {
  const { recordings } = library(1_000_000)
  expect(rowsOf(await new Response(exportRecordings(recordings, {}, 'csv', 130)).text())).toHaveLength(131)
})

test('a client that stops reading stops the search', async () => {
  const { recordings, asked } = library(1_000_000)
  const reader = exportRecordings(recordings, {}, 'csv').getReader()
  await reader.read()
  await reader.read()
  await reader.cancel()
  expect(asked.length).toBeLessThan(4)
})

test.each([
  ['=1+1', `"'=1+1"`],
  ['+33612345678', `"'+33612345678"`],
  ['-2', `"'-2"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['  =1', `"'  =1"`],
  ['\t=1', `"'\t=1"`],
  ['il dit "oui", et part', '"il dit ""oui"", et part"'],
  ['a=1', '"a=1"'],
])('the cell %p is text', async (text, cell) => {
  const csv = await new Response(exportRecordings(library(1, text).recordings, {}, 'csv')).text()
  expect(csv).toContain(`,${cell},`)
})

test('the route takes the query and the form, and is in the audit trail', async () => {
  const { recordings } = library(2)
  const { ask, audited } = fakeProgram({ recordings })
  const send = (body: object) =>
    ask('/api/recordings/export', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const answer = await send({ form: 'csv', text: 'bon' })
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="recordings.csv"')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(rowsOf(await answer.text())).toHaveLength(3)
  expect(audited).toEqual([expect.objectContaining({ action: 'recordings.export' })])
  expect((await send({ form: 'xls' })).status).toBe(400)
})
