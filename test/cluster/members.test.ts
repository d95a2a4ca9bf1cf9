// The list of machines, and the names of those that are off, on a clock that the test moves.

import { beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { Cluster } from '../../src/cluster/cluster.ts'
import { Members } from '../../src/cluster/members.ts'
import { createSecrets } from '../../src/cluster/secrets.ts'
import { createVault } from '../../src/cluster/vault.ts'
import type { ServerContext } from '../../src/server/context.ts'
import { Erasures } from '../../src/server/records/erasures.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { clusterKey } from './machines.ts'
import { MemoryRedis } from './memory-store.ts'

setDefaultTimeout(60_000)

const weekMs = 7 * 86_400_000
let redis: MemoryRedis
let clock: FakeClock

beforeEach(() => {
  redis = new MemoryRedis()
  clock = new FakeClock()
})

const url = (name: string) => `http://${name}:8080`

/** A machine that says that it lives once, and again with `tell`. @param id of the process, new at each start */
async function start(name: string, id = name): Promise<Members> {
  const store = redis.store()
  const vault = createVault(store, createSecrets(clusterKey))
  const members = new Members({ store, vault, clock, metrics: new Metrics(), id })
  const about = { version: '1', live: 0, max: 9, draining: false, fingerprint: 'f', voice: 'v', phrases: 1 }
  members.begin(() => ({ ...about, url: url(name), startedWallMs: 0 }))
  await members.tell()
  return members
}

/** Past the seconds in which a new Redis may not have heard of all yet. */
const settle = async (...machines: Members[]) => {
  clock.advance(6_000)
  for (const members of machines) await members.tell()
}

test('a machine that is off has a name and the time when it was last seen', async () => {
  const a = await start('a')
  const b = await start('b')
  await settle(a)
  expect(a.away()).toEqual([])
  const seenMs = clock.wallMs()
  await b.stop()
  await settle(a)
  expect(a.others()).toEqual([])
  expect(a.away()).toEqual([{ url: url('b'), lastSeenWallMs: seenMs }])
})

test('it has its name on a machine that never saw it, too', async () => {
  const a = await start('a')
  const b = await start('b')
  await settle(b, a)
  const seenMs = clock.wallMs()
  await b.stop()
  await settle(a)
  const c = await start('c')
  await settle(c)
  expect(c.away()).toEqual([{ url: url('b'), lastSeenWallMs: seenMs }])
})

test('it is away no more when it is back, and gone for good after a week', async () => {
  const a = await start('a')
  const others = [await start('b'), await start('c')]
  await settle(a)
  for (const other of others) await other.stop()
  await settle(a)
  expect(a.away()).toHaveLength(2)
  await start('b', 'b, started again')
  await settle(a)
  expect(a.away().map((one) => one.url)).toEqual([url('c')])
  clock.advance(weekMs)
  await a.tell()
  expect(a.away()).toEqual([])
})

test('no machine is away because Redis is out of use or came back empty', async () => {
  const a = await start('a')
  const b = await start('b')
  await settle(a, b)
  redis.isUp = false
  await settle(a, b)
  expect(a.away()).toEqual([])
  redis.empty()
  redis.comeBack()
  await settle(b, a)
  expect(a.away()).toEqual([])
})

test('Redis shows no address', async () => {
  await start('a')
  for (const { line } of [...redis.lists.values()].flat())
    expect(Buffer.from(line, 'base64').toString('latin1')).not.toContain('8080')
  expect([...redis.lists.values()].flat()).toHaveLength(1)
})

test('an erasure names the machine that is off as open', async () => {
  const a = await start('a')
  const b = await start('b')
  await start('c')
  await settle(a)
  await b.stop()
  await settle(a)
  const store = redis.store()
  const erased = { erased: [], recordings: 1, live: [], unmatched: 0 }
  const cluster = {
    ...{ store, vault: createVault(store, createSecrets(clusterKey)), members: a },
    // The others that live do not answer in time.
    peers: { askAll: async () => [] },
    messages: { listen: () => () => {}, tell: async () => {} },
  } as unknown as Cluster
  const config = { DATA_DIR: '', RECORDINGS_DAYS: 30, TRANSCRIPTS_DAYS: 30 } as ServerContext['config']
  const erasures = new Erasures({ config, clock, log: silentLog }, cluster, async () => erased)
  const { open } = await erasures.everywhere('0612345678')
  expect(open.toSorted()).toEqual([url('b'), url('c')])
})

test('an erasure reaches the parts of the calls it found, on other machines and on one that comes back', async () => {
  const a = await start('a')
  await start('b')
  await settle(a)
  const store = redis.store()
  const vault = createVault(store, createSecrets(clusterKey))
  const erasedOn = (callId: string) => ({ erased: [callId], recordings: 1, live: [], unmatched: 2 })
  const asked: unknown[] = []
  const peers = {
    askAll: async (_: string, { body }: { body: { calls: string[] } }) => {
      asked.push(body)
      const json = body.calls.length > 0 ? { ...erasedOn('x'), recordings: 3 } : erasedOn('y')
      return [{ member: a.others()[0], json }]
    },
  }
  const messages = { listen: () => () => {}, tell: async () => {} }
  const cluster = { store, vault, members: a, peers, messages } as unknown as Cluster
  const dir = await mkdtemp(join(tmpdir(), 'erasures-'))
  const config = { DATA_DIR: dir, RECORDINGS_DAYS: 30, TRANSCRIPTS_DAYS: 30 } as ServerContext['config']
  const erasures = new Erasures({ config, clock, log: silentLog }, cluster, async () => erasedOn('x'))
  const phone = '0612345678'
  expect(await erasures.everywhere(phone)).toEqual({
    ...{ erased: ['x', 'y'], recordings: 6, live: [], unmatched: 4, open: [] },
  })
  expect(asked).toEqual([
    { phone, calls: [] },
    { phone, calls: ['x', 'y'] },
  ])
  const late: unknown[] = []
  const back = new Erasures({ config, clock, log: silentLog }, cluster, async (...erasure) => {
    late.push(erasure)
    return erasedOn('x')
  })
  await until('it is ready', () => back.isReady)
  expect(late).toEqual([
    [phone, []],
    [phone, ['x', 'y']],
  ])
  await rm(dir, { recursive: true })
})
