// The next step of a call on every machine: three whole servers and a real Redis that is there, gone, frozen or empty.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { Telephone, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'
import { nextStep, startMachines } from './machines.ts'

let redis: RedisServer
let machines: World[] = []

beforeAll(async () => {
  redis = await RedisServer.start()
  machines = await startMachines(3, redis)
})
afterEach(async () => {
  redis.thaw()
  await eventually('Redis is used again', async () =>
    machines.every((machine) => machine.metric('cluster_redis_up') === 1),
  )
})
afterAll(async () => {
  for (const machine of machines) await machine.stop()
  await redis.kill()
})

const post = (world: World, path: string) => askAdmin(world.server.adminUrl, path, { method: 'POST' })

/** A call on one machine that ends with a goodbye, or with a transfer. @returns its id, at the moment of the hang-up */
async function callThatEnds(on: World, how: 'hangup' | 'transfer'): Promise<string> {
  const phone = await Telephone.dial(on.server.audioSocketPort)
  await phone.hears(5)
  expect((await post(on, `/api/calls/${phone.callId}/${how}`)).status).toBe(200)
  await phone.ended
  return phone.callId
}

/** What each machine answers, asked at once. */
async function answersOf(callId: string): Promise<string[]> {
  const answers = await Promise.all(machines.map((machine) => nextStep(machine, callId)))
  return answers.map(({ text, known }) => `${text.split('\n')[0]} ${known ? 'known' : 'unknown'}`)
}

const totalOf = (name: string) => machines.reduce((sum, machine) => sum + machine.metric(name), 0)

const everywhere = (answer: string) => machines.map(() => answer)

describe('every machine knows the next step', () => {
  test('of a call that ended on another, right after its hang-up', async () => {
    const [a, b, c] = machines as [World, World, World]
    const ended = await Promise.all([
      callThatEnds(a, 'hangup'),
      callThatEnds(b, 'transfer'),
      callThatEnds(c, 'hangup'),
    ])
    expect(await answersOf(ended[0])).toEqual(everywhere('hangup| known'))
    expect(await answersOf(ended[1])).toEqual(everywhere('queue|support known'))
    expect(await answersOf(ended[2])).toEqual(everywhere('hangup| known'))
    expect(totalOf('cluster_next_foreign_total')).toBe(6)
  })

  test('of a call that nobody knows: the default queue, and that it is unknown', async () => {
    expect(await answersOf(crypto.randomUUID())).toEqual(everywhere('queue|support unknown'))
    expect(totalOf('cluster_next_unknown_total')).toBe(3)
  })

  test('of a call that ends while Redis is frozen, and nothing waits for it', async () => {
    const [a] = machines as [World]
    redis.freeze()
    const phone = await Telephone.dial(a.server.audioSocketPort)
    phone.hangUp()
    const callId = await callThatEnds(a, 'hangup')
    const beganMs = performance.now()
    expect(await answersOf(callId)).toEqual(everywhere('hangup| known'))
    expect(performance.now() - beganMs).toBeLessThan(1_000)
    const ready = await askAdmin(a.server.adminUrl, '/readyz')
    expect(ready.status).toBe(200)
    expect(await ready.text()).toContain('redis: it is not used')
  })

  test('of the newest visit, not of the first one on the machine that is asked', async () => {
    const [a, b] = machines as [World, World]
    const callId = await callThatEnds(a, 'transfer')
    const second = await Telephone.dial(b.server.audioSocketPort, '127.0.0.1', callId)
    await second.hears(5)
    expect((await post(b, `/api/calls/${callId}/hangup`)).status).toBe(200)
    await second.ended
    expect(await answersOf(callId)).toEqual(everywhere('hangup| known'))
  })
})

describe('one UUID on two machines', () => {
  test('is a call of exactly one of them; the other one ends in silence', async () => {
    const [a, b] = machines as [World, World]
    for (let i = 0; i < 10; i++) {
      const callId = crypto.randomUUID()
      const phones = await Promise.all(
        [a, b].map((machine) => Telephone.dial(machine.server.audioSocketPort, '127.0.0.1', callId)),
      )
      await eventually(
        'one machine has the call',
        async () => a.server.registry.liveCalls + b.server.registry.liveCalls === 1,
      )
      const winner = [a, b].find((machine) => machine.server.registry.liveCalls === 1)!
      expect(winner.server.registry.get(callId)?.outcome).toBeNull()
      for (const phone of phones) phone.hangUp()
      await eventually('the call is over', async () => winner.server.registry.liveCalls === 0)
    }
  })
})

test('a request between machines needs the cluster’s signature', async () => {
  const [a] = machines as [World]
  const callId = await callThatEnds(a, 'hangup')
  for (const authorization of ['', 'Cluster 1.x', 'Bearer wrong'])
    expect(
      (await fetch(`${a.server.adminUrl}/cluster/calls/${callId}/next`, { headers: { authorization } }))
        .status,
    ).toBe(401)
  expect((await askAdmin(a.server.adminUrl, `/cluster/calls/${callId}/next`)).status).toBe(401)
})

describe('every machine knows, when one has stopped, the next step', () => {
  test('of a call that ends while Redis is gone; and of one before, when Redis comes back empty', async () => {
    const [a, b] = machines as [World, World]
    const before = await callThatEnds(a, 'hangup')
    await redis.kill()
    const meanwhile = await callThatEnds(b, 'hangup')
    expect(await answersOf(meanwhile)).toEqual(everywhere('hangup| known'))
    expect(await answersOf(before)).toEqual(everywhere('hangup| known'))
    await redis.restart()
    await eventually('Redis is used again', async () =>
      machines.every((machine) => machine.metric('cluster_redis_up') === 1),
    )
    expect(await answersOf(before)).toEqual(everywhere('hangup| known'))
    await b.stop()
    machines = machines.filter((machine) => machine !== b)
    expect(await answersOf(meanwhile)).toEqual(everywhere('hangup| known'))
  })
})
