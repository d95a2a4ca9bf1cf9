// A caller who is erased on one machine is erased on all: on those that live at once, on one that was off before it is
// ready.

import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorld, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'
import { clusterSettings, startMachines } from './machines.ts'

let redis: RedisServer
let machines: World[]
let off: string

beforeEach(async () => {
  redis = await RedisServer.start()
  machines = await startMachines(2, redis)
  off = await mkdtemp(join(tmpdir(), 'off-'))
})
afterEach(async () => {
  for (const machine of machines) await machine.stop()
  for (const dir of [off, `${off}.data`]) await rm(dir, { recursive: true, force: true })
  await redis.kill()
})

const phone = '0612345678'

/** A recording of a caller who gave this number. */
async function record(dir: string, number: string): Promise<void> {
  const callId = crypto.randomUUID()
  await mkdir(join(dir, '2026-11-27'), { recursive: true })
  const times = { startedAt: '2026-11-27T10:00:00.000Z', endedAt: '2026-11-27T10:01:00.000Z' }
  const about = { callId, ...times, outcome: 'goodbye', phone: number, numbers: [number] }
  await Bun.write(join(dir, '2026-11-27', `${callId}.json`), JSON.stringify(about))
}

const recordings = async (dir: string) =>
  (await readdir(dir, { recursive: true })).filter((name) => name.endsWith('.json')).length

test('on every machine, also on one that was off, before it is ready', async () => {
  const [a, b] = machines as [World, World]
  for (const dir of [a.dir, b.dir, off]) {
    await record(dir, phone)
    await record(dir, '0687654321')
  }
  const answer = await askAdmin(a.server.adminUrl, `/api/callers/${phone}`, { method: 'DELETE' })
  expect(await answer.json()).toMatchObject({ recordings: 2, live: [], open: [] })
  expect(await Promise.all([a.dir, b.dir, off].map(recordings))).toEqual([1, 1, 2])
  const late = await startWorld({
    ...clusterSettings(redis),
    ...{ RECORDINGS_DIR: off, DATA_DIR: `${off}.data` },
  })
  machines.push(late)
  await eventually('it is ready', async () => (await askAdmin(late.server.adminUrl, '/readyz')).ok)
  expect(await recordings(off)).toBe(1)
  // Redis shows no number.
  const [key] = (await redis.cli('keys', '*:erasures')).split('\n')
  expect(await redis.cli('xrange', key!, '-', '+')).not.toContain('612345678')
})

test('a machine is ready without Redis, and erases when it is there', async () => {
  await redis.kill()
  await record(off, phone)
  const late = await startWorld({
    ...clusterSettings(redis),
    ...{ RECORDINGS_DIR: off, DATA_DIR: `${off}.data` },
  })
  machines.push(late)
  await eventually('it is ready', async () => (await askAdmin(late.server.adminUrl, '/readyz')).ok)
  const [a] = machines as [World]
  await askAdmin(a.server.adminUrl, `/api/callers/${phone}`, { method: 'DELETE' })
  expect(await recordings(off)).toBe(1)
  await redis.restart()
  // What waited in the first machine's outbox reaches the list, and the next look at the list finds it.
  await eventually('it is erased', async () => (await recordings(off)) === 0)
})
