// The shared store on a real Redis or Valkey. Loaded only where REDIS_URL is set, because redis-link.ts loads ioredis.

import type { Redis } from 'ioredis'
import { Outbox } from './outbox.ts'
import { type LinkOptions, openRedisLink, type RedisLink } from './redis-link.ts'
import { readRedisUrl } from './redis-url.ts'
import {
  appendScript,
  beatScript,
  claimScript,
  dropLineScript,
  leaseScript,
  putScript,
  releaseScript,
  removeScript,
  renewScript,
  shelveScript,
  spendScript,
  swapScript,
  takeLineScript,
} from './scripts.ts'
import { answerMs, type Lease, type Spending, type Store } from './store.ts'

/** Keys whose last value may wait for Redis. */
const outboxCapacity = 10_000
/** A claim that was not renewed for this long is gone, and need not be ended. */
const claimWaitMs = 60_000

/** Connects in the background: the store is down until Redis answers. */
export async function openRedisStore({ url, ...options }: LinkOptions & { url: string }): Promise<Store> {
  const address = readRedisUrl(url)
  if (address === undefined) throw new Error('REDIS_URL is not an address of Redis')
  return new RedisStore(options, await openRedisLink(address, options))
}

class RedisStore implements Store {
  private readonly outbox: Outbox
  private nextLine = 0

  constructor(
    private readonly options: LinkOptions,
    private readonly link: RedisLink,
  ) {
    const { clock, metrics } = options
    const dropped = metrics.counter(
      'cluster_outbox_dropped_total',
      'Values that were dropped while Redis was gone, because too many waited',
    )
    this.outbox = new Outbox(
      { clock, capacity: outboxCapacity, onDropped: () => dropped.add() },
      () => link.isUp,
    )
    link.onUp(() => void this.outbox.flush())
  }

  get isUp(): boolean {
    return this.link.isUp
  }

  onUp(task: () => void): () => void {
    return this.link.onUp(task)
  }

  async get(key: string, withinMs = answerMs): Promise<string | null | undefined> {
    return textOf(
      await this.within(
        withinMs,
        this.ask((redis) => redis.get(key)),
      ),
    )
  }

  async take(key: string, withinMs = answerMs): Promise<string | null | undefined> {
    return textOf(
      await this.within(
        withinMs,
        this.ask((redis) => redis.getdel(key)),
      ),
    )
  }

  put(key: string, value: string, { ttlMs, version = 0 }: Parameters<Store['put']>[2]): void {
    const untilMs = this.options.clock.now() + ttlMs
    const send = async () => {
      const leftMs = Math.max(1, Math.round(untilMs - this.options.clock.now()))
      return (await this.run(putScript, [key], [Math.round(version), value, leftMs])) !== undefined
    }
    this.outbox.add(key, { untilMs, send })
  }

  async swap(key: string, value: string, { from, to }: { from: number; to: number }) {
    const answer = await this.run(swapScript, [key], [from, to, value])
    return answer === undefined ? undefined : answer === 1
  }

  async first(key: string, ttlMs: number): Promise<boolean | undefined> {
    const set = await this.ask((redis) => redis.set(key, '1', 'PX', ttlMs, 'NX'))
    return set === undefined ? undefined : set === 'OK'
  }

  remove(key: string, version = Number.MAX_SAFE_INTEGER): void {
    const send = async () => (await this.run(removeScript, [key], [version])) !== undefined
    this.outbox.add(key, { untilMs: Number.POSITIVE_INFINITY, send })
  }

  written(key: string, withinMs: number): Promise<boolean> {
    if (!this.outbox.has(key)) return Promise.resolve(true)
    const { clock } = this.options
    return new Promise((resolve) => {
      const timer = clock.at(clock.now() + withinMs, () => {
        unwatch()
        resolve(false)
      })
      const unwatch = this.outbox.watch(key, () => {
        timer.cancel()
        resolve(true)
      })
    })
  }

  async claim(key: string, { owner, ownerPrefix, wallMs, ttlMs }: Parameters<Store['claim']>[1]) {
    const answer = await this.run(claimScript, [key], [owner, ownerPrefix, Math.round(wallMs), ttlMs])
    if (!Array.isArray(answer)) return undefined
    const [granted, generation, before, lost] = answer as [number, number, string | null, number]
    return { granted: granted === 1, generation, before, wasLost: lost === 1 }
  }

  async renew(owner: string, claims: readonly { key: string; generation: number }[], ttlMs: number) {
    if (claims.length === 0) return []
    const generations = claims.map(({ generation }) => generation)
    const keys = claims.map(({ key }) => key)
    const taken = await this.run(renewScript, keys, [owner, ttlMs, ...generations])
    return Array.isArray(taken) ? (taken as number[]).map((number) => keys[number - 1]!) : []
  }

  async release(key: string, generation: number): Promise<boolean> {
    return (await this.run(releaseScript, [key], [generation, 'lost'])) === 1
  }

  endClaim(key: string, generation: number): void {
    const send = async () => (await this.run(releaseScript, [key], [generation, 'ended'])) !== undefined
    this.outbox.add(key, { untilMs: this.options.clock.now() + claimWaitMs, send })
  }

  async owner(key: string) {
    const found = await this.ask((redis) => redis.hmget(key, 'owner', 'generation', 'rescued'))
    if (found === undefined) return undefined
    const [owner, generation, rescued] = found
    return owner ? { owner, generation: Number(generation), rescued: rescued === '1' } : null
  }

  async spend(key: string, { tokens, isSpent, perMinute, isLearnt, atMost }: Spending, withinMs: number) {
    const given = [tokens, perMinute, isSpent ? 1 : 0, isLearnt ? 1 : 0, atMost ?? '']
    const answer = await this.within(withinMs, this.run(spendScript, [key], given))
    if (!Array.isArray(answer)) return undefined
    const [granted, level, limit] = answer as [number, number, number]
    return { granted: granted === 1, level, perMinute: limit }
  }

  async lease(key: string, machine: string, { used, most, machines, ttlMs }: Lease) {
    const places = await this.run(leaseScript, [key], [machine, used, most, ttlMs, machines])
    return typeof places === 'number' ? places : undefined
  }

  async beat(prefix: string, id: string, value: string, ttlMs: number) {
    const found = await this.run(beatScript, [`${prefix}ids`, prefix + id], [id, value, ttlMs, prefix])
    if (!Array.isArray(found)) return undefined
    const members = new Map<string, string>()
    for (let i = 0; i + 1 < found.length; i += 2) members.set(String(found[i]), String(found[i + 1]))
    return members
  }

  async leave(prefix: string, id: string): Promise<void> {
    await this.ask((redis) => redis.del(prefix + id))
  }

  async publish(channel: string, message: string): Promise<boolean> {
    return (await this.ask((redis) => redis.publish(channel, message))) !== undefined
  }

  subscribe(channel: string, listener: (message: string) => void): () => void {
    return this.link.subscribe(channel, listener)
  }

  append(key: string, line: string, { ttlMs, keep }: Parameters<Store['append']>[2]): void {
    let tries = 0
    const send = async () => {
      const isAgain = tries++ > 0 ? 1 : 0
      return (await this.run(appendScript, [key], [line, ttlMs, keep, isAgain])) !== undefined
    }
    // Every line counts, so each waits under a name of its own.
    this.outbox.add(`${key} ${this.nextLine++}`, { untilMs: this.options.clock.now() + ttlMs, send })
  }
  async lines(key: string, after: string) {
    const from = after === '0' ? '-' : `(${after}`
    const found = await this.ask((redis) => redis.xrange(key, from, '+'))
    return found?.map(([id, fields]) => ({ id, line: fields[1] ?? '' }))
  }

  async takeLine(key: string, group: string, againMs: number) {
    const found = await this.run(takeLineScript, [key], [group, againMs])
    if (!Array.isArray(found)) return undefined
    const [id, line] = found as string[]
    return id === undefined || line === undefined ? null : { id, line }
  }

  async dropLine(key: string, group: string, id: string) {
    const dropped = await this.run(dropLineScript, [key], [group, id])
    return dropped === undefined ? undefined : dropped === 1
  }

  async shelve(list: string, key: string, { line, value, ttlMs, keep }: Parameters<Store['shelve']>[2]) {
    const given = [line, value, ttlMs, keep, Math.round(this.options.clock.wallMs())]
    const answer = await this.run(shelveScript, [list, key], given)
    return answer === undefined ? undefined : answer === 1
  }

  async close(): Promise<void> {
    this.link.close()
  }

  private run(...given: Parameters<RedisLink['run']>): Promise<unknown> {
    return this.link.run(...given)
  }

  private ask<T>(command: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    return this.link.ask(() => command(this.link.commands))
  }

  private async within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
    if (ms >= answerMs) return answer
    const { clock } = this.options
    const late = Promise.withResolvers<undefined>()
    const timer = clock.at(clock.now() + ms, () => late.resolve(undefined))
    try {
      return await Promise.race([answer, late.promise])
    } finally {
      timer.cancel()
    }
  }
}

const textOf = (value: string | null | undefined): string | null | undefined =>
  typeof value === 'string' ? value.slice(value.indexOf(':') + 1) : value
