// Records that a full disk or a killed server left behind.

import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { type Disk, nodeDisk } from '../../src/recording/disk.ts'
import { callDetailsSchema, callRecordSchema, consentSchema } from '../../src/recording/files.ts'
import { ForgottenCalls } from '../../src/recording/forgotten.ts'
import { createRecordings } from '../../src/recording/library.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import { repairRecords } from '../../src/recording/repair.ts'
import { UnwrittenRecords } from '../../src/recording/unwritten.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const phone = '0612345678'
const id = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01'
const otherId = '7d9a2b44-1c3e-4f60-8a11-2f4be0c39d02'
const day = '2026-11-23'
const startedMs = Date.UTC(2026, 10, 23, 9)

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repair-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const record = (endedAt: string | null = null) => ({
  ...callDetailsSchema.parse({ phone }),
  ...{ version: 1 as const, stage: 'whole' as const, id, callId: id, durationMs: null, endedAt },
  startedAt: new Date(startedMs).toISOString(),
  audio: { rateHz: 8_000 as const, samples: 0, gaps: [], pauses: [], stopped: null },
})

/** Puts files whose last write was so long after the call began. */
function put(files: Record<string, string>, lastMs = 61_000): void {
  mkdirSync(join(dir, day), { recursive: true })
  for (const [end, text] of Object.entries(files)) {
    const path = join(dir, day, `${id}.${end}`)
    writeFileSync(path, text)
    utimesSync(path, (startedMs + lastMs) / 1_000, (startedMs + lastMs) / 1_000)
  }
}
const repair = (wallMs: number, isBeingWritten = () => false) =>
  repairRecords({ dir, wallMs, isBeingWritten })
const read = (end = 'json') => JSON.parse(readFileSync(join(dir, day, `${id}.${end}`), 'utf8'))

describe('a server that was killed', () => {
  test('leaves records that get their end at the next start, marked, with the outcome lost', async () => {
    put({ json: JSON.stringify(record()), 'caller.raw': 'x'.repeat(640), 'agent.raw': 'x'.repeat(320) })
    expect(await repair(startedMs + 200_000, () => false)).toBe(1)
    expect(callRecordSchema.parse(read())).toMatchObject({
      ...{
        endedAt: new Date(startedMs + 61_000).toISOString(),
        durationMs: 61_000,
        outcome: 'lost',
        repaired: true,
      },
      audio: { samples: 320 },
    })
    expect(await repair(startedMs + 200_000, () => false)).toBe(0)
  })

  test('loses audio that the disk kept although its caller had refused it', async () => {
    const recording = { policy: 'notice', noticeAtMs: 5_000, choice: 'objected', atMs: 6_000 }
    const ended = {
      ...record(new Date(startedMs + 61_000).toISOString()),
      recording: consentSchema.parse(recording),
    }
    put({ json: JSON.stringify(ended), 'caller.raw': 'xx', 'agent.raw': 'xx' })
    expect(await repair(startedMs + 200_000, () => true)).toBe(0)
    expect(readdirSync(join(dir, day))).toHaveLength(3)
    expect(await repair(startedMs + 200_000, () => false)).toBe(0)
    expect(readdirSync(join(dir, day))).toEqual([`${id}.json`])
    expect(read()).toEqual(ended)
  })

  test('loses audio that its caller had not allowed yet', async () => {
    const recording = { policy: 'notice', noticeAtMs: null, choice: null, atMs: null }
    const shape = consentSchema.parse(recording)
    put({ json: JSON.stringify({ ...record(), recording: shape }), 'caller.raw': 'xx', 'agent.raw': 'xx' })
    expect(await repair(startedMs + 200_000, () => false)).toBe(1)
    expect(readdirSync(join(dir, day))).toEqual([`${id}.json`])
    expect(read()).toMatchObject({ outcome: 'lost', audio: { samples: 0 } })
  })

  test('does not touch a call that is written now, here or by another process', async () => {
    put({ json: JSON.stringify(record()) })
    expect(await repair(startedMs + 200_000, () => true)).toBe(0)
    expect(await repair(startedMs + 90_000, () => false)).toBe(0)
    expect(read().endedAt).toBeNull()
  })

  test('leaves a first record under its temporary name, which then counts', async () => {
    put({ 'json.tmp': JSON.stringify(record()), 'caller.raw': 'xx' })
    await repair(startedMs + 200_000, () => false)
    await repair(startedMs + 200_000, () => false)
    expect(readdirSync(join(dir, day)).sort()).toEqual([`${id}.caller.raw`, `${id}.json`])
    expect(read()).toMatchObject({ phone, outcome: 'lost' })
  })
})

describe('audio without a record', () => {
  const hourMs = 3_600_000
  const names = () => readdirSync(join(dir, day)).sort()
  const tracks = [`${id}.agent.raw`, `${id}.caller.raw`]

  test('gets a record that says so, can be heard for a day, and is then deleted', async () => {
    put({ 'caller.raw': 'x'.repeat(640), 'agent.raw': 'x'.repeat(640) })
    const lastMs = startedMs + 61_000
    expect(await repair(lastMs + 60_000)).toBe(1)
    expect(callRecordSchema.parse(read())).toMatchObject({
      ...{ orphan: true, repaired: true, outcome: 'lost', durationMs: 40, numbers: [], recording: null },
      startedAt: new Date(lastMs - 40).toISOString(),
      endedAt: new Date(lastMs).toISOString(),
      audio: { samples: 320 },
    })
    utimesSync(join(dir, day, `${id}.json`), lastMs / 1_000, lastMs / 1_000)
    expect(await repair(lastMs + 24 * hourMs - 1)).toBe(0)
    expect(names()).toEqual([...tracks, `${id}.json`])
    expect(await repair(lastMs + 24 * hourMs)).toBe(0)
    expect(names()).toEqual([`${id}.json`])
  })

  test('that has one side only, or is an MP3, is treated alike', async () => {
    put({ 'agent.raw': 'xx' })
    await repair(startedMs + 200_000)
    expect(read()).toMatchObject({ orphan: true })
    await rm(join(dir, day), { recursive: true })
    put({ mp3: 'xx' })
    await repair(startedMs + 61_000 + 24 * hourMs)
    expect([names(), read().orphan]).toEqual([[`${id}.json`], true])
  })

  test('is not deleted for its age while the wall clock cannot be trusted', async () => {
    put({ 'caller.raw': 'xx', 'agent.raw': 'xx' })
    await repairRecords({ dir, wallMs: startedMs + 900 * hourMs, isBeingWritten: () => false, hold: true })
    expect(names()).toEqual([...tracks, `${id}.json`])
  })

  test('that can be read leaves the unreadable record, which may hold a number', async () => {
    put({ json: '{ broken', 'caller.raw': 'xx', 'agent.raw': 'xx' })
    await repair(startedMs + 61_000 + 24 * hourMs)
    expect([names(), readFileSync(join(dir, day, `${id}.json`), 'utf8')]).toEqual([
      [`${id}.json`],
      '{ broken',
    ])
  })
})

describe('an erasure during a write', () => {
  /** A disk that is slow to replace. `arrived`: the text is about to appear; `removed`: it was deleted again. */
  function slowDisk() {
    const arrived = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const removed = Promise.withResolvers<void>()
    const disk: Disk = {
      ...nodeDisk,
      async remove(path) {
        await nodeDisk.remove(path)
        if (path.endsWith('.json')) removed.resolve()
      },
      async replace(path, text) {
        arrived.resolve()
        await go.promise
        await nodeDisk.replace(path, text)
      },
    }
    return { disk, arrived: arrived.promise, go: go.resolve, removed: removed.promise }
  }
  const forgotten = () => new ForgottenCalls()
  const json = () => existsSync(join(dir, day, `${id}.json`))
  const path = () => join(dir, day, `${id}.json`)

  test('leaves no record that was waiting for the disk', async () => {
    const { disk, arrived, go } = slowDisk()
    const calls = forgotten()
    const unwritten = new UnwrittenRecords({ disk, clock: new FakeClock(), forgotten: calls, onChange() {} })
    unwritten.keep(path(), record())
    const writing = unwritten.retry()
    await arrived
    calls.add(id)
    unwritten.forget(id)
    go()
    await writing
    expect([json(), unwritten.size]).toEqual([false, 0])
  })

  test('leaves no record of a recorder that had given up on the disk', async () => {
    const { disk, arrived, go, removed } = slowDisk()
    const calls = forgotten()
    const clock = new FakeClock()
    const kept: string[] = []
    const recorder = createRecorder({
      ...{ dir, callId: id, clock, disk, log: silentLog, metrics: new Metrics(), forgotten: calls },
      startedWallMs: clock.wallMs(),
      onUnwritten: (unwritten) => void kept.push(unwritten),
    })
    recorder.save(callDetailsSchema.parse({ phone }))
    await arrived
    const tracks = () => readdirSync(join(dir, day)).filter((name) => name.endsWith('.raw'))
    while (tracks().length < 2) await new Promise((resolve) => setImmediate(resolve))
    const closing = recorder.close(callDetailsSchema.parse({ phone }))
    await clock.run(5_000)
    await closing
    calls.add(id)
    await createRecordings(dir).remove(id)
    go()
    await removed
    // The record of the end would be written, or kept for later, now.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect([readdirSync(join(dir, day)), kept]).toEqual([[], []])
  })

  test('leaves no record that was being repaired', async () => {
    put({ json: JSON.stringify(record()), 'caller.raw': 'xx' })
    const calls = forgotten()
    let erasing: Promise<void> | undefined
    // Asked for each entry after it was read and before it is written.
    const isBeingWritten = (callId: string) => {
      calls.add(callId)
      erasing = rm(path())
      return false
    }
    await repairRecords({ dir, wallMs: startedMs + 200_000, isBeingWritten, forgotten: calls })
    await erasing
    expect(json()).toBe(false)
  })

  test('does not keep a call from being recorded that comes back later', async () => {
    const calls = forgotten()
    calls.add(id)
    const clock = new FakeClock()
    const recorder = createRecorder({
      ...{ dir, callId: id, clock, log: silentLog, metrics: new Metrics(), forgotten: calls },
      startedWallMs: clock.wallMs(),
    })
    await recorder.close(callDetailsSchema.parse({ phone }))
    expect(read().phone).toBe(phone)
  })
})

describe('a full disk', () => {
  const full = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })

  function setup(refuses: { create: boolean; replace: boolean }) {
    const clock = new FakeClock()
    const disk: Disk = {
      ...nodeDisk,
      create: async (path) => (refuses.create ? Promise.reject(full()) : nodeDisk.create(path)),
      replace: async (path, text) =>
        refuses.replace ? Promise.reject(full()) : nodeDisk.replace(path, text),
    }
    const seen: [number, number][] = []
    const unwritten = new UnwrittenRecords({
      disk,
      clock,
      forgotten: new ForgottenCalls(),
      onChange: (...now) => void seen.push(now),
    })
    const health: boolean[] = []
    const recorder = createRecorder({
      ...{
        dir,
        callId: id,
        clock,
        disk,
        log: silentLog,
        metrics: new Metrics(),
        startedWallMs: clock.wallMs(),
      },
      onUnwritten: (path, one) => unwritten.keep(path, one),
      onHealth: (isWriting) => void health.push(isWriting),
    })
    return { clock, recorder, unwritten, seen, health }
  }

  test.each([
    ['the record alone', { create: false, replace: true }],
    ['every file', { create: true, replace: true }],
  ])(
    'that refuses %s: the record waits in memory, is found there, and is written later',
    async (_, refuses) => {
      const { clock, recorder, unwritten, seen, health } = setup(refuses)
      await recorder.close(callDetailsSchema.parse({ phone, outcome: 'goodbye' }))
      expect([unwritten.size, health.includes(false), health.includes(true)]).toEqual([1, true, false])
      expect(unwritten.recordsOf(phone).map(({ callId }) => callId)).toEqual([id])
      expect(unwritten.recordsOf('0687654321')).toEqual([])
      await clock.run(30_000)
      expect(unwritten.size).toBe(1)
      refuses.replace = false
      clock.advance(30_000)
      while (unwritten.size > 0) await new Promise((resolve) => setImmediate(resolve))
      expect(callRecordSchema.parse(read())).toMatchObject({
        outcome: 'goodbye',
        phone,
        endedAt: expect.any(String),
      })
      expect(seen.at(-1)).toEqual([0, 0])
      expect(clock.pending).toBe(0)
    },
  )

  test('erased meanwhile, the record is not written', async () => {
    const refuses = { create: false, replace: true }
    const { recorder, unwritten } = setup(refuses)
    await recorder.close(callDetailsSchema.parse({ phone }))
    unwritten.forget(id)
    refuses.replace = false
    await unwritten.retry()
    expect(existsSync(join(dir, day, `${id}.json`))).toBe(false)
  })

  test('that refuses one record takes the others all the same', async () => {
    const refused = join(dir, day, `${id}.json`)
    const disk: Disk = {
      ...nodeDisk,
      replace: async (path, text) =>
        path === refused ? Promise.reject(full()) : nodeDisk.replace(path, text),
    }
    const unwritten = new UnwrittenRecords({
      ...{ disk, clock: new FakeClock(), forgotten: new ForgottenCalls(), onChange() {} },
    })
    unwritten.keep(refused, record())
    unwritten.keep(join(dir, day, `${otherId}.json`), { ...record(), id: otherId, callId: otherId })
    await unwritten.retry()
    expect([readdirSync(join(dir, day)), unwritten.size]).toEqual([[`${otherId}.json`], 1])
  })

  test('leaves no half-written temporary file', async () => {
    mkdirSync(join(dir, 'there'))
    await expect(nodeDisk.replace(join(dir, 'there'), 'text')).rejects.toThrow()
    expect(readdirSync(dir)).toEqual(['there'])
  })
})

describe('files without a readable record', () => {
  const library = () => createRecordings(dir)

  test('are listed with what is left of them, and can be found and deleted', async () => {
    put({ 'caller.raw': 'xx', 'agent.raw': 'xx', 'mp3.tmp': 'x' })
    writeFileSync(join(dir, day, `${otherId}.json`), '{ broken')
    const { recordings: listed } = await library().list({ limit: 9 })
    const seen = Object.fromEntries(listed.map(({ record: one, stage, audio }) => [one.id, [stage, audio]]))
    expect(seen).toEqual({ [id]: ['incomplete', 'raw'], [otherId]: ['unreadable', 'none'] })
    expect(listed.find(({ record: one }) => one.id === id)?.record.startedAt).toBe(
      new Date(startedMs + 61_000).toISOString(),
    )
    for (const one of [id, otherId]) expect(await library().remove(one)).toBe(true)
    expect(readdirSync(join(dir, day))).toEqual([])
  })

  test('do not come up in a search by number, outcome or state', async () => {
    put({ 'caller.raw': 'xx' })
    for (const query of [{ phone }, { outcome: 'goodbye' }, { state: 'welcome' }])
      expect((await library().list({ ...query, limit: 9 })).recordings).toEqual([])
  })

  test('statistics are listed as such, without audio', async () => {
    put({ 'statistics.json': JSON.stringify({ ...record(), phone: null, stage: 'statistics' }) })
    expect((await library().list({ limit: 9 })).recordings).toMatchObject([
      { stage: 'statistics', audio: 'none', record: { id } },
    ])
    expect(await library().remove(id)).toBe(true)
    expect(readdirSync(join(dir, day))).toEqual([])
  })
})
