import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { callDetailsSchema, recordingDay } from '../../src/recording/files.ts'
import { createSpaceGuard, sweepRecordings } from '../../src/recording/retention.ts'
import { FakeClock, settle } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const callId = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'recordings-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function put(day: string, id: string, phone: string | null) {
  const record = {
    ...callDetailsSchema.parse({ phone }),
    version: 1,
    id,
    callId: id,
    startedAt: `${day}T09:00:00.000Z`,
    endedAt: null,
    durationMs: null,
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
  }
  await mkdir(join(dir, day), { recursive: true })
  for (const end of ['caller.raw', 'agent.raw', 'mp3']) await writeFile(join(dir, day, `${id}.${end}`), 'x')
  await writeFile(join(dir, day, `${id}.json`), JSON.stringify(record))
}

const files = () => Array.fromAsync(new Bun.Glob('**/*').scan(dir))

describe('retention', () => {
  test('days older than the limit go, others and files of strangers stay', async () => {
    for (const day of ['2026-10-23', '2026-10-24', '2026-11-23']) await put(day, callId, null)
    await writeFile(join(dir, 'readme.txt'), 'x')
    const wallMs = Date.UTC(2026, 10, 23, 9)
    expect(await sweepRecordings({ dir, days: 30, wallMs })).toEqual(['2026-10-23'])
    expect((await files()).filter((name) => name.endsWith('.json') || name.endsWith('.txt')).sort()).toEqual([
      `2026-10-24/${callId}.json`,
      `2026-11-23/${callId}.json`,
      'readme.txt',
    ])
  })

  test('a folder that does not exist has nothing to sweep', async () => {
    const missing = join(dir, 'missing')
    expect(await sweepRecordings({ dir: missing, days: 1, wallMs: 0 })).toEqual([])
  })

  test('the day of a call is the calendar’s of the operator', () => {
    expect(recordingDay(Date.UTC(2026, 10, 22, 23, 30))).toBe('2026-11-23')
    expect(recordingDay(Date.UTC(2026, 10, 22, 23, 30), 'UTC')).toBe('2026-11-22')
  })
})

describe('space guard', () => {
  function guard(free: () => Promise<number>) {
    const clock = new FakeClock()
    const warnings: string[] = []
    const log = { ...silentLog, warn: (text: string) => void warnings.push(text) }
    const made = createSpaceGuard({ dir, minFreeBytes: 1_000, clock, log, freeBytes: free })
    return { clock, warnings, made }
  }

  test('looks at the disk every 10 s, however often it is asked, and says when things change', async () => {
    let free = 5_000
    let looks = 0
    const { clock, warnings, made } = guard(async () => {
      looks++
      return free
    })
    const ask = async () => {
      made.isLow()
      await settle()
      return made.isLow()
    }
    for (let i = 0; i < 100; i++) expect(await ask()).toBe(false)
    free = 999
    expect([await ask(), looks]).toEqual([false, 1])
    clock.advance(10_000)
    expect([await ask(), looks]).toEqual([true, 2])
    free = 1_000
    clock.advance(10_000)
    expect([await ask(), looks]).toEqual([false, 3])
    expect(warnings).toEqual(['disk nearly full, new audio is not recorded', 'disk has room again'])
  })

  test('a disk that can’t be asked counts as having room', async () => {
    const { made } = guard(() => Promise.reject(new Error('ENOENT')))
    await made.look()
    expect(made.isLow()).toBe(false)
  })

  test('the real disk answers', async () => {
    const clock = new FakeClock()
    for (const [minFreeBytes, low] of [
      [1, false],
      [Number.MAX_SAFE_INTEGER, true],
    ] as const) {
      const made = createSpaceGuard({ dir, minFreeBytes, clock, log: silentLog })
      await made.look()
      expect(made.isLow()).toBe(low)
    }
  })
})
