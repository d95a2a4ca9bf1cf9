import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { recordingDay } from '../../src/recording/files.ts'
import { createSpaceGuard } from '../../src/recording/space-guard.ts'
import { FakeClock, settle } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'recordings-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('days', () => {
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
