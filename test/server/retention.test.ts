// A recording past its term plus an hour does not exist while the server runs: whatever the archive, the load, PATH and
// RECORDING do.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readConfig } from '../../src/config.ts'
import type { FoundRecording } from '../../src/recording/everywhere.ts'
import { callRecordSchema, recordingDay } from '../../src/recording/files.ts'
import { createRelief, type ServerContext } from '../../src/server/context.ts'
import { createMemories } from '../../src/server/memories.ts'
import { type Retention, startRetention } from '../../src/server/records/retention.ts'
import { serve } from '../../src/server/serve.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const hourMs = 3_600_000
const id = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01'

let root = ''
let dir = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'retention-'))
  dir = join(root, 'recordings')
  mkdirSync(join(root, 'data'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const settings = (more: Record<string, string> = {}) => ({
  ...{ AUDIOSOCKET_PORT: '0', ADMIN_PORT: '0', RECORDINGS_DIR: dir, DATA_DIR: join(root, 'data') },
  ...more,
})

/** Puts a recording of a call that began then. */
function put(startedMs: number, more: object = {}): string {
  const day = recordingDay(startedMs)
  mkdirSync(join(dir, day), { recursive: true })
  const startedAt = new Date(startedMs).toISOString()
  const audio = { rateHz: 8_000, samples: 0, gaps: [], stopped: null }
  const record = { version: 1, id, callId: id, startedAt, endedAt: startedAt, durationMs: 0, audio, ...more }
  writeFileSync(join(dir, day, `${id}.json`), JSON.stringify(record))
  writeFileSync(join(dir, day, `${id}.caller.raw`), 'x')
  for (const end of ['json', 'caller.raw'])
    utimesSync(join(dir, day, `${id}.${end}`), startedMs / 1_000, startedMs / 1_000)
  return day
}

function program(more: Record<string, string> = {}, partsOf?: Parameters<typeof startRetention>[3]) {
  const clock = new FakeClock()
  const lines: { event: string }[] = []
  const { log } = createLog({
    level: 'info',
    showPrivate: false,
    write: (line) => void lines.push(JSON.parse(line)),
  })
  const context: ServerContext = {
    ...{
      config: readConfig(settings(more)),
      clock,
      log,
      metrics: new Metrics(),
      degraded: new Map(),
      relief: createRelief(),
      memories: createMemories(),
    },
  }
  const gauge = (name: string) => context.metrics.gauge(name, '').value
  let retention: Retention | undefined
  /** Lets the time pass in steps, and waits for each sweep. */
  const pass = async (ms: number) => {
    retention ??= startRetention(
      context,
      () => false,
      async () => {},
      partsOf,
    )
    await retention.swept()
    for (let rest = ms; rest > 0; rest -= hourMs / 4) {
      clock.advance(Math.min(rest, hourMs / 4))
      await retention.swept()
    }
  }
  return { clock, context, events: () => lines.map(({ event }) => event), gauge, pass }
}

test('a recording goes within the hour after its term, and not before', async () => {
  const { clock, pass, gauge } = program()
  const startedMs = clock.wallMs() - 30 * 24 * hourMs + 90 * 60_000
  const day = put(startedMs)
  put(clock.wallMs())
  await pass(80 * 60_000)
  expect(readdirSync(dir)).toContain(day)
  await pass(70 * 60_000)
  expect(clock.wallMs() - startedMs).toBeLessThanOrEqual((30 * 24 + 1) * hourMs)
  expect(readdirSync(dir)).toHaveLength(1)
  expect(gauge('recordings_overdue_seconds')).toBe(0)
})

test('with a clock that jumped nothing is deleted for a day, and log, metric and degraded say so', async () => {
  const { clock, context, events, gauge, pass } = program()
  const day = put(clock.wallMs())
  await pass(0)
  clock.wallOffsetMs += 14 * 365 * 24 * hourMs
  await pass(hourMs)
  expect(readdirSync(dir)).toEqual([day])
  expect(events()).toContain('the wall clock has jumped: no recording is deleted for a day')
  expect([gauge('recordings_deletion_held'), gauge('recordings_overdue_seconds') > 0]).toEqual([1, true])
  expect([...context.degraded.keys()].sort()).toEqual(['clock', 'overdue'])
  await pass(25 * hourMs)
  expect([readdirSync(dir), context.degraded.size, gauge('recordings_deletion_held')]).toEqual([[], 0, 0])
})

test('a folder that does not answer is said, and the next hour is not waited for', async () => {
  const { clock, context, pass } = program()
  await pass(0)
  // The fake clock runs the next two sweeps before the first of them can end.
  clock.advance(2 * hourMs)
  expect(context.degraded.get('sweep')).toContain('has not ended')
  await pass(hourMs)
  expect(context.degraded.has('sweep')).toBe(false)
})

test('a call that a dead server left without an end is linked to its next part, on another machine', async () => {
  const parts: FoundRecording[] = []
  const { clock, pass } = program({}, async (callId) => (callId === id ? parts : []))
  const startedMs = clock.wallMs() - hourMs
  const day = put(startedMs, { endedAt: null, durationMs: null })
  const read = () => callRecordSchema.parse(JSON.parse(readFileSync(join(dir, day, `${id}.json`), 'utf8')))
  await pass(0)
  expect(read()).toMatchObject({ outcome: 'lost', repaired: true })
  // The other machine is seen later.
  const startedAt = new Date(startedMs + 60_000).toISOString()
  const record = { ...read(), startedAt, partBefore: 'http://a:8080' }
  parts.push({ key: 1, day, audio: 'raw', stage: 'whole', machine: 'http://b:8080', record })
  await pass(hourMs)
  expect(read()).toMatchObject({ outcome: 'lost', partAfter: 'http://b:8080' })
})

test('an empty RECORDINGS_DIR sweeps nothing', async () => {
  const { pass, events } = program({ RECORDINGS_DIR: '' })
  await pass(hourMs)
  expect(events()).toEqual([])
})

test('a server deletes at its start, without PATH and whatever the archive does', async () => {
  const old = put(Date.UTC(2020, 0, 1, 12))
  const today = put(Date.now())
  const path = process.env.PATH
  process.env.PATH = ''
  const { log } = createLog({ level: 'silent', showPrivate: false, write: () => {} })
  const server = await serve(readConfig(settings()), log)
  try {
    while (readdirSync(dir).includes(old)) await new Promise((resolve) => setImmediate(resolve))
    // Beside the days lies the index.
    expect(readdirSync(dir).filter((name) => !name.startsWith('.'))).toEqual([today])
    const text = readFileSync(join(root, 'data', 'clock.json'), 'utf8')
    expect(Math.abs(JSON.parse(text).wallMs - Date.now())).toBeLessThan(60_000)
  } finally {
    process.env.PATH = path
    await server.stop()
  }
})
