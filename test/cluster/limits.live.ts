// What machines share about vendors, on a real Redis: tokens per minute, a vendor's 429, and hints about breakers.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { type Cluster, openCluster } from '../../src/cluster/cluster.ts'
import { httpFailure } from '../../src/providers/errors.ts'
import { createLlmChain } from '../../src/providers/fallback-llm.ts'
import { TokenLimiter } from '../../src/providers/limiter.ts'
import type { Llm } from '../../src/providers/llm.ts'
import { Places } from '../../src/providers/places.ts'
import { until } from '../support/clouds/until.ts'
import { freePort } from '../support/redis/free-port.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'
import { clusterKey } from './machines.ts'

setDefaultTimeout(60_000)

let redis: RedisServer
const clusters: Cluster[] = []
/** Where all of them say that they answer; nobody does, but in one test. */
const peerPort = freePort()
const member = {
  ...{ url: `http://127.0.0.1:${peerPort}`, version: '1', live: 0, max: 1, draining: false, fingerprint: '' },
  ...{ voice: '', phrases: 0, startedWallMs: 0 },
}

async function open(): Promise<Cluster> {
  const cluster = await openCluster({
    ...{ redisUrl: redis.url, key: clusterKey, clock: systemClock, log: silentLog, metrics: new Metrics() },
    onFault: () => {},
  })
  clusters.push(cluster)
  cluster.members.begin(() => member)
  return cluster
}

beforeEach(async () => {
  redis = await RedisServer.start()
  for (let i = 0; i < 3; i++) await open()
  await eventually('the machines see each other', async () => {
    await Promise.all(clusters.map(({ members }) => members.tell()))
    return clusters.every(({ members }) => members.others().length === 2)
  })
})
afterEach(async () => {
  await redis.kill()
  await Promise.all(clusters.splice(0).map((cluster) => cluster.close()))
})

const limiterOf = ({ limits }: Cluster) =>
  new TokenLimiter({
    clock: systemClock,
    tokensPerMinute: 6_000,
    shared: { tokens: limits.tokens, model: 'm' },
  })

/** Every limiter asks until it is refused. @returns the tokens granted in all */
async function takeAll(limiters: readonly TokenLimiter[]): Promise<number> {
  const sums = limiters.map(async (limiter) => {
    for (let sum = 0; ; sum += 100) {
      const taken = await limiter.take(100)
      if ('waitMs' in taken) return sum
    }
  })
  return (await Promise.all(sums)).reduce((a, b) => a + b)
}

test('three machines get the tokens of one minute together; without Redis they still do', async () => {
  const beganMs = performance.now()
  const limiters = clusters.map(limiterOf)
  const sum = await takeAll(limiters)
  const refilled = ((performance.now() - beganMs) / 60_000) * 6_000
  expect(sum).toBeLessThanOrEqual(6_000 + refilled)
  expect(sum).toBeGreaterThanOrEqual(0.98 * 6_000)
  await redis.kill()
  await until('Redis is out of use', () => clusters.every(({ store }) => !store.isUp))
  const leftOver = await takeAll(limiters)
  const inAll = ((performance.now() - beganMs) / 60_000) * 6_000
  expect(sum + leftOver).toBeLessThanOrEqual(1.1 * (6_000 + inAll))
})

test('three machines have the places of an account together, whichever of them needs more', async () => {
  const most = 9
  const machines = clusters.map(
    ({ limits }) =>
      new Places({
        ...{ clock: systemClock, metrics: new Metrics(), account: 'v', most, shared: limits.places },
        service: 'stt',
      }),
  )
  let taken = 0
  const takes = (places: Places) => {
    if (places.take()) taken++
  }
  await eventually('one machine has six of nine', async () => {
    if (taken < 6) takes(machines[0]!)
    return taken === 6
  })
  await eventually('all are taken', async () => {
    for (const places of machines) takes(places)
    return taken >= most
  })
  for (let i = 0; i < 20; i++) {
    for (const places of machines) takes(places)
    await Bun.sleep(1)
  }
  expect(taken).toBe(most)
  for (const places of machines) places.close()
})

/** A model of one machine, whose vendor answers with what `answers` holds, and then in words. */
function modelOf(cluster: Cluster, answers: Error[] = []) {
  const asked = { count: 0 }
  const llm: Llm = {
    ...{ name: 'groq', model: 'x', close: () => {} },
    async *reply() {
      asked.count++
      const failure = answers.shift()
      if (failure) throw failure
      yield 'Bonjour.'
    },
  }
  const deps = { clock: systemClock, random: () => 0.5, metrics: new Metrics(), limits: cluster.limits }
  const chain = createLlmChain([llm], deps, { policy: { deadlineMs: 300, attemptMs: 200, retries: 0 } })
  const ask = async () => {
    const { signal } = new AbortController()
    try {
      const pieces = await Array.fromAsync(chain.reply({ messages: [], maxTokens: 1, signal }))
      return pieces.join('')
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  return { ask, asked }
}

const tooMany = () => httpFailure('groq', 429, new Headers({ 'retry-after': '5' }))

test('a 429 with retry-after on one machine keeps the others from the vendor, also one that starts later', async () => {
  const [a, b, c] = clusters as [Cluster, Cluster, Cluster]
  const models = [modelOf(a, [tooMany()]), modelOf(b), modelOf(c)]
  expect(await models[1]!.ask()).toBe('Bonjour.')
  expect(await models[0]!.ask()).toBe('limited')
  for (const model of models.slice(1))
    await eventually('it stays away', async () => (await model.ask()) === 'limited')
  const asked = models.map((model) => model.asked.count)
  for (const model of models) expect(await model.ask()).toBe('limited')
  expect(models.map((model) => model.asked.count)).toEqual(asked)
  const late = modelOf(await open())
  await eventually('the late one stays away', async () => (await late.ask()) === 'limited')
})

test('a 429 reaches the others while Redis is gone', async () => {
  const [a, b] = clusters as [Cluster, Cluster]
  await redis.kill()
  await until('Redis is out of use', () => clusters.every(({ store }) => !store.isUp))
  const peer = Bun.serve({
    port: peerPort,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      b.messages.received(await request.json())
      return Response.json({})
    },
  })
  const other = modelOf(b)
  expect(await modelOf(a, [tooMany()]).ask()).toBe('limited')
  await eventually('it stays away', async () => (await other.ask()) === 'limited')
  await peer.stop(true)
})

test('breakers that opened on two machines count as one failure on a third, and open nothing alone', async () => {
  const [a, b, c] = clusters as [Cluster, Cluster, Cluster]
  const broken = () => Array.from({ length: 9 }, () => httpFailure('groq', 500))
  const model = modelOf(c, broken().slice(0, 2))
  const hints: number[] = []
  c.limits.listen('groq/x', { stopped: () => {}, suspected: () => hints.push(1) })
  const sick = [modelOf(a, broken()), modelOf(b, broken())]
  // Three failures in a row open a breaker.
  for (const each of sick) for (let i = 0; i < 4; i++) expect(await each.ask()).toBe('unavailable')
  expect(sick.map(({ asked }) => asked.count)).toEqual([3, 3])
  await eventually('the third machine is told', async () => hints.length === 1)
  // Its breaker is closed, one failure nearer to opening: two of its own open it.
  for (let i = 0; i < 3; i++) expect(await model.ask()).toBe('unavailable')
  expect(model.asked.count).toBe(2)
})
