// What a sweep deletes, keeps and reports, on real folders.

import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClockGuard } from '../../src/recording/clock-guard.ts'
import { callDetailsSchema, callRecordSchema, recordingDay } from '../../src/recording/files.ts'
import { sweepRecordings } from '../../src/recording/retention.ts'
import { termsOf } from '../../src/recording/terms.ts'

setDefaultTimeout(60_000)

const phone = '0612345678'
const idOf = (n: number) => `0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a0${n}`
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const wallMs = Date.UTC(2026, 10, 23, 8, 30)

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'retention-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** Puts a recording that began so long ago. @returns its day */
function put(
  id: string,
  ageMs: number,
  ends = ['caller.raw', 'agent.raw', 'mp3.tmp', 'json', 'json.tmp'],
): string {
  const startedMs = wallMs - ageMs
  const startedAt = new Date(startedMs).toISOString()
  const day = recordingDay(startedMs)
  mkdirSync(join(dir, day), { recursive: true })
  const details = callDetailsSchema.parse({
    ...{ phone, numbers: [phone], name: 'Dupont', outcome: 'goodbye', topic: 'internet' },
    transcript: [{ who: 'caller', text: 'je m’appelle Dupont', atMs: 900 }],
    states: [{ state: 'welcome', atMs: 0 }],
    latencies: [{ turn: 1, firstFrame: 420 }],
  })
  const record = {
    ...{ ...details, version: 1, id, callId: id, startedAt, endedAt: startedAt, durationMs: 61_000 },
    audio: { rateHz: 8_000, samples: 488_000, gaps: [], stopped: null },
  }
  for (const end of ends) {
    const path = join(dir, day, `${id}.${end}`)
    writeFileSync(path, end === 'json' ? JSON.stringify(record) : 'x')
    utimesSync(path, startedMs / 1_000, startedMs / 1_000)
  }
  return day
}

const files = () => [...new Bun.Glob('**/*').scanSync(dir)].sort()
const terms = (audioDays: number, transcriptDays = audioDays, statisticsDays = 0) => ({
  audioDays,
  transcriptDays,
  statisticsDays,
})
const sweep = (of: ReturnType<typeof terms>, more: { hold?: boolean; wallMs?: number } = {}) =>
  sweepRecordings({ dir, terms: of, wallMs, ...more })

describe('one term for all', () => {
  test('days before the oldest are deleted whole, other files and folders stay', async () => {
    const old = put(idOf(1), 31 * dayMs)
    writeFileSync(join(dir, old, 'notes.txt'), 'x')
    put(idOf(2), 29 * dayMs)
    put(idOf(3), 0)
    writeFileSync(join(dir, 'readme.txt'), 'x')
    const swept = await sweep(terms(30))
    expect(swept).toEqual({ days: [old], changed: 0, overdueMs: 0, failed: [] })
    expect(files().filter((name) => /json$|txt$/.test(name))).toEqual([
      `2026-10-25/${idOf(2)}.json`,
      `2026-11-23/${idOf(3)}.json`,
      'readme.txt',
    ])
  })

  test('in the day on which the term ends, each recording goes by its own hour', async () => {
    put(idOf(1), 30 * dayMs + hourMs)
    put(idOf(2), 30 * dayMs - hourMs)
    // Without a record the time of the file counts.
    put(idOf(3), 30 * dayMs + hourMs, ['caller.raw', 'agent.raw'])
    put(idOf(4), 30 * dayMs - hourMs, ['caller.raw', 'json.tmp'])
    expect((await sweep(terms(30))).changed).toBe(2)
    expect(new Set(files().map((name) => name.slice(11, 47)))).toEqual(new Set([idOf(2), idOf(4)]))
    await sweep(terms(30), { wallMs: wallMs + 2 * hourMs })
    expect(readdirSync(dir)).toEqual([])
  })

  test('a folder that does not exist has nothing to sweep', async () => {
    const missing = join(dir, 'missing')
    expect(await sweepRecordings({ dir: missing, terms: terms(1), wallMs: 0 })).toEqual({
      ...{ days: [], changed: 0, overdueMs: 0, failed: [] },
    })
  })

  test('a day that cannot be deleted is reported, and the others go', async () => {
    const stuck = recordingDay(wallMs - 20 * dayMs)
    writeFileSync(join(dir, stuck), 'a file in place of a folder')
    const old = put(idOf(1), 400 * dayMs)
    put(idOf(2), 10 * dayMs)
    const swept = await sweep(terms(7, 30, 365))
    expect([swept.days, swept.failed.map(({ day }) => day), swept.changed]).toEqual([[old], [stuck], 1])
    expect(swept.overdueMs).toBeGreaterThan(12 * dayMs)
    expect(swept.overdueMs).toBeLessThanOrEqual(13 * dayMs)
  })

  test('a sweep that holds deletes nothing and says what is overdue', async () => {
    put(idOf(1), 31 * dayMs)
    const before = files()
    const swept = await sweep(terms(30), { hold: true })
    expect(swept.overdueMs).toBeGreaterThan(0)
    expect(files()).toEqual(before)
  })
})

describe('separate terms', () => {
  test('the audio goes first, then the words, and only numbers about the call remain until the last term', async () => {
    const day = put(idOf(1), 8 * dayMs)
    const json = join(dir, day, `${idOf(1)}.json`)
    await sweep(terms(7, 30, 365))
    expect(readdirSync(join(dir, day)).sort()).toEqual([`${idOf(1)}.json`, `${idOf(1)}.json.tmp`])
    expect(callRecordSchema.parse(JSON.parse(readFileSync(json, 'utf8')))).toMatchObject({
      phone,
      stage: 'whole',
    })

    await sweep(terms(7, 30, 365), { wallMs: wallMs + 23 * dayMs })
    const [kept, ...others] = readdirSync(join(dir, day))
    expect(others).toEqual([])
    expect(kept).toMatch(/^[0-9a-f-]{36}\.statistics\.json$/)
    const text = readFileSync(join(dir, day, kept!), 'utf8')
    for (const personal of [phone, 'Dupont', idOf(1)]) expect(text).not.toContain(personal)
    expect(callRecordSchema.parse(JSON.parse(text))).toMatchObject({
      ...{ stage: 'statistics', outcome: 'goodbye', topic: 'internet', durationMs: 61_000 },
      ...{ states: [{ state: 'welcome', atMs: 0 }], latencies: [{ turn: 1, firstFrame: 420 }] },
      startedAt: new Date(Math.floor((wallMs - 8 * dayMs) / hourMs) * hourMs).toISOString(),
    })
    await sweep(terms(7, 30, 365), { wallMs: wallMs + 100 * dayMs })
    expect(readdirSync(join(dir, day))).toEqual([kept!])
    await sweep(terms(7, 30, 365), { wallMs: wallMs + 358 * dayMs })
    expect(existsSync(join(dir, day))).toBe(false)
  })

  test('a crash between the two steps of taking out the words is finished by the next sweep', async () => {
    const day = put(idOf(1), 31 * dayMs, ['json'])
    const later = wallMs + hourMs
    await sweep(terms(7, 30, 365))
    const [kept] = readdirSync(join(dir, day))
    // As after a crash: the statistics are under the old name.
    writeFileSync(join(dir, day, `${idOf(1)}.json`), readFileSync(join(dir, day, kept!)))
    await rm(join(dir, day, kept!))
    await sweep(terms(7, 30, 365), { wallMs: later })
    expect(readdirSync(join(dir, day))).toEqual([kept!])
  })

  test('a record that cannot be read leaves no statistics', async () => {
    const day = put(idOf(1), 31 * dayMs, ['json'])
    writeFileSync(join(dir, day, `${idOf(1)}.json`), '{"transcript": [{"text": "Dupont')
    await sweep(terms(7, 30, 365))
    expect(existsSync(join(dir, day))).toBe(false)
  })

  test('unset terms mean: the transcript as long as the audio, and no statistics', () => {
    expect(termsOf({ RECORDINGS_DAYS: 30, TRANSCRIPTS_DAYS: 0, STATISTICS_DAYS: 0 })).toEqual(
      terms(30, 30, 0),
    )
    expect(termsOf({ RECORDINGS_DAYS: 7, TRANSCRIPTS_DAYS: 30, STATISTICS_DAYS: 20 })).toEqual(
      terms(7, 30, 0),
    )
  })
})

describe('a clock that jumps', () => {
  function guard() {
    const time = { now: 0, wall: wallMs }
    const path = join(dir, 'clock.json')
    const start = () => createClockGuard({ path, dir, now: () => time.now, wallMs: () => time.wall })
    const pass = (ms: number) => {
      time.now += ms
      time.wall += ms
    }
    return { time, start, pass }
  }

  test('does not hold deletion while it walks, nor after a server was off for a week', async () => {
    const { start, pass } = guard()
    const look = start()
    for (let hour = 0; hour < 50; hour++) {
      expect(await look()).toMatchObject({ held: false, jumpedMs: 0 })
      pass(hourMs)
    }
    pass(5 * dayMs)
    expect((await start()()).held).toBe(false)
  })

  test('holds deletion for a day, also over restarts, and then lets it go on', async () => {
    const { time, start, pass } = guard()
    await start()()
    time.wall += 14 * 365 * dayMs
    const look = start()
    expect(await look()).toMatchObject({ held: true, jumpedMs: 14 * 365 * dayMs })
    pass(23 * hourMs)
    expect(await start()()).toMatchObject({ held: true, jumpedMs: 0 })
    pass(hourMs)
    expect((await start()()).held).toBe(false)
  })

  test('is noticed while the server runs, forwards by more than an hour and backwards', async () => {
    const { time, start, pass } = guard()
    const look = start()
    await look()
    pass(hourMs)
    time.wall += 2 * dayMs
    expect(await look()).toMatchObject({ held: true, jumpedMs: 2 * dayMs })
    // Set right again: the day begins anew, because the clock is not trusted twice.
    pass(hourMs)
    time.wall -= 2 * dayMs
    expect(await look()).toMatchObject({ held: true, jumpedMs: -2 * dayMs })
  })

  test('without a file of the time last seen, the newest recording says when the clock was right', async () => {
    put(idOf(1), 0)
    const { time, start } = guard()
    time.wall += 30 * dayMs
    expect((await start()()).held).toBe(true)
  })

  test('a file that cannot be written is said, and the sweep goes on', async () => {
    const look = createClockGuard({
      path: join(dir, 'no', 'clock.json'),
      dir,
      now: () => 0,
      wallMs: () => wallMs,
    })
    const seen = await look()
    expect([seen.held, seen.notKept]).toMatchObject([false, { code: 'ENOENT' }])
  })
})
