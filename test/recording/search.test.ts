// The index of the recordings: what is found, what never is, and that nothing of an erased call is left in its file.

import type { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { eraseCaller } from '../../src/recording/erasure.ts'
import { callRecordSchema } from '../../src/recording/files.ts'
import { createRecordings } from '../../src/recording/library.ts'
import { sweepRecordings } from '../../src/recording/retention.ts'
import { followFolder } from '../../src/recording/search/follow-folder.ts'
import { IndexFile, indexPath } from '../../src/recording/search/index-file.ts'
import { questionOf } from '../../src/recording/search/question.ts'
import { createSearch, FolderIndex, type Search, searchHere } from '../../src/recording/search/search.ts'

setDefaultTimeout(60_000)

let dir = ''
let search: Search
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'search-'))
  search = searchHere(dir)
})
afterEach(() => {
  search.close()
  rmSync(dir, { recursive: true, force: true })
})

const idOf = (n: number) => `aaaaaaaa-1c3e-4f60-8a11-${String(n).padStart(12, '0')}`
const day = '2026-11-23'

/** Call n began n minutes after nine. */
function put(n: number, said: string[], more: object = {}) {
  mkdirSync(join(dir, day), { recursive: true })
  const record = callRecordSchema.parse({
    ...{ version: 1, id: idOf(n), callId: idOf(n), durationMs: 60_000, outcome: 'goodbye' },
    startedAt: `2026-11-23T09:${String(n).padStart(2, '0')}:00.000Z`,
    endedAt: '2026-11-23T10:00:00.000Z',
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
    transcript: said.map((text, i) => ({ who: 'caller', text, atMs: i * 1_000 })),
    ...more,
  })
  writeFileSync(join(dir, day, `${idOf(n)}.json`), JSON.stringify(record))
}

/** The numbers of the calls found, newest first. */
async function found(text: string, more: object = {}): Promise<number[]> {
  const { hits } = await search.find({ text, limit: 50, ...more })
  return hits.map(({ id }) => Number(id.slice(-12)))
}

describe('a search', () => {
  beforeEach(() => {
    put(1, ['Ma télécommande ne répond plus', 'allô ?'], { name: 'Hélène Dupré' })
    put(2, ['ma box clignote "rouge" NEAR ma fenêtre'], { phone: '0612345678', outcome: 'transfer' })
    put(3, ['mon numéro c’est le 06 98 76 54 32'], { callerName: 'MARTIN' })
  })

  test.each([
    ['telecommande', [1]],
    ['TÉLÉCOMMANDE', [1]],
    ['te\u0301le\u0301comm', [1]],
    ['telec rep', [1]],
    ['helene', [1]],
    ['martin', [3]],
    ['box rouge', [2]],
    ['box helene', []],
    ['0612345678', [2]],
    ['06 12 34', [2]],
    ['+33 6 12 34 56 78', [2]],
    ['06 98', [3]],
    ['0698765432', []],
    [idOf(2), [2]],
    ['m', [3, 2, 1]],
    ['!?', []],
  ])('for %p', async (text, calls) => {
    expect(await found(text)).toEqual(calls)
  })

  test.each([
    'box OR helene',
    'NOT box',
    'box NEAR helene',
    'text:box AND "',
    '"box',
    'box*) OR (helene',
    '^box',
    "box'; DROP TABLE recordings; --",
    '{text}: box',
    '\u0000box -helene',
  ])('%p is words, never syntax', async (text) => {
    const words = text.match(/[\p{L}\p{N}]+/gu) ?? []
    const isOfBox = (word: string) =>
      'ma box clignote rouge near ma fenetre'.split(' ').includes(word.toLowerCase())
    expect(await found(text)).toEqual(words.every(isOfBox) ? [2] : [])
  })

  test('takes the filters too', async () => {
    expect(await found('m', { outcome: 'transfer' })).toEqual([2])
    expect(await found('m', { phone: '0698765432' })).toEqual([3])
    expect(await found('m', { from: '2026-11-24' })).toEqual([])
  })

  test('goes on where a page ended, with or without words', async () => {
    for (const text of ['m', undefined]) {
      const first = await search.find({ text, limit: 2 })
      const second = await search.find({ text, limit: 2, before: first.hits[1]!.key })
      expect([first, second].map(({ hits }) => hits.map(({ id }) => id))).toEqual([
        [idOf(3), idOf(2)],
        [idOf(1)],
      ])
    }
  })

  test('does not find what a running call or an unwilling caller said', async () => {
    put(4, ['pamplemousse'], { endedAt: null })
    const chose = (choice: string) => ({ recording: { policy: 'notice', choice, atMs: 1, noticeAtMs: 0 } })
    put(5, ['pamplemousse'], chose('objected'))
    put(6, ['pamplemousse'], chose('declined'))
    put(7, ['pamplemousse'])
    expect(await found('pample')).toEqual([7])
    expect((await search.find({ limit: 50 })).hits).toHaveLength(7)
  })

  test('follows a record that is replaced, and one whose call ends', async () => {
    put(4, ['avant'], { endedAt: null })
    expect(await found('avant')).toEqual([])
    put(4, ['avant', 'maintenant c’est fini'])
    expect(await found('avant')).toEqual([4])
    put(4, ['autre chose de plus long'])
    expect([await found('avant'), await found('autre')]).toEqual([[], [4]])
  })
})

test('many words become a bounded question', () => {
  expect(questionOf('mot '.repeat(60)).match(/mot/g)?.length).toBeLessThan(30)
  expect(questionOf('')).toBe('')
})

describe('an erased call', () => {
  const secrets = ['pamplemousse', 'mousse', '0612345678', '12345678', 'Hélène', 'helene', idOf(1)]
  const left = () => {
    const bytes = readFileSync(indexPath(dir)).toString('latin1')
    return secrets.filter((secret) => bytes.includes(Buffer.from(secret).toString('latin1')))
  }
  const fill = async () => {
    for (let n = 2; n < 50; n++) put(n, [`bonjour ${n}, la box numéro ${n * 37} clignote`, 'paprika pample'])
    put(1, ['pamplemousse', 'je suis au 06 12 34 56 78'], { phone: '0612345678', name: 'Hélène' })
    expect(await found('pamplemousse')).toEqual([1])
    // Otherwise the check below finds nothing in any case.
    expect(left()).toContain('0612345678')
    expect(left()).toContain('pamplemousse')
  }

  test('leaves no word, name or number in the file of the index', async () => {
    await fill()
    const { erased } = await eraseCaller({ dir, phone: '0612345678' })
    expect(erased).toEqual([idOf(1)])
    expect(left()).toEqual([])
    expect(await found('pample')).toHaveLength(48)
  })

  test('nor does a recording that is deleted alone', async () => {
    await fill()
    await createRecordings(dir).remove(idOf(1))
    expect(left()).toEqual([])
  })

  test('nor one whose transcript is past its term', async () => {
    await fill()
    const terms = { audioDays: 1, transcriptDays: 1, statisticsDays: 90 }
    await sweepRecordings({ dir, terms, wallMs: Date.UTC(2026, 10, 30) })
    await search.dropGone()
    expect(left()).toEqual([])
    expect((await search.find({ limit: 99 })).hits).toHaveLength(49)
  })
  test('nor one whose day was deleted by hand', async () => {
    await fill()
    rmSync(join(dir, day), { recursive: true })
    await search.dropGone()
    expect(left()).toEqual([])
  })
})

describe('the index', () => {
  beforeEach(async () => {
    put(1, ['pamplemousse'])
    expect(await found('pamplemousse')).toEqual([1])
    search.close()
  })

  const again = async () => {
    search = searchHere(dir)
    return await found('pamplemousse')
  }

  test('is made again when it is missing', async () => {
    rmSync(indexPath(dir))
    expect(await again()).toEqual([1])
  })

  test('is made again when it is damaged', async () => {
    const bytes = readFileSync(indexPath(dir))
    writeFileSync(indexPath(dir), bytes.fill(7, 5_000, bytes.length - 100))
    expect(await again()).toEqual([1])
    writeFileSync(indexPath(dir), 'no database')
    search.close()
    expect(await again()).toEqual([1])
  })

  test('is made again when it is of another version', async () => {
    const { Database } = await import('bun:sqlite')
    const db = new Database(indexPath(dir))
    db.run('PRAGMA user_version = 999')
    db.run("UPDATE recordings SET outcome = 'of another kind'")
    db.close()
    expect(await again()).toEqual([1])
    expect((await search.find({ outcome: 'goodbye', limit: 9 })).hits).toHaveLength(1)
  })

  test('can be read by its owner and group alone', () => {
    expect((statSync(indexPath(dir)).mode & 0o777).toString(8)).toBe('640')
  })

  test('is in memory where the folder cannot be written to', async () => {
    const made = new IndexFile(':memory:')
    expect(made.find({ text: 'x', limit: 1 })).toEqual([])
    made.close()
    expect(await searchHere(join(dir, 'missing')).find({ limit: 1 })).toEqual({ hits: [], isComplete: true })
    expect(readdirSync(dir).sort()).toEqual(['.search.sqlite', day])
  })

  test('goes on in memory when its disk becomes read-only, and is in its file again later', async () => {
    const index = new FolderIndex(dir)
    const numbers = async () => {
      const { hits } = await index.find({ text: 'pamplemousse', limit: 9 })
      return hits.map(({ id }) => Number(id.slice(-12)))
    }
    expect(await numbers()).toEqual([1])
    // A real disk cannot be made read-only while the file is open.
    const { file } = index as unknown as { file: { db: Database; clear(): void } }
    file.db.run('PRAGMA query_only = ON')
    file.clear = () => {
      throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' })
    }
    put(2, ['un pamplemousse'])
    expect(await numbers()).toEqual([2, 1])
    put(3, ['un pamplemousse'])
    expect(await numbers()).toEqual([3, 2, 1])
    expect(index).not.toMatchObject({ file: { isInMemory: true } })
    index.close()
  })

  test('has the newest day before an older one is even listed', async () => {
    // A day that cannot be listed: nothing but reading it shows that.
    writeFileSync(join(dir, '2026-11-20'), '')
    rmSync(indexPath(dir))
    const made = new IndexFile(indexPath(dir))
    expect(await followFolder(made, dir, 0)).toBe(false)
    expect(made.find({ text: 'pamplemousse', limit: 9 }).map(({ id }) => id)).toEqual([idOf(1)])
    made.close()
  })

  test('is kept by a thread of its own', async () => {
    const threaded = createSearch({ dir, clock: systemClock, log: silentLog, metrics: new Metrics() })
    put(2, ['pamplemousse'])
    const { hits } = await threaded.find({ text: 'pample', limit: 9 })
    expect(hits.map(({ id }) => id)).toEqual([idOf(2), idOf(1)])
    await eraseCaller({
      dir,
      phone: '0612345678',
      calls: new Set([idOf(2)]),
      dropGone: () => threaded.dropGone(),
    })
    expect((await threaded.find({ text: 'pample', limit: 9 })).hits).toHaveLength(1)
    threaded.close()
  })
})
