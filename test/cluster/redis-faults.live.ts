// Machines with calls on, whose real Redis is killed, frozen, full, read-only or cut off: no call ends or waits, calls
// begin and end as ever, and when Redis is back it holds what was left for it.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { CallInfo } from '../../src/calls/views.ts'
import { type Cluster, openCluster } from '../../src/cluster/cluster.ts'
import { Telephone, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { Cutter } from '../support/redis/cutter.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'
import { clusterKey, nextStep, seeEachOther, startMachines } from './machines.ts'

setDefaultTimeout(120_000)

let redis: RedisServer
let cutter: Cutter
/** Has the calls, and reaches Redis through the cutter. */
let owner: World
let other: World
/** Reads what Redis holds. */
let reader: Cluster

beforeAll(async () => {
  redis = await RedisServer.start()
  cutter = new Cutter(redis.port)
  const url = `redis://127.0.0.1:${cutter.port}`
  ;[owner] = (await startMachines(1, redis, { REDIS_URL: url })) as [World]
  ;[other] = (await startMachines(1, redis, {}, 2)) as [World]
  await seeEachOther([owner, other])
  reader = await openCluster({
    ...{ redisUrl: redis.url, key: clusterKey, clock: systemClock, log: silentLog, metrics: new Metrics() },
    onFault: () => {},
  })
})
afterAll(async () => {
  redis.thaw()
  await reader.close()
  await owner.stop()
  await other.stop()
  cutter.close()
  await redis.kill()
})

const faults: [string, { breaks(): unknown; mends(): unknown }][] = [
  ['is killed, and comes back empty', { breaks: () => redis.kill(), mends: () => redis.restart() }],
  ['is frozen', { breaks: () => redis.freeze(), mends: () => redis.thaw() }],
  [
    'is full',
    {
      breaks: () => redis.cli('config', 'set', 'maxmemory', '1'),
      mends: () => redis.cli('config', 'set', 'maxmemory', '0'),
    },
  ],
  [
    'is read-only, as a replica is',
    {
      breaks: () => redis.cli('replicaof', '127.0.0.1', '1'),
      mends: () => redis.cli('replicaof', 'no', 'one'),
    },
  ],
  ['is cut off without a word', { breaks: () => cutter.dropAll(), mends: () => {} }],
]

const callOn = async ({ server }: World, callId: string): Promise<CallInfo> =>
  (await askAdmin(server.adminUrl, `/api/calls/${callId}`)).json() as Promise<CallInfo>

/** The caller hangs up: a goodbye of the bot takes seconds. */
async function left(phone: Telephone): Promise<void> {
  phone.hangUp()
  await phone.ended
  await eventually('the call is over', async () => (await callOn(owner, phone.callId)).outcome === 'hangup')
}

const isLiveOn = async ({ server }: World, callId: string): Promise<boolean> => {
  const { calls } = (await (await askAdmin(server.adminUrl, '/api/calls')).json()) as { calls: CallInfo[] }
  return calls.some(({ id, outcome }) => id === callId && outcome === null)
}

async function dial({ server }: World): Promise<Telephone> {
  const phone = await Telephone.dial(server.audioSocketPort)
  await phone.hears(5)
  return phone
}

/** Without Redis: the call goes on, and another one begins, ends, and has its next step. @returns the other one's id */
async function withoutRedis(phone: Telephone): Promise<string> {
  await eventually('the machine works without', async () => owner.metric('cluster_redis_up') === 0)
  const ready = await askAdmin(owner.server.adminUrl, '/readyz')
  expect([ready.status, await ready.text()]).toEqual([200, expect.stringContaining('redis: it is not used')])
  const newcomer = await dial(owner)
  await left(newcomer)
  expect(await nextStep(other, newcomer.callId)).toMatchObject({ known: true })
  expect(await isLiveOn(other, phone.callId)).toBe(true)
  await phone.hears(50)
  return newcomer.callId
}

for (const [what, { breaks, mends }] of faults)
  test(`a Redis that ${what}, ends no call, and holds all that it should when it is back`, async () => {
    const phone = await dial(owner)
    await breaks()
    // Mended for the next test too.
    const ended = await withoutRedis(phone).finally(mends)
    await eventually('both machines use it again', async () =>
      [owner, other].every((world) => world.metric('cluster_redis_up') === 1),
    )
    await eventually('it has the answer of the call that ended meanwhile', async () => {
      const answer = await reader.vault.get('next', ended)
      return (answer as { isFinal?: boolean } | undefined | null)?.isFinal === true
    })
    await eventually('it has the claim of the call that goes on', async () => {
      const found = await reader.claims.owner(phone.callId)
      return found?.owner !== undefined
    })
    expect(await isLiveOn(other, phone.callId)).toBe(true)
    await left(phone)
    expect(owner.metric('cluster_outbox_dropped_total')).toBe(0)
  })
