import { afterAll, describe, expect, test } from 'bun:test'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../src/base/log.ts'
import { readConfig } from '../src/config.ts'
import { nightly, scheduleNightly } from '../src/nightly.ts'

const dir = await mkdtemp(join(tmpdir(), 'nightly-'))
afterAll(() => rm(dir, { recursive: true, force: true }))

const wallMs = Date.UTC(2026, 10, 23, 2, 0, 0)
const config = readConfig({ RECORDINGS_DIR: dir, RECORDINGS_DAYS: '30', MAX_CALLS: '10' })

function setup(archive: () => Promise<{ code: number; text: string }>, calls: number[] = [0]) {
  const lines: { event: string; level: string }[] = []
  const waits: number[] = []
  const { log } = createLog({
    level: 'info',
    showPrivate: false,
    write: (line) => void lines.push(JSON.parse(line)),
  })
  const deps = {
    log,
    liveCalls: () => calls.shift() ?? 0,
    wallMs: () => wallMs,
    archive,
    wait: async (ms: number) => void waits.push(ms),
  }
  return { deps, lines, waits }
}

describe('the night', () => {
  test('archives first, then deletes the days that are too old', async () => {
    for (const day of ['2026-10-01', '2026-10-24', '2026-11-22'])
      await mkdir(join(dir, day), { recursive: true })
    let daysThen: string[] = []
    const { deps, lines } = setup(async () => {
      daysThen = await Array.fromAsync(new Bun.Glob('*').scan({ cwd: dir, onlyFiles: false }))
      return { code: 0, text: '3 archived' }
    })
    await nightly(config, deps)
    expect(daysThen).toHaveLength(3)
    const left = await Array.fromAsync(new Bun.Glob('*').scan({ cwd: dir, onlyFiles: false }))
    expect(left.sort()).toEqual(['2026-10-24', '2026-11-22'])
    expect(lines.map(({ event }) => event)).toEqual(['recordings archived', 'old recordings deleted'])
  })

  test('waits while more than half of the calls that may be are', async () => {
    const { deps, waits } = setup(async () => ({ code: 0, text: '' }), [9, 6, 5])
    await nightly(config, deps)
    expect(waits).toEqual([300_000, 300_000])
  })

  test('a failed archive is a warning, and the old days still go', async () => {
    const { deps, lines } = setup(async () => ({ code: 1, text: '1 failed' }))
    await nightly(config, deps)
    expect(lines[0].level).toBe('warn')
    const thrown = setup(() => Promise.reject(new Error('no such program')))
    await nightly(config, thrown.deps)
    expect(thrown.lines[0].event).toContain('failed')
  })

  test('a server that records nothing has no night', () => {
    const { deps } = setup(async () => ({ code: 0, text: '' }))
    expect(() => scheduleNightly(readConfig({ RECORDINGS_DIR: '' }), deps)()).not.toThrow()
    expect(() => scheduleNightly(config, deps)()).not.toThrow()
  })
})
