// Erasing a caller: what goes, what stays, and what must not come back.

import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { createErasure, eraseCaller } from '../../src/recording/erasure.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'

setDefaultTimeout(60_000)

const phone = '0612345678'
const idOf = (n: number) => `0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a0${n}`

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'erasure-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

type Given = { phone?: string; numbers?: string[]; endedAt?: string | null; callId?: string }

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
    expect(await eraseCaller({ dir, phone })).toEqual({ erased: [idOf(1)], recordings: 2, live: [] })
    const names = await Array.fromAsync(new Bun.Glob('**/*').scan(dir))
    expect(names.length).toBe(6)
    expect(names.every((name) => name.startsWith(`2026-11-23/${idOf(2)}.`))).toBe(true)
    expect(await eraseCaller({ dir, phone })).toEqual({ erased: [], recordings: 0, live: [] })
  })

  test('a call is found by a number that the caller gave and never confirmed', async () => {
    put('2026-11-23', idOf(1), { numbers: [phone] })
    put('2026-11-23', idOf(2), { numbers: ['0687654321'] })
    expect((await eraseCaller({ dir, phone })).erased).toEqual([idOf(1)])
    expect(await left()).toEqual([idOf(2)])
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
    })
    expect(await left()).toEqual([`${callId}-2`])
  })

  test('a missing folder has nothing to erase', async () => {
    const nothing = { erased: [], recordings: 0, live: [] }
    expect(await eraseCaller({ dir: join(dir, 'missing'), phone })).toEqual(nothing)
    expect(await eraseCaller({ dir: '', phone })).toEqual(nothing)
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
    const nextSteps = { forget: (id: string) => void steps.delete(id) }
    return { calls, remembered, steps, lines, erase: createErasure({ dir, calls, nextSteps, log }) }
  }

  test('deletes recordings, remembered calls and next steps for Asterisk, and logs no number', async () => {
    const { remembered, steps, lines, erase } = program([idOf(3)])
    put('2026-11-23', idOf(1), { phone })
    remembered.set(idOf(2), phone).set(idOf(4), '0687654321')
    expect(await erase(phone)).toEqual({ erased: [idOf(1), idOf(2)], recordings: 1, live: [idOf(3)] })
    expect([...remembered.keys()]).toEqual([idOf(4)])
    expect([...steps]).toEqual([idOf(3)])
    expect(lines).toEqual([['caller erased', { calls: 2, recordings: 1, live: 1 }]])
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
    expect(await erase(phone)).toEqual({ erased: [idOf(1)], recordings: 1, live: [] })
    expect(await left()).toEqual([])
  })
})
