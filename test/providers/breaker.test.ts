// cockatiel's clock is the process's own, which bun:test can set.

import { afterEach, beforeEach, expect, setSystemTime, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { Breaker } from '../../src/providers/breaker.ts'
import { type ProviderCode, ProviderFailure } from '../../src/providers/errors.ts'
import { settle } from '../../src/providers/fallback.ts'

const startMs = Date.UTC(2026, 10, 23)
const pass = (ms: number) => setSystemTime(new Date(Date.now() + ms))
/** cockatiel counts when its promise settles. */
const counted = () => new Promise<void>((resolve) => setImmediate(resolve))
beforeEach(() => {
  setSystemTime(new Date(startMs))
})
afterEach(() => {
  setSystemTime()
})

function setUp() {
  const metrics = new Metrics()
  const breaker = new Breaker('a', metrics, { failures: 3, openMs: 15_000 })
  const number = (name: string) => {
    const sample = metrics.snapshot().find((other) => other.name === name)
    return sample && 'value' in sample ? sample.value : undefined
  }
  const fail = async (times: number) => {
    for (let i = 0; i < times; i++) breaker.enter()?.failed()
    await counted()
  }
  return {
    breaker,
    fail,
    gauge: () => number('provider_breaker_state'),
    opened: () => number('provider_breaker_opened_total'),
  }
}

test('three failures in a row open it, and no request is permitted', async () => {
  const { breaker, fail, gauge, opened } = setUp()
  await fail(2)
  expect([breaker.state, gauge()]).toEqual(['closed', 0])
  await fail(1)
  expect([breaker.state, gauge(), opened()]).toEqual(['open', 2, 1])
  expect(breaker.enter()).toBeUndefined()
})

test('a success in between resets the count', async () => {
  const { breaker, fail } = setUp()
  await fail(2)
  breaker.enter()?.succeeded()
  await counted()
  await fail(2)
  expect(breaker.state).toBe('closed')
})

test('after openMs one request probes it, the others are not permitted, and a success closes it', async () => {
  const { breaker, fail, gauge } = setUp()
  await fail(3)
  pass(14_999)
  expect(breaker.enter()).toBeUndefined()
  pass(2)
  const probe = breaker.enter()
  expect(probe).toBeDefined()
  expect([breaker.state, gauge()]).toEqual(['halfOpen', 1])
  expect(breaker.enter()).toBeUndefined()
  probe?.succeeded()
  await counted()
  expect([breaker.state, gauge()]).toEqual(['closed', 0])
  expect(breaker.enter()).toBeDefined()
})

test.each(['failed', 'dropped'] as const)('a probe that %s leaves it open for as long again', async (how) => {
  const { breaker, fail, opened } = setUp()
  await fail(3)
  pass(15_001)
  breaker.enter()?.[how]()
  await counted()
  expect([breaker.state, opened()]).toEqual(['open', 2])
  pass(15_001)
  expect(breaker.enter()).toBeDefined()
})

const verdicts: [code: ProviderCode, status: number | undefined, counts: boolean][] = [
  ['unavailable', 503, true],
  ['timeout', undefined, true],
  ['cut', undefined, true],
  ['malformed', undefined, true],
  ['badAudio', undefined, true],
  ['auth', 401, true],
  ['refused', 404, true],
  ['refused', 400, false],
  ['limited', 429, false],
  ['aborted', undefined, false],
]
test.each(verdicts)('%s (%p) counts against an adapter: %p', async (code, status, counts) => {
  const { breaker } = setUp()
  for (let i = 0; i < 3; i++) {
    const permit = breaker.enter()
    if (permit) settle(permit, new ProviderFailure(code, 'x', { status }))
  }
  await counted()
  expect(breaker.state).toBe(counts ? 'open' : 'closed')
})
