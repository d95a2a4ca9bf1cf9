// The token limit of several machines: one bucket while it answers, a part for each machine while it does not.

import { expect, test } from 'bun:test'
import { type Taken, TokenLimiter } from '../../src/providers/limiter.ts'
import type { SharedTokens, Spending } from '../../src/providers/shared-limits.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

/** The machines' bucket, answering after `delayMs`. */
class Bucket implements SharedTokens {
  isUp = true
  /** Undefined: no answer comes, as from a Redis that is frozen. */
  delayMs: number | undefined = 2
  level: number
  filledMs: number

  constructor(
    readonly clock: FakeClock,
    public perMinute: number,
  ) {
    this.level = perMinute
    this.filledMs = clock.now()
  }

  machines = () => 3

  async spend(_model: string, { tokens, isSpent, perMinute, isLearnt, atMost }: Spending) {
    const { clock, delayMs } = this
    const { promise, resolve } = Promise.withResolvers<void>()
    clock.at(clock.now() + (delayMs ?? 50), resolve)
    if (delayMs === undefined) {
      await promise
      return undefined
    }
    if (isLearnt) this.perMinute = perMinute
    this.level += ((clock.now() - this.filledMs) / 60_000) * this.perMinute
    this.filledMs = clock.now()
    this.level = Math.min(this.level, this.perMinute, atMost ?? this.perMinute)
    const granted = isSpent || this.level >= tokens
    if (granted) this.level -= tokens
    const answer = { granted, level: this.level, perMinute: this.perMinute }
    await promise
    return answer
  }
}

function setUp(tokensPerMinute: number) {
  const clock = new FakeClock()
  const bucket = new Bucket(clock, tokensPerMinute)
  const open = () => new TokenLimiter({ clock, tokensPerMinute, shared: { tokens: bucket, model: 'm' } })
  return { clock, bucket, limiters: [open(), open(), open()] as const }
}

/** Every machine asks every 10 ms. @returns the tokens granted in all */
async function granted(clock: FakeClock, limiters: readonly TokenLimiter[], forMs: number, tokens = 100) {
  let sum = 0
  const add = (taken: Taken) => {
    if ('tokens' in taken) sum += taken.tokens
  }
  for (let ms = 0; ms < forMs; ms += 10) {
    for (const limiter of limiters) {
      const taken = limiter.take(tokens)
      if (taken instanceof Promise) void taken.then(add)
      else add(taken)
    }
    await clock.run(10)
  }
  return sum
}

test('three machines together get one minute’s tokens and what refills, and nearly all of it', async () => {
  const { clock, limiters } = setUp(6_000)
  const sum = await granted(clock, limiters, 30_000)
  expect(sum).toBeLessThanOrEqual(6_000 + 3_000)
  expect(sum).toBeGreaterThanOrEqual(0.98 * 9_000)
})

test('while the shared bucket is away the machines together get no more than their limit', async () => {
  const { clock, bucket, limiters } = setUp(6_000)
  await granted(clock, limiters, 30_000)
  bucket.isUp = false
  const sum = await granted(clock, limiters, 60_000)
  expect(sum).toBeLessThanOrEqual(6_000 * 1.1)
  expect(sum).toBeGreaterThan(6_000 * 0.9)
})

test('a shared bucket that gives no answer holds a request up for its deadline, and grants a part of the limit', async () => {
  const { clock, bucket, limiters } = setUp(6_000)
  bucket.delayMs = undefined
  const taken = limiters[0].take(1_000)
  expect(taken).toBeInstanceOf(Promise)
  await clock.run(50)
  bucket.isUp = false
  expect(await taken).toEqual({ tokens: 1_000 })
  // A third of the 5 000 that are left.
  expect(limiters[0].take(2_000)).toEqual({ waitMs: 10_001 })
})

test('no request waits for the shared bucket while much is left in it', async () => {
  const { clock, limiters } = setUp(60_000)
  const first = limiters[0].take(1_000)
  await clock.run(5)
  expect(await first).toEqual({ tokens: 1_000 })
  for (let i = 0; i < 8; i++) expect(limiters[0].take(1_000)).toEqual({ tokens: 1_000 })
  expect(limiters[0].take(1_000)).toBeInstanceOf(Promise)
})

test('the limit and the rest that a vendor tells one machine hold for all', async () => {
  const { clock, limiters } = setUp(6_000)
  const [a, b] = limiters
  const told = new Headers({ 'x-ratelimit-limit-tokens': '12000', 'x-ratelimit-remaining-tokens': '300' })
  const first = a.take(100)
  await clock.run(5)
  expect(await first).toEqual({ tokens: 100 })
  a.learn(told)
  const second = b.take(1_000)
  await clock.run(5)
  expect(await second).toEqual({ waitMs: 3_500 })
})

test('what was granted without the shared bucket is missing in it later', async () => {
  const { clock, bucket, limiters } = setUp(6_000)
  bucket.isUp = false
  expect(await granted(clock, limiters, 100)).toBeGreaterThan(2_000)
  bucket.isUp = true
  const sum = await granted(clock, limiters, 1_000)
  expect(sum).toBeLessThanOrEqual(6_000 - 2_000)
})
