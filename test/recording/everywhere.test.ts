// The lists of several machines as one list.

import { describe, expect, test } from 'bun:test'
import { type FoundRecording, listEverywhere, mergeParts } from '../../src/recording/everywhere.ts'
import { callRecordSchema } from '../../src/recording/files.ts'
import type { ListedRecording, RecordingQuery, Recordings } from '../../src/recording/library.ts'

const idOf = (n: number) => `aaaaaaaa-1c3e-4f60-8a11-${String(n).padStart(12, '0')}`

const one = (key: number): ListedRecording => ({
  ...{ key, day: '2026-11-23', audio: 'none', stage: 'whole' },
  record: callRecordSchema.parse({
    ...{ version: 1, id: idOf(key), callId: idOf(key), durationMs: 60_000, outcome: 'goodbye' },
    ...{ startedAt: '2026-11-23T09:00:00.000Z', endedAt: '2026-11-23T10:00:00.000Z' },
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
  }),
})

/** A machine with recordings of these keys. @param gone erased between the index and the reading of the files */
function machineWith(keys: readonly number[], gone: readonly number[] = []): Pick<Recordings, 'list'> {
  return {
    async list({ before = Number.POSITIVE_INFINITY, limit }) {
      const hits = keys
        .filter((key) => key < before)
        .toSorted((a, b) => b - a)
        .slice(0, limit)
      const next = hits.length < limit ? null : hits.at(-1)!
      return { recordings: hits.filter((key) => !gone.includes(key)).map(one), next, isComplete: true }
    },
  }
}

/** The same machines as the first one of them sees them. */
const othersOf = (machines: readonly Pick<Recordings, 'list'>[], missing: string[] = []) => ({
  own: 'http://m0',
  async search(query: RecordingQuery) {
    const found = machines.slice(1).map(async (machine, i) => ({
      ...{ machine: `http://m${i + 1}`, json: JSON.parse(JSON.stringify(await machine.list(query))) },
    }))
    return { found: await Promise.all(found), missing }
  },
})

/** Reads page by page to the end. */
async function readAll(machines: readonly Pick<Recordings, 'list'>[], limit: number) {
  const list = listEverywhere(machines[0]!, othersOf(machines))
  const read: FoundRecording[] = []
  let before: number | undefined
  for (let pages = 0; pages < 1_000; pages++) {
    const page = await list({ before, limit })
    read.push(...page.recordings)
    if (page.next === null) return read
    before = page.next
  }
  throw new Error('the list has no end')
}

/** Numbers that look random and are the same in each run. */
function* numbers(seed: number) {
  let state = seed
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    yield state
  }
}

describe('the list of several machines', () => {
  test('has each recording once, newest first, for every size of a page', async () => {
    const random = numbers(7)
    const next = (below: number) => random.next().value! % below
    for (let round = 0; round < 40; round++) {
      // Few different keys, so that some are on several machines.
      const sets = Array.from({ length: 1 + next(4) }, () =>
        Array.from({ length: next(30) }, () => 1 + next(60)),
      )
      const machines = sets.map((keys) => machineWith([...new Set(keys)]))
      const all = sets.flatMap((keys) => [...new Set(keys)]).toSorted((a, b) => b - a)
      const read = await readAll(machines, 1 + next(12))
      expect(read.map(({ key }) => key)).toEqual(all)
    }
  })

  test('says of each recording on which machine it is', async () => {
    const read = await readAll([machineWith([1, 4]), machineWith([2]), machineWith([3])], 2)
    expect(read.map(({ machine }) => machine)).toEqual(['http://m0', 'http://m2', 'http://m1', 'http://m0'])
  })

  test('loses nothing where recordings are erased while it is read', async () => {
    const keys = Array.from({ length: 20 }, (_, i) => i * 2 + 1)
    const machines = [machineWith(keys, keys.slice(-9)), machineWith([2, 12, 38])]
    const read = await readAll(machines, 3)
    const left = [...keys.slice(0, -9), 2, 12, 38].toSorted((a, b) => b - a)
    expect(read.map(({ key }) => key)).toEqual(left)
  })

  test('asks for at most 100 records at once, and gives as many as were wanted', async () => {
    const asked: number[] = []
    const machines = [0, 1].map((machine) => {
      const { list } = machineWith(Array.from({ length: 400 }, (_, i) => i * 2 + machine + 1))
      return {
        list(query: RecordingQuery) {
          asked.push(query.limit)
          return list(query)
        },
      }
    })
    const { recordings, next } = await listEverywhere(machines[0]!, othersOf(machines))({ limit: 500 })
    expect(recordings.map(({ key }) => key)).toEqual(Array.from({ length: 500 }, (_, i) => 800 - i))
    expect(next).toBe(301)
    expect(Math.max(...asked)).toBe(100)
  })

  test('names the machines that are missing, and is then not complete', async () => {
    const machines = [machineWith([1])]
    const list = listEverywhere(machines[0]!, othersOf(machines, ['http://off']))
    expect(await list({ limit: 9 })).toMatchObject({ isComplete: false, missing: ['http://off'], next: null })
  })

  test.each([
    ['nothing', undefined],
    ['no list', { recordings: 'x' }],
    [
      'a record of a newer form',
      { recordings: [{ key: 1, record: { version: 2 } }], next: null, isComplete: true },
    ],
  ])('names a machine as missing that answers %s', async (_, json) => {
    const search = async () => ({ found: [{ machine: 'http://m1', json }], missing: [] })
    const list = listEverywhere(machineWith([1]), { own: 'http://m0', search })
    const { recordings, missing, isComplete } = await list({ limit: 9 })
    expect([recordings.length, missing, isComplete]).toEqual([1, ['http://m1'], false])
  })

  test('is that of one machine where there are no others', async () => {
    const alone = machineWith([1, 2, 3])
    const { missing, ...page } = await listEverywhere(alone, undefined)({ limit: 2 })
    expect([page, missing]).toEqual([await alone.list({ limit: 2 }), []])
  })
})

test('a page is longer than wanted where recordings of one millisecond would be cut apart', () => {
  const page = (...keys: number[]) => ({ rows: keys.map(one), next: null })
  expect(mergeParts([page(9, 5), page(5)], 2)).toMatchObject({
    rows: [{ key: 9 }, { key: 5 }, { key: 5 }],
    next: null,
  })
  expect(mergeParts([page(9, 5), page(5, 1)], 2).next).toBe(5)
})
