// Turns that the desk could not use, in the index of the recordings: what is listed, in which order, and that nothing
// is listed that was erased or must not be found.

import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eraseCaller } from '../../src/recording/erasure.ts'
import { callRecordSchema } from '../../src/recording/files.ts'
import { createRecordings } from '../../src/recording/library.ts'
import { sweepRecordings } from '../../src/recording/retention.ts'
import { indexPath } from '../../src/recording/search/index-file.ts'
import { type Search, searchHere } from '../../src/recording/search/search.ts'

setDefaultTimeout(60_000)

let dir = ''
let search: Search
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'turns-'))
  search = searchHere(dir)
})
afterEach(() => {
  search.close()
  rmSync(dir, { recursive: true, force: true })
})

const idOf = (n: number) => `aaaaaaaa-1c3e-4f60-8a11-${String(n).padStart(12, '0')}`
const day = '2026-11-23'

type Turn = { question?: string; language?: string; text: string; atMs: number }

/** Call n began n minutes after nine. */
function put(n: number, turns: Turn[], more: object = {}) {
  mkdirSync(join(dir, day), { recursive: true })
  const record = callRecordSchema.parse({
    ...{ version: 1, id: idOf(n), callId: idOf(n), durationMs: 60_000, outcome: 'goodbye' },
    startedAt: `2026-11-23T09:${String(n).padStart(2, '0')}:00.000Z`,
    endedAt: '2026-11-23T10:00:00.000Z',
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
    notUnderstood: turns.map((turn) => ({ question: 'open', topic: null, language: 'fr', ...turn })),
    ...more,
  })
  writeFileSync(join(dir, day, `${idOf(n)}.json`), JSON.stringify(record))
}

const library = () => createRecordings(dir, search)
async function listed(query: object = {}): Promise<string[]> {
  const { turns } = await library().turns({ limit: 50, ...query })
  return turns.map(({ text }) => text)
}

describe('the list of turns', () => {
  beforeEach(() => {
    put(1, [
      { text: 'un', atMs: 1_000 },
      { text: 'deux', atMs: 59_999, question: 'symptom' },
    ])
    put(2, [{ text: 'trois', atMs: 1_000, language: 'en' }])
    put(3, [])
  })

  test('has the newest first, each with its place', async () => {
    const { turns, next, isComplete } = await library().turns({ limit: 50 })
    expect([next, isComplete]).toEqual([null, true])
    expect(turns).toEqual([
      expect.objectContaining({ id: idOf(2), n: 0, text: 'trois', audio: 'none', day }),
      expect.objectContaining({ id: idOf(1), n: 1, text: 'deux', atMs: 59_999, question: 'symptom' }),
      expect.objectContaining({ id: idOf(1), n: 0, text: 'un', startedAt: '2026-11-23T09:01:00.000Z' }),
    ])
  })

  test.each([
    [{ question: 'symptom' }, ['deux']],
    [{ language: 'en' }, ['trois']],
    [{ from: '2026-11-24' }, []],
    [{ to: '2026-11-23' }, ['trois', 'deux', 'un']],
  ])('filtered by %j', async (query, texts) => {
    expect(await listed(query)).toEqual(texts)
  })

  test('goes on where a page ended', async () => {
    const first = await library().turns({ limit: 2 })
    expect(first.turns.map(({ text }) => text)).toEqual(['trois', 'deux'])
    const second = await library().turns({ limit: 2, before: first.next! })
    expect(second).toMatchObject({ turns: [{ text: 'un' }], next: null })
  })

  test('has turns of one moment of two calls both', async () => {
    put(4, [{ text: 'quatre', atMs: 1_000 }], { startedAt: '2026-11-23T09:02:00.000Z' })
    expect((await listed()).sort()).toEqual(['deux', 'quatre', 'trois', 'un'])
  })

  test('follows a record that is replaced', async () => {
    expect(await listed()).toHaveLength(3)
    put(1, [{ text: 'un autre', atMs: 5 }])
    expect(await listed()).toEqual(['trois', 'un autre'])
  })

  test('says nothing of a running call, nor of a caller who did not want to be recorded', async () => {
    put(1, [{ text: 'un', atMs: 1 }], { endedAt: null })
    const recording = { policy: 'notice', choice: 'objected', atMs: 1, noticeAtMs: 0 }
    put(2, [{ text: 'deux', atMs: 1 }], { recording })
    expect(await listed()).toEqual([])
  })

  test('is there in an index that an older version made', async () => {
    await listed()
    search.close()
    const db = new Database(indexPath(dir))
    db.run('DELETE FROM turns')
    db.run('PRAGMA user_version = 1')
    db.close()
    search = searchHere(dir)
    expect(await listed()).toHaveLength(3)
  })
})

describe('what is erased', () => {
  const inIndex = () => {
    const db = new Database(indexPath(dir))
    const rows = db.query('SELECT n FROM turns').all()
    db.close()
    return rows.length
  }
  beforeEach(async () => {
    put(1, [{ text: 'un', atMs: 1_000 }], { phone: '0612345678' })
    put(2, [{ text: 'deux', atMs: 1_000 }])
    expect(await listed()).toHaveLength(2)
  })

  test('with its caller leaves the list and the index', async () => {
    await eraseCaller({ dir, phone: '0612345678' })
    expect(inIndex()).toBe(1)
    expect(await listed()).toEqual(['deux'])
  })

  test('alone does too', async () => {
    await library().remove(idOf(1))
    expect(inIndex()).toBe(1)
  })

  test('at the end of the transcript’s term leaves statistics without words', async () => {
    const terms = { audioDays: 1, transcriptDays: 1, statisticsDays: 90 }
    await sweepRecordings({ dir, terms, wallMs: Date.UTC(2026, 10, 30) })
    expect(await listed()).toEqual([])
    expect(inIndex()).toBe(0)
    const { recordings } = await library().list({ limit: 9 })
    expect(recordings.map(({ stage, record }) => [stage, record.notUnderstood])).toEqual([
      ['statistics', []],
      ['statistics', []],
    ])
  })
})
