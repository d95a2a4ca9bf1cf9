// The shared store on a real redis-server: what it answers, and that no fault of Redis holds anybody up.

import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { openRedisStore } from '../../src/cluster/redis.ts'
import { answerMs, type Store } from '../../src/cluster/store.ts'
import { until } from '../support/clouds/until.ts'
import { Cutter } from '../support/redis/cutter.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'

let redis: RedisServer
const stores: Store[] = []
const faults: (string | undefined)[] = []

async function open(url = redis.url, clock = systemClock): Promise<Store> {
  const store = await openRedisStore({
    ...{ url, prefix: 'vb1:test:', clock, log: silentLog, metrics: new Metrics() },
    onFault: (fault) => void faults.push(fault),
  })
  stores.push(store)
  return store
}

async function openUp(): Promise<Store> {
  const store = await open()
  await isUp(store)
  return store
}

const isUp = (store: Store) => until('the store is up', () => store.isUp)
const isDown = (store: Store) => until('the store is down', () => !store.isUp)

/** Asks all the time. @returns the longest time that an answer or its absence took */
async function longestAnswerMs(store: Store, forMs: number): Promise<number> {
  let longest = 0
  const untilMs = performance.now() + forMs
  while (performance.now() < untilMs) {
    const beganMs = performance.now()
    await store.get('k')
    longest = Math.max(longest, performance.now() - beganMs)
    await Bun.sleep(5)
  }
  return longest
}
/** A busy machine's timers are late; a command that hangs takes seconds. */
const patienceMs = answerMs + 150

beforeEach(async () => {
  redis = await RedisServer.start()
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  await redis.kill()
  faults.length = 0
})

describe('the store', () => {
  test('keeps a value for its time, and only the newest version of it', async () => {
    const store = await openUp()
    store.put('k', 'two', { ttlMs: 60_000, version: 2 })
    expect(await store.written('k', 5_000)).toBe(true)
    store.put('k', 'one', { ttlMs: 60_000, version: 1 })
    expect(await store.written('k', 5_000)).toBe(true)
    expect(await store.get('k')).toBe('two')
    expect(Number(await redis.cli('pttl', 'k'))).toBeWithin(1, 60_001)
    store.remove('k')
    await store.written('k', 5_000)
    expect(await store.get('k')).toBeNull()
  })

  test('gives a value that is taken to one asker only', async () => {
    const [a, b] = [await openUp(), await openUp()]
    for (let i = 0; i < 50; i++) {
      a.put('k', 'once', { ttlMs: 60_000 })
      await a.written('k', 5_000)
      const got = await Promise.all([a.take('k'), b.take('k')])
      expect(got.filter((value) => value === 'once')).toHaveLength(1)
    }
  })

  test('gives a call to exactly one of two machines, in 1 000 races', async () => {
    const [a, b] = [await openUp(), await openUp()]
    for (const [store, id] of [
      [a, 'a'],
      [b, 'b'],
    ] as const)
      await store.beat('m:', id, 'x', 60_000)
    const claim = (store: Store, owner: string, call: number) =>
      store.claim(`c${call}`, { owner, ownerPrefix: 'm:', wallMs: 1, ttlMs: 60_000 })
    const winners = { a: 0, b: 0 }
    for (let call = 0; call < 1_000; call++) {
      const asks = [() => claim(a, 'a', call), () => claim(b, 'b', call)]
      const [first, second] = await Promise.all((call % 2 ? asks : asks.reverse()).map((ask) => ask()))
      expect([first!.granted, second!.granted].filter(Boolean)).toHaveLength(1)
      winners[first!.granted === (call % 2 === 1) ? 'a' : 'b']++
    }
    expect(winners.a + winners.b).toBe(1_000)
  })

  test('gives a claim away when its owner is gone, when the call ended, and when it was lost', async () => {
    const store = await openUp()
    const claim = (owner: string) => store.claim('c', { owner, ownerPrefix: 'm:', wallMs: 1, ttlMs: 60_000 })
    await store.beat('m:', 'a', 'x', 60_000)
    const first = await claim('a')
    expect(first).toMatchObject({ granted: true, before: null })
    expect(await claim('b')).toMatchObject({ granted: false, before: 'a' })
    expect(await store.release('c', first!.generation)).toBe(true)
    const second = await claim('b')
    expect(second).toMatchObject({ granted: true, before: 'a', wasLost: true })
    expect(second!.generation).toBeGreaterThan(first!.generation)
    expect(await store.owner('c')).toEqual({ owner: 'b', generation: second!.generation, rescued: true })
    // The one who lost it finds out, and can end nothing any more.
    expect(await store.renew('a', [{ key: 'c', generation: first!.generation }], 60_000)).toEqual(['c'])
    expect(await store.release('c', first!.generation)).toBe(false)
    expect(await store.renew('b', [{ key: 'c', generation: second!.generation }], 60_000)).toEqual([])
    // b has no heartbeat: it is gone.
    expect(await claim('a')).toMatchObject({ granted: true, before: 'b', wasLost: false })
    await redis.cli('flushall')
    expect(await store.renew('a', [{ key: 'c', generation: 9 }], 60_000)).toEqual([])
    expect(await store.owner('c')).toEqual({ owner: 'a', generation: 9, rescued: false })
  })

  test('lists the machines that live', async () => {
    const store = await openUp()
    await store.beat('m:', 'a', 'load 1', 60_000)
    expect(await store.beat('m:', 'b', 'load 2', 60_000)).toEqual(
      new Map([
        ['a', 'load 1'],
        ['b', 'load 2'],
      ]),
    )
    await store.leave('m:', 'a')
    expect(await store.beat('m:', 'b', 'load 3', 60_000)).toEqual(new Map([['b', 'load 3']]))
  })

  test('leases the places of an account: never more than there are, and those of a machine that is gone again', async () => {
    const store = await openUp()
    const wants = (machine: string, used: number, ttlMs = 60_000) =>
      store.lease('p', machine, { used, most: 30, machines: 3, ttlMs })
    expect(await wants('a', 0)).toBe(10)
    expect(await wants('b', 0)).toBe(10)
    expect(await wants('c', 0)).toBe(10)
    // A busy machine gets what the others do not need, once they have said so.
    expect(await wants('a', 10)).toBe(10)
    expect(await wants('b', 0)).toBe(6)
    expect(await wants('c', 0)).toBe(6)
    expect(await wants('a', 10)).toBe(16)
    // More are in use than there are, as after a Redis that came back empty: nobody gets another one.
    expect(await wants('b', 20, 300)).toBe(8)
    expect(await wants('c', 0)).toBe(0)
    expect(await wants('a', 10)).toBeLessThanOrEqual(16)
    await eventually('the places of b are free again', async () => (await wants('a', 10)) === 16)
  })

  test('keeps lines in their order', async () => {
    const store = await openUp()
    for (const line of ['one', 'two', 'three']) store.append('l', line, { ttlMs: 60_000, keep: 100 })
    const text = (lines: { line: string }[] | undefined) => lines?.map(({ line }) => line)
    await eventually('all lines are there', async () => (await store.lines('l', '0'))?.length === 3)
    const lines = await store.lines('l', '0')
    expect(text(lines)).toEqual(['one', 'two', 'three'])
    expect(text(await store.lines('l', lines![0]!.id))).toEqual(['two', 'three'])
  })

  test('shelves a value once, whole and for its time, as long as the list has room', async () => {
    const store = await openUp()
    const shelve = (key: string, line: string, ttlMs = 60_000) =>
      store.shelve('list', key, { line, value: `sound of ${line}`, ttlMs, keep: 2 })
    const both = await Promise.all([shelve('a', 'one'), shelve('a', 'one')])
    expect(both.toSorted()).toEqual([false, true])
    expect(await shelve('b', 'two')).toBe(true)
    // Full: neither the value nor its line stays.
    expect(await shelve('c', 'three')).toBe(false)
    expect(await store.get('c')).toBeNull()
    expect(await store.get('b')).toBe('sound of two')
    expect((await store.lines('list', '0'))?.map(({ line }) => line)).toEqual(['one', 'two'])
    for (const key of ['a', 'b', 'list']) expect(Number(await redis.cli('pttl', key))).toBeGreaterThan(50_000)
    expect(Number(await redis.cli('pttl', 'list'))).toBeLessThanOrEqual(60_000)
  })

  test('makes room on the shelf for a value when the lines there are older than it will be', async () => {
    const store = await openUp()
    const shelve = (of: Store, key: string) =>
      of.shelve('list', key, { line: key, value: 'sound', ttlMs: 60_000, keep: 2 })
    expect(await shelve(store, 'a')).toBe(true)
    expect(await shelve(store, 'b')).toBe(true)
    expect(await shelve(store, 'c')).toBe(false)
    // A machine whose clock is 61 s further on.
    const later = await open(redis.url, { ...systemClock, wallMs: () => systemClock.wallMs() + 61_000 })
    await isUp(later)
    expect(await shelve(later, 'c')).toBe(true)
    expect((await later.lines('list', '0'))?.map(({ line }) => line)).toEqual(['c'])
  })

  test('says nothing of a shelf that Redis does not answer for', async () => {
    const store = await openUp()
    await redis.kill()
    const item = { line: 'one', value: 'sound', ttlMs: 60_000, keep: 2 }
    expect(await store.shelve('list', 'a', item)).toBeUndefined()
  })
})

describe('a Redis that', () => {
  test('is killed and comes back empty: answers are missing, the outbox is written, subscriptions hear', async () => {
    const store = await openUp()
    const heard: string[] = []
    store.subscribe('ch', (message) => heard.push(message))
    await redis.kill()
    await isDown(store)
    const beganMs = performance.now()
    expect(await store.get('k')).toBeUndefined()
    expect(await store.claim('c', { owner: 'a', ownerPrefix: 'm:', wallMs: 1, ttlMs: 1 })).toBeUndefined()
    expect(performance.now() - beganMs).toBeLessThan(patienceMs)
    for (let i = 0; i < 500; i++) store.put(`k${i % 50}`, String(i), { ttlMs: 60_000, version: i })
    expect(await store.written('k1', 20)).toBe(false)
    await redis.restart()
    expect(await store.written('k1', 10_000)).toBe(true)
    expect(await store.get('k1')).toBe('451')
    await eventually('a message is heard again', async () => {
      await store.publish('ch', 'again')
      return heard.includes('again')
    })
    expect(faults.at(-1)).toBeUndefined()
  })

  test('is frozen: no answer takes longer than its deadline, and all is well when it thaws', async () => {
    const store = await openUp()
    redis.freeze()
    expect(await longestAnswerMs(store, 3_000)).toBeLessThan(patienceMs)
    expect(store.isUp).toBe(false)
    store.put('k', 'later', { ttlMs: 60_000 })
    redis.thaw()
    expect(await store.written('k', 10_000)).toBe(true)
    expect(await store.get('k')).toBe('later')
  })

  test('is frozen takes a line whose answer came too late once, though it is sent again', async () => {
    const store = await openUp()
    const append = (line: string) => store.append('l', line, { ttlMs: 60_000, keep: 100 })
    const lines = async () => (await store.lines('l', '0'))?.map(({ line }) => line) ?? []
    append('before')
    await eventually('Redis knows the script', async () => (await lines()).length === 1)
    redis.freeze()
    append('once')
    await isDown(store)
    redis.thaw()
    await isUp(store)
    append('after')
    await eventually('the line behind it is there', async () => (await lines()).includes('after'))
    expect(await lines()).toEqual(['before', 'once', 'after'])
  })

  test('is full keeps what it has; what could not be written waits', async () => {
    const store = await openUp()
    store.put('k', 'before', { ttlMs: 60_000 })
    await store.written('k', 5_000)
    await redis.cli('config', 'set', 'maxmemory', '1')
    store.put('k', 'after', { ttlMs: 60_000, version: 1 })
    await isDown(store)
    expect(faults.at(-1)).toStartWith('OOM')
    expect(await store.written('k', 100)).toBe(false)
    await redis.cli('config', 'set', 'maxmemory', '0')
    expect(await store.written('k', 10_000)).toBe(true)
    expect(await store.get('k')).toBe('after')
  })

  test('is read-only, as a replica is, counts as gone until it takes values', async () => {
    const other = await RedisServer.start()
    const store = await openUp()
    await redis.cli('replicaof', '127.0.0.1', String(other.port))
    store.put('k', 'x', { ttlMs: 60_000 })
    await isDown(store)
    expect(await longestAnswerMs(store, 1_000)).toBeLessThan(patienceMs)
    await redis.cli('replicaof', 'no', 'one')
    expect(await store.written('k', 10_000)).toBe(true)
    await other.kill()
  })

  test('forgot its scripts gets them again', async () => {
    const store = await openUp()
    await redis.cli('script', 'flush')
    store.put('k', 'x', { ttlMs: 60_000 })
    expect(await store.written('k', 5_000)).toBe(true)
    expect(store.isUp).toBe(true)
  })

  test('wants another password is never up, and says why', async () => {
    await redis.kill()
    redis = await RedisServer.start(['--requirepass', 'right'])
    const wrong = await open(redis.url.replace('//', '//:wrong@'))
    await until('the fault is named', () => faults.some((fault) => /WRONGPASS|NOAUTH/.test(fault ?? '')))
    expect(await longestAnswerMs(wrong, 500)).toBeLessThan(patienceMs)
    expect(wrong.isUp).toBe(false)
    const right = await open(redis.url.replace('//', '//:right@'))
    await isUp(right)
  })

  test('is cut off without a word is left for a new connection', async () => {
    const cutter = new Cutter(redis.port)
    const store = await open(`redis://127.0.0.1:${cutter.port}`)
    await isUp(store)
    const heard: string[] = []
    store.subscribe('ch', (message) => heard.push(message))
    cutter.dropAll()
    expect(await longestAnswerMs(store, 1_000)).toBeLessThan(patienceMs)
    expect(store.isUp).toBe(false)
    await isUp(store)
    await eventually('a message is heard again', async () => {
      await store.publish('ch', 'again')
      return heard.includes('again')
    })
    cutter.close()
  })
})
