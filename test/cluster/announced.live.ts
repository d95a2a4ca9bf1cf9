// Calls that must be announced, on three machines: announced to one of them, taken by any, once.

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Telephone, type World } from '../faults/world.ts'
import { until } from '../support/clouds/until.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { RedisServer } from '../support/redis/server.ts'
import { startMachines } from './machines.ts'

let redis: RedisServer
let machines: World[] = []

beforeAll(async () => {
  redis = await RedisServer.start()
  machines = await startMachines(3, redis, { AUDIOSOCKET_REGISTERED: '1' })
})
afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.stop()))
  await redis.kill()
})

async function announce(on: World, callId: string): Promise<void> {
  const answer = await askAdmin(on.server.adminUrl, `/api/calls/${callId}/expect`, { method: 'POST' })
  expect(answer.status).toBe(200)
}

const dial = ({ server }: World, callId: string) =>
  Telephone.dial(server.audioSocketPort, '127.0.0.1', callId)

const isLive = ({ server }: World, callId: string) => server.registry.get(callId)?.outcome === null

test('a call that nobody announced is refused by every machine', async () => {
  for (const machine of machines) {
    const phone = await dial(machine, crypto.randomUUID())
    await phone.ended
    expect(phone.frameMs).toEqual([])
  }
})

test('a call that was announced to one machine is taken by another, and by no third one', async () => {
  const [a, b, c] = machines as [World, World, World]
  const callId = crypto.randomUUID()
  await announce(a, callId)
  const phone = await dial(b, callId)
  await phone.hears(5)
  // Refused, or dropped when it turns out that the announcement was used.
  const second = await dial(c, callId)
  await second.ended
  expect([isLive(a, callId), isLive(b, callId), isLive(c, callId)]).toEqual([false, true, false])
  phone.hangUp()
})

test('the same while Redis is gone, over HTTP', async () => {
  const [a, b] = machines as [World, World]
  await redis.kill()
  await until('Redis is out of use', () => machines.every((each) => each.metric('cluster_redis_up') === 0))
  const callId = crypto.randomUUID()
  await announce(a, callId)
  const phone = await dial(b, callId)
  await phone.hears(5)
  expect(isLive(b, callId)).toBe(true)
  phone.hangUp()
  await phone.ended
  await redis.restart()
  await until('Redis is used', () => machines.every((each) => each.metric('cluster_redis_up') === 1))
})
