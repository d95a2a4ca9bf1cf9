// Redis as an operator runs it: with Sentinel, whose primary dies in the middle of calls, and with TLS and a user of
// limited rights.

import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { openRedisStore } from '../../src/cluster/redis.ts'
import { longestGapMs, Telephone, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { certificate } from '../support/lab/proxies.ts'
import { freePort } from '../support/redis/free-port.ts'
import { Sentinel } from '../support/redis/sentinel.ts'
import { RedisServer } from '../support/redis/server.ts'
import { startBot } from './bot-process.ts'
import { eventually } from './eventually.ts'
import { nextStep, startMachines } from './machines.ts'

setDefaultTimeout(60_000)

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** The address in docs/cluster.md has these rights. */
const rights = ['~vb1:*', '&vb1:*', '+@all', '-@admin', '-@dangerous', '+info']

const hangUp = (world: World, callId: string) =>
  askAdmin(world.server.adminUrl, `/api/calls/${callId}/hangup`, { method: 'POST' })

/** A call that one machine was told of, on another. */
async function dialAnnounced(told: World, dialled: World): Promise<Telephone> {
  const callId = crypto.randomUUID()
  await askAdmin(told.server.adminUrl, `/api/calls/${callId}/expect`, { method: 'POST' })
  const phone = await Telephone.dial(dialled.server.audioSocketPort, '127.0.0.1', callId)
  await phone.hears(5)
  return phone
}

test('Sentinel’s primary dies: no call notices, and the machines share again by the replica', async () => {
  const primary = await RedisServer.start()
  const replica = await RedisServer.start(['--replicaof', '127.0.0.1', String(primary.port)])
  const sentinel = Sentinel.start(primary, 'main')
  ends.push(
    () => primary.kill(),
    () => replica.kill(),
    () => sentinel.stop(),
  )
  await eventually('Sentinel knows the replica', async () => (await sentinel.replicas('main')) === 1)
  const url = `redis+sentinel://127.0.0.1:${sentinel.port}/main`
  const settings = { REDIS_URL: url, AUDIOSOCKET_REGISTERED: '1' }
  const machines = (await startMachines(2, primary, settings)) as [World, World]
  ends.push(...machines.map((machine) => () => machine.stop()))
  const [a, b] = machines
  const phone = await dialAnnounced(b, a)
  const frames = phone.frameMs.length
  await primary.kill()
  await eventually('Redis is out of use', async () =>
    machines.some((one) => one.metric('cluster_redis_up') === 0),
  )
  await eventually('the replica is in use', async () =>
    machines.every((machine) => machine.metric('cluster_redis_up') === 1),
  )
  expect(await replica.cli('role')).toStartWith('master')
  await phone.hears(5)
  console.log(
    'longest gap while the primary changed:',
    longestGapMs(phone.frameMs.slice(frames)).toFixed(0),
    'ms',
  )
  expect((await hangUp(a, phone.callId)).status).toBe(200)
  await phone.ended
  expect(await nextStep(b, phone.callId)).toEqual({ text: 'hangup|\n', known: true })
  expect(b.metric('cluster_next_foreign_total')).toBe(1)
  // An announcement goes by the subscription, and is good for one call.
  const later = await dialAnnounced(a, b)
  later.hangUp()
  await later.ended
  const again = await Telephone.dial(a.server.audioSocketPort, '127.0.0.1', later.callId)
  await again.ended
  expect(again.frameMs).toHaveLength(0)
})

test('TLS, and a user who may do only what the machines need', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'redis-tls-'))
  ends.push(() => rm(folder, { recursive: true, force: true }))
  const { cert, key } = await certificate(folder, 'localhost')
  const tls = freePort()
  const redis = await RedisServer.start([
    ...['--tls-port', String(tls), '--tls-auth-clients', 'no'],
    ...['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert],
  ])
  ends.push(() => redis.kill())
  await redis.cli('acl', 'setuser', 'bot', 'on', '>secret', ...rights)
  const url = `rediss://bot:secret@localhost:${tls}`
  // A process reads its certificate authorities when it starts.
  const bot = await startBot(redis, { REDIS_URL: url, NODE_EXTRA_CA_CERTS: cert })
  ends.push(() => bot.end())
  const [other] = (await startMachines(1, redis, {}, 2)) as [World]
  ends.push(() => other.stop())
  const phone = await Telephone.dial(bot.port)
  await phone.hears(5)
  await askAdmin(bot.adminUrl, `/api/calls/${phone.callId}/hangup`, { method: 'POST' })
  await phone.ended
  expect(await nextStep(other, phone.callId)).toEqual({ text: 'hangup|\n', known: true })
  // Nothing was refused for want of a right.
  expect(await redis.cli('acl', 'log')).toBe('')
  expect(await redis.cli('client', 'list')).toContain('user=bot')
  // This process does not know the authority.
  const faults: (string | undefined)[] = []
  const store = await openRedisStore({
    ...{ url, prefix: 'vb1:test:', clock: systemClock, log: silentLog, metrics: new Metrics() },
    onFault: (fault) => faults.push(fault),
  })
  ends.push(() => store.close())
  await eventually('the certificate is refused', async () =>
    faults.some((fault) => /certificate/i.test(fault ?? '')),
  )
  expect(store.isUp).toBe(false)
})
