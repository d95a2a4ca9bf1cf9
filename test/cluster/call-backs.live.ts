// Promised call-backs: on every machine's list until one is done, though the machine dies that promised it.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { SharedCall } from '../../src/calls/sharing.ts'
import { type Cluster, openCluster } from '../../src/cluster/cluster.ts'
import type { Known } from '../../src/dialogue/types.ts'
import type { ServerContext } from '../../src/server/context.ts'
import { CallBacks } from '../../src/server/handover/call-backs.ts'
import { Handover, type HandoverDeps } from '../../src/server/handover/handover.ts'
import { createMemories } from '../../src/server/memories.ts'
import { until } from '../support/clouds/until.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'
import { clusterKey } from './machines.ts'

setDefaultTimeout(60_000)

let redis: RedisServer
const clusters: Cluster[] = []
const memories = createMemories()

async function open(): Promise<CallBacks> {
  const cluster = await openCluster({
    ...{ redisUrl: redis.url, key: clusterKey, clock: systemClock, log: silentLog, metrics: new Metrics() },
    onFault: () => {},
  })
  clusters.push(cluster)
  await until('Redis is in use', () => cluster.store.isUp)
  return new CallBacks({ clock: systemClock, memories }, cluster)
}

beforeEach(async () => {
  redis = await RedisServer.start()
})
afterEach(async () => {
  await Promise.all(clusters.splice(0).map((cluster) => cluster.close()))
  await redis.kill()
})

const known = (phone: string, callBack = true): Known => ({
  ...{ name: 'Marie Dupont', phone, topic: 'internet', symptom: null, callBack },
  ...{ stepsDone: [], tried: [], notes: [] },
})
const has = (list: CallBacks, count: number) =>
  eventually(`${count} are open`, async () => (await list.open())?.length === count)
const phones = async (list: CallBacks) => (await list.open())?.map(({ phone }) => phone)

test('one that a machine promised before it died is given out by another, once, and leaves when done', async () => {
  const [dying, a, b] = [await open(), await open(), await open()]
  const callId = crypto.randomUUID()
  for (let i = 0; i < 3; i++) dying.promised(callId, known('0612345678'), 'fr')
  dying.promised(crypto.randomUUID(), known('0700000000', false), 'fr')
  await has(a, 1)
  await clusters.shift()!.close()
  const got = await Promise.all([a.take(), b.take()])
  expect(got.filter((each) => each !== null)).toMatchObject([
    { callId, phone: '0612345678', name: 'Marie Dupont' },
  ])
  // It is open until somebody has called.
  expect(await phones(b)).toEqual(['0612345678'])
  const { id } = got.find((each) => each !== null)!
  expect([await b.done(id), await a.done(id)]).toEqual([true, false])
  expect(await a.open()).toEqual([])
})

test('a call that promises one is on the list before it has ended', async () => {
  const list = await open()
  const [cluster] = clusters as [Cluster]
  const context = { clock: systemClock, metrics: new Metrics(), memories, log: silentLog }
  const handover = new Handover(context as unknown as ServerContext, cluster, {} as unknown as HandoverDeps)
  const sharing = handover.sharing(() => {})
  const callId = crypto.randomUUID()
  const dialogue = { known: known('0612345678'), language: 'fr', checkpoint: undefined }
  const call = { session: { dialogue }, start: {}, startedWallMs: 0 } as unknown as SharedCall
  sharing.begin(callId, () => {})
  for (const to of ['goodbye', 'goodbye'] as const)
    sharing.progressed(callId, call, { kind: 'state', from: 'transfer', to, atMs: 0, durationMs: 0 } as never)
  await has(list, 1)
  expect((await list.open())![0]).toMatchObject({ callId, language: 'fr' })
})

test('one that was given out and not done is given out again, with the same id', async () => {
  const list = await open()
  list.promised('c1', known('0612345678'), 'fr')
  await has(list, 1)
  const first = await list.take()
  expect(await list.take()).toBeNull()
  // As if ten minutes had passed: Redis's own clock counts them.
  const [, entries] = (await redis.cli('keys', '*callbacks')).match(/(.*)/)!
  await redis.cli('xclaim', entries!, 'desk', 'any', '0', first!.id, 'idle', '600001')
  expect(await list.take()).toEqual(first)
})

test('one that is promised while Redis is gone is written when it is back; nothing is given out meanwhile', async () => {
  const list = await open()
  await redis.kill()
  await until('Redis is out of use', () => !clusters[0]!.store.isUp)
  list.promised('c1', known('0612345678'), 'fr')
  expect([await list.open(), await list.take(), await list.done('1-1')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  await redis.restart()
  await has(list, 1)
})

test('a caller who is erased is called back no more, and Redis shows nothing of the others', async () => {
  const list = await open()
  list.promised('c1', known('0612345678'), 'fr')
  list.promised('c2', known('0798765432'), 'fr')
  list.promised('c3', known('0123456789'), 'fr')
  await has(list, 3)
  await list.forget(({ phone }) => phone === '0612345678')
  memories.forget('c2')
  await has(list, 1)
  expect(await phones(list)).toEqual(['0123456789'])
  const key = (await redis.cli('keys', '*callbacks')).trim()
  expect(await redis.cli('xrange', key, '-', '+')).not.toMatch(/0123456789|Dupont|c3/)
})
