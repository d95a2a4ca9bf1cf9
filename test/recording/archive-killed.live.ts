// The archive as the process that the night starts, killed as a machine that loses its power kills it.

import { expect, test } from 'bun:test'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { audioWorker } from '../../src/codecs/jobs.ts'
import { compareSides } from '../../src/recording/archive-check.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { createPool } from '../../src/threads/pool.ts'
import { patientJobs } from '../codecs/audio.ts'

const day = '2026-11-22'
const endedAt = new Date(Date.UTC(2026, 10, 22, 17))
const script = join(import.meta.dir, '../../src/recording/archive-main.ts')
const ids = Array.from({ length: 12 }, (_, i) => `00000000-0000-4000-8000-0000000000${10 + i}`)

/** 30 s in which the two take turns, another tone in each call. */
function side(call: number, parity: number): Int16Array {
  const hz = 300 + call * 50
  return Int16Array.from({ length: 240_000 }, (_, i) =>
    Math.floor(i / 8_000) % 2 === parity ? 6_000 * Math.sin((2 * Math.PI * hz * i) / 8_000) : 0,
  )
}

async function makeRecordings(dir: string): Promise<void> {
  await mkdir(join(dir, day))
  for (const [call, id] of ids.entries()) {
    const base = join(dir, day, id)
    for (const [parity, name] of ['caller', 'agent'].entries()) {
      await writeFile(`${base}.${name}.raw`, side(call, parity))
      await utimes(`${base}.${name}.raw`, endedAt, endedAt)
    }
    const record = {
      ...callDetailsSchema.parse({}),
      ...{ version: 1, id, callId: id, startedAt: endedAt, endedAt, durationMs: 30_000 },
      audio: { rateHz: 8_000, samples: 240_000, gaps: [], stopped: null },
    }
    await writeFile(`${base}.json`, JSON.stringify(record))
  }
}

const archive = (dir: string) =>
  Bun.spawn([process.execPath, script, '--dir', dir], { stdout: 'ignore', stderr: 'pipe' })

test('killed in the middle the archive has lost nothing, and the next one ends the work', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'archive-killed-'))
  const pool = createPool({
    name: 'check',
    worker: audioWorker,
    size: 1,
    clock: systemClock,
    log: silentLog,
    metrics: new Metrics(),
  })
  const names = async (end: string) => (await readdir(join(dir, day))).filter((name) => name.endsWith(end))
  try {
    await makeRecordings(dir)
    const killed = archive(dir)
    const ended = killed.exited.then(() => true)
    while ((await names('.mp3')).length < 3 && !(await Promise.race([ended, Bun.sleep(1)])));
    killed.kill('SIGKILL')
    await killed.exited
    expect(killed.signalCode).toBe('SIGKILL')
    expect((await names('.raw')).length).toBeGreaterThan(0)

    const holds = async (call: number, id: string) => {
      const path = join(dir, day, `${id}.mp3`)
      if (!(await Bun.file(path).exists())) return false
      const { samples } = await patientJobs(pool).decode(await Bun.file(path).bytes(), { channels: 2 })
      return compareSides(samples, side(call, 0), side(call, 1)) === undefined
    }
    for (const [call, id] of ids.entries()) {
      const raw = (await names('.raw')).filter((name) => name.startsWith(id))
      expect([id, raw.length === 2 || (await holds(call, id))]).toEqual([id, true])
    }

    const next = archive(dir)
    expect([await next.exited, await next.stderr.text()]).toEqual([0, expect.stringContaining('0 failed')])
    expect(await names('.raw')).toEqual([])
    expect(await names('.tmp')).toEqual([])
    for (const [call, id] of ids.entries()) expect([id, await holds(call, id)]).toEqual([id, true])
  } finally {
    pool.close()
    await rm(dir, { recursive: true })
  }
}, 60_000)

test('asked to stop the archive ends with 3 and leaves whole what it had not done', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'archive-stopped-'))
  try {
    await makeRecordings(dir)
    const stopped = archive(dir)
    const ended = stopped.exited.then(() => true)
    const done = async () => (await readdir(join(dir, day))).some((name) => name.endsWith('.mp3'))
    while (!(await done()) && !(await Promise.race([ended, Bun.sleep(1)])));
    stopped.kill('SIGTERM')
    expect(await stopped.exited).toBe(3)
    expect(await stopped.stderr.text()).toContain(' 0 failed')
    const left = await readdir(join(dir, day))
    for (const id of ids) {
      const own = left.filter((name) => name.startsWith(id)).map((name) => name.slice(id.length))
      expect([
        ['.json', '.mp3'],
        ['.agent.raw', '.caller.raw', '.json'],
      ]).toContainEqual(own.sort())
    }
  } finally {
    await rm(dir, { recursive: true })
  }
}, 60_000)
