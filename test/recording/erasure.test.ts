// Erasing a caller: what goes, what stays, and what must not come back.

import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { createErasure, eraseCaller } from '../../src/recording/erasure.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { createRecordings } from '../../src/recording/library.ts'

setDefaultTimeout(60_000)

const phone = '0612345678'
const idOf = (n: number) => `0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a0${n}`

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'erasure-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

type Said = { who: 'caller' | 'agent'; text: string; atMs: number }
type Given = {
  transcript?: Said[]
  phone?: string
  numbers?: string[]
  callerNumber?: string
  dialled?: string
  endedAt?: string | null
  callId?: string
}

function put(day: string, id: string, { endedAt = null, callId = id, ...details }: Given) {
  const record = {
    ...callDetailsSchema.parse(details),
    ...{ version: 1, id, callId, startedAt: `${day}T09:00:00.000Z`, endedAt, durationMs: null },
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
  }
  mkdirSync(join(dir, day), { recursive: true })
  for (const end of ['caller.raw', 'agent.raw', 'mp3', 'mp3.tmp', 'json.tmp'])
    writeFileSync(join(dir, day, `${id}.${end}`), 'x')
  writeFileSync(join(dir, day, `${id}.json`), JSON.stringify(record))
}

const left = async () => {
  const names = await Array.fromAsync(new Bun.Glob('**/*.json').scan(dir))
  return names.map((name) => name.slice('2026-11-23/'.length, -'.json'.length)).sort()
}

describe('the folders', () => {
  test('every file of the caller is deleted, on every day, and no file of another caller', async () => {
    put('2026-11-22', idOf(1), { phone })
    put('2026-11-23', idOf(1), { phone })
    put('2026-11-23', idOf(2), { phone: '0687654321' })
    expect(await eraseCaller({ dir, phone })).toEqual({
      erased: [idOf(1)],
      recordings: 2,
      live: [],
      unmatched: 0,
    })
    const names = await Array.fromAsync(new Bun.Glob('**/*').scan(dir))
    expect(names.length).toBe(6)
    expect(names.every((name) => name.startsWith(`2026-11-23/${idOf(2)}.`))).toBe(true)
    expect(await eraseCaller({ dir, phone })).toEqual({ erased: [], recordings: 0, live: [], unmatched: 0 })
  })

  test('a call is found by a number that the caller gave and never confirmed', async () => {
    put('2026-11-23', idOf(1), { numbers: [phone] })
    put('2026-11-23', idOf(2), { numbers: ['0687654321'] })
    expect((await eraseCaller({ dir, phone })).erased).toEqual([idOf(1)])
    expect(await left()).toEqual([idOf(2)])
  })

  test('a call is erased by the line it came from, and never by the number it came in on', async () => {
    put('2026-11-23', idOf(1), { callerNumber: phone, dialled: '+33123456789' })
    put('2026-11-23', idOf(2), { callerNumber: '0687654321', dialled: phone })
    put('2026-11-23', idOf(3), { callerNumber: '0687654321', dialled: '0123456789' })
    const found = async (number: string) =>
      (await createRecordings(dir).list({ phone: number, limit: 9 })).recordings
        .map(({ record }) => record.id)
        .sort()
    expect(await found(phone)).toEqual([idOf(1), idOf(2)])
    expect(await found('0123456789')).toEqual([idOf(1), idOf(3)])
    expect((await eraseCaller({ dir, phone })).erased).toEqual([idOf(1)])
    expect(await left()).toEqual([idOf(2), idOf(3)])
  })

  test('a recording in progress is kept and its id returned; its finished earlier part is deleted', async () => {
    const callId = idOf(1)
    put('2026-11-23', callId, { phone, endedAt: '2026-11-23T09:01:00.000Z' })
    put('2026-11-23', `${callId}-2`, { phone, callId })
    const isBeingWritten = (id: string) => id === callId
    expect(await eraseCaller({ dir, phone, isBeingWritten })).toEqual({
      erased: [callId],
      recordings: 1,
      live: [callId],
      unmatched: 0,
    })
    expect(await left()).toEqual([`${callId}-2`])
  })

  test('a call is forgotten before its files are deleted, so that a late write cannot bring them back', async () => {
    put('2026-11-23', idOf(1), { phone })
    put('2026-11-23', idOf(2), {})
    const seen: [string, string[]][] = []
    const forget = (id: string) => void seen.push([id, readdirSync(join(dir, '2026-11-23')).sort()])
    const before = readdirSync(join(dir, '2026-11-23')).sort()
    await eraseCaller({ dir, phone, forget })
    expect(seen).toEqual([[idOf(1), before]])
  })

  test('a missing folder has nothing to erase', async () => {
    const nothing = { erased: [], recordings: 0, live: [], unmatched: 0 }
    expect(await eraseCaller({ dir: join(dir, 'missing'), phone })).toEqual(nothing)
    expect(await eraseCaller({ dir: '', phone })).toEqual(nothing)
  })
})

const said = (who: 'caller' | 'agent', ...texts: string[]): Said[] =>
  texts.map((text) => ({ who, text, atMs: 0 }))

describe('a number without a place in the record', () => {
  test.each<[string, Said[]]>([
    ['keyed and then rejected', said('caller', '⌨ 0612345678', '⌨ 2')],
    [
      'read back and rejected',
      said('agent', 'Je note le', 'zéro six', 'douze', '34', '56', 'soixante-dix-huit'),
    ],
    ['only spoken, over two turns', said('caller', 'c’est le zéro six douze', 'trente-quatre 56 78')],
    ['written with +33', said('caller', 'rappelez-moi au +33 6 12 34 56 78')],
  ])('is found when it was %s', async (_, transcript) => {
    put('2026-11-23', idOf(1), { transcript })
    put('2026-11-23', idOf(2), { transcript: said('caller', '06 12 34 56 79') })
    expect((await eraseCaller({ dir, phone })).erased).toEqual([idOf(1)])
    expect(await left()).toEqual([idOf(2)])
  })

  test('is found in a torn record and in an unfinished one, and every file of that recording goes', async () => {
    mkdirSync(join(dir, '2026-11-23'))
    const torn = JSON.stringify({ transcript: said('caller', 'zéro six douze 34', '56 78') }).slice(0, -8)
    writeFileSync(join(dir, '2026-11-23', `${idOf(1)}.json`), torn)
    writeFileSync(join(dir, '2026-11-23', `${idOf(1)}.caller.raw`), 'x')
    writeFileSync(join(dir, '2026-11-23', `${idOf(2)}.json.tmp`), `{"phone": "${phone}"`)
    writeFileSync(join(dir, '2026-11-23', `${idOf(2)}.agent.raw`), 'x')
    put('2026-11-23', idOf(3), {})
    writeFileSync(join(dir, '2026-11-23', `${idOf(3)}.json.tmp`), JSON.stringify({ numbers: [phone] }))
    const { erased, recordings } = await eraseCaller({ dir, phone })
    expect([erased.sort(), recordings]).toEqual([[idOf(1), idOf(2), idOf(3)], 3])
    expect(await Array.fromAsync(new Bun.Glob('**/*').scan(dir))).toEqual([])
  })

  test('that nobody gave leaves calls that no request can find: they are counted', async () => {
    put('2026-11-23', idOf(1), { transcript: said('caller', 'ma box ne marche plus') })
    writeFileSync(join(dir, '2026-11-23', `${idOf(2)}.caller.raw`), 'x')
    put('2026-11-23', idOf(3), { phone: '0687654321' })
    expect((await eraseCaller({ dir, phone })).unmatched).toBe(2)
  })
})

describe('the server', () => {
  function program(live: string[] = []) {
    const remembered = new Map<string, string>()
    const steps = new Set([idOf(1), idOf(2), idOf(3)])
    const lines: unknown[] = []
    const calls = {
      forgetCaller(number: string) {
        const ids = [...remembered].filter(([, its]) => its === number).map(([id]) => id)
        for (const id of ids) remembered.delete(id)
        return ids
      },
      liveOf: () => live,
      isBeingWritten: (id: string) => live.includes(id),
    }
    const log = { ...silentLog, info: (text: string, fields?: object) => void lines.push([text, fields]) }
    const forget = (id: string) => void steps.delete(id)
    return { calls, remembered, steps, lines, erase: createErasure({ dir, calls, forget, log }) }
  }

  test('deletes recordings, remembered calls and next steps for Asterisk, and logs no number', async () => {
    const { remembered, steps, lines, erase } = program([idOf(3)])
    put('2026-11-23', idOf(1), { phone })
    remembered.set(idOf(2), phone).set(idOf(4), '0687654321')
    expect(await erase(phone)).toEqual({
      erased: [idOf(1), idOf(2)],
      recordings: 1,
      live: [idOf(3)],
      unmatched: 0,
    })
    expect([...remembered.keys()]).toEqual([idOf(4)])
    expect([...steps]).toEqual([idOf(3)])
    expect(lines).toEqual([['caller erased', { calls: 2, recordings: 1, live: 1, unmatched: 0 }]])
  })

  test('deletes audio without a record of a call that it remembers, and a record that waits for the disk', async () => {
    const { calls, remembered } = program()
    remembered.set(idOf(1), phone)
    mkdirSync(join(dir, '2026-11-23'))
    for (const n of [1, 2]) writeFileSync(join(dir, '2026-11-23', `${idOf(n)}.caller.raw`), 'x')
    const waiting = new Set([idOf(2)])
    const erase = createErasure({
      ...{ dir, calls, log: silentLog },
      forget: (id) => void waiting.delete(id),
      unwrittenOf: () => [...waiting],
    })
    expect(await erase(phone)).toEqual({ erased: [idOf(1), idOf(2)], recordings: 2, live: [], unmatched: 0 })
    expect([waiting.size, await Array.fromAsync(new Bun.Glob('**/*').scan(dir))]).toEqual([0, []])
  })

  test('a call that ends while the folders are read is erased as well', async () => {
    const { calls, erase } = program()
    let ended = false
    calls.forgetCaller = () => {
      if (ended) return []
      ended = true
      put('2026-11-23', idOf(1), { phone, endedAt: '2026-11-23T09:01:00.000Z' })
      return [idOf(1)]
    }
    expect(await erase(phone)).toEqual({ erased: [idOf(1)], recordings: 1, live: [], unmatched: 0 })
    expect(await left()).toEqual([])
  })
})
