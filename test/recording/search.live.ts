// 50 000 recordings: each page of the list, with and without words and filters, is found within 200 ms, and so is each
// page of the turns that were not understood. The rows are put into the index directly; test/bench/pages.ts reads real
// records.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IndexFile, type IndexQuery, indexPath } from '../../src/recording/search/index-file.ts'
import type { TurnQuery } from '../../src/recording/search/turn-table.ts'

setDefaultTimeout(120_000)

const count = 50_000
const perDay = 500
const words = Array.from({ length: 3_000 }, (_, i) => `mot${(i * 7_919).toString(36)}`)
const startMs = Date.UTC(2026, 0, 1)

/** Call n says 15 words, the frequent ones often; every call says "bonjour", one in a thousand "pamplemousse". */
function rowOf(n: number) {
  const said = Array.from(
    { length: 15 },
    (_, i) => words[(n * 31 + i * i * 17) % (i % 2 === 0 ? 60 : words.length)],
  )
  const phone = `06${String(n * 1_009)
    .padStart(8, '0')
    .slice(-8)}`
  return {
    ...{
      id: `aaaaaaaa-1c3e-4f60-8a11-${String(n).padStart(12, '0')}`,
      startedMs: startMs + n * 170_000,
      mark: '',
    },
    ...{
      outcome: n % 9 === 0 ? 'transfer' : 'goodbye',
      states: ['welcome', n % 5 === 0 ? 'solution' : 'diagnostic'],
    },
    ...{
      numbers: [phone],
      text: `bonjour ${phone} ${said.join(' ')}${n % 1_000 === 0 ? ' pamplemousse' : ''}`,
      // As many turns as recordings; one in a thousand at a rare question.
      turns: [{ n: 0, atMs: 9_000, question: n % 1_000 === 0 ? 'callBack' : 'symptom', language: 'fr' }],
    },
  }
}

const queries: [string, Omit<IndexQuery, 'limit'>][] = [
  ['the newest', {}],
  ['the last page', { before: (startMs + 60 * 170_000) * 1_000 }],
  ['a rare outcome and state', { outcome: 'transfer', state: 'solution' }],
  ['nothing at all', { outcome: 'error' }],
  ['a number', { phone: '0600001009' }],
  ['a word of every call', { text: 'bonjour' }],
  ['a rare word', { text: 'pamplemousse' }],
  ['a beginning', { text: 'mot' }],
  ['one letter', { text: 'm' }],
  ['two frequent words and a filter', { text: 'bonjour mot', state: 'solution', outcome: 'transfer' }],
  ['a frequent word and a filter that nothing passes', { text: 'bonjour', outcome: 'error' }],
  ['the first digits of a number', { text: '06 00 00' }],
]

const turnQueries: [string, Omit<TurnQuery, 'limit'>][] = [
  ['turns: the newest', {}],
  ['turns: the last page', { before: (startMs + 60 * 170_000) * 1_000 }],
  ['turns: a rare question', { question: 'callBack' }],
  ['turns: nothing at all', { question: 'consent', language: 'fr' }],
]

test('50 000 recordings: every page within 200 ms', () => {
  const dir = mkdtempSync(join(tmpdir(), 'search-'))
  try {
    const index = new IndexFile(indexPath(dir))
    for (let from = 0; from < count; from += perDay) {
      const day = new Date(startMs + (from / perDay) * 86_400_000).toISOString().slice(0, 10)
      index.change(day, { rows: Array.from({ length: perDay }, (_, i) => ({ day, ...rowOf(from + i) })) })
    }
    console.log(`${Math.round(statSync(indexPath(dir)).size / 1e6)} MB`)
    const looks: [string, () => unknown][] = [
      ...queries.map(([what, query]): [string, () => unknown] => [
        what,
        () => index.find({ ...query, limit: 50 }),
      ]),
      ...turnQueries.map(([what, query]): [string, () => unknown] => [
        what,
        () => index.turns({ ...query, limit: 50 }),
      ]),
    ]
    for (const [what, look] of looks) {
      // The best of five: other programs have the machine too.
      const times = [1, 2, 3, 4, 5].map(() => {
        const from = performance.now()
        look()
        return performance.now() - from
      })
      console.log(`${what}: ${Math.min(...times).toFixed(1)} ms`)
      expect({ what, isFast: Math.min(...times) <= 200 }).toEqual({ what, isFast: true })
    }
    index.close()
  } finally {
    rmSync(dir, { recursive: true })
  }
})
