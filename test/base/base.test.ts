import { describe, expect, test } from 'bun:test'
import { systemClock, waitMs } from '../../src/base/clock.ts'
import { AppError, ConfigError, errorText, ProviderError } from '../../src/base/errors.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { BoundedQueue } from '../../src/base/queue.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

describe('a bounded queue', () => {
  test('returns items in the order they were pushed', () => {
    const queue = new BoundedQueue<number>(3, 'dropOldest')
    for (const n of [1, 2]) queue.push(n)
    expect([queue.shift(), queue.peek(), queue.shift(), queue.shift()]).toEqual([1, 2, 2, undefined])
  })

  test.each([
    ['dropOldest', [3, 4, 5]],
    ['dropNewest', [1, 2, 3]],
  ] as const)('that is full does %s, and counts it', (policy, left) => {
    const queue = new BoundedQueue<number>(3, policy)
    expect([1, 2, 3, 4, 5].map((n) => queue.push(n))).toEqual([true, true, true, false, false])
    expect(queue.dropped).toBe(2)
    expect([queue.shift(), queue.shift(), queue.shift()]).toEqual([...left])
  })

  test('wraps around its ring without growing', () => {
    const queue = new BoundedQueue<number>(4, 'dropOldest')
    for (let n = 0; n < 10_000; n++) {
      queue.push(n)
      if (n % 3 === 0) queue.shift()
    }
    expect(queue.length).toBeLessThanOrEqual(4)
    queue.clear()
    expect(queue.length).toBe(0)
  })

  test('of no capacity is refused', () => {
    expect(() => new BoundedQueue(0, 'dropOldest')).toThrow(RangeError)
  })
})

describe('waiting', () => {
  test('resolves after its time, or earlier with false when the signal aborts', async () => {
    const clock = new FakeClock()
    const abort = new AbortController()
    const [whole, cut] = [waitMs(clock, 100), waitMs(clock, 100, abort.signal)]
    clock.advance(50)
    abort.abort()
    expect(await cut).toBe(false)
    expect(clock.pending).toBe(1)
    clock.advance(50)
    expect(await whole).toBe(true)
    expect(await waitMs(clock, 100, abort.signal)).toBe(false)
  })

  test('on the real clock never runs a task inside the call to at()', async () => {
    let ran = false
    const done = Promise.withResolvers<void>()
    systemClock.at(systemClock.now() - 1_000, () => {
      ran = true
      done.resolve()
    })
    expect(ran).toBe(false)
    await done.promise
    systemClock.at(systemClock.now(), () => expect.unreachable()).cancel()
  })
})

describe('metrics', () => {
  test('of one name and the same labels are one metric, whatever the order of the labels', () => {
    const metrics = new Metrics()
    metrics.counter('a_total', 'help', { x: '1', y: '2' }).add()
    metrics.counter('a_total', 'help', { y: '2', x: '1' }).add(2)
    metrics.gauge('b', 'help').value = 7
    expect(metrics.snapshot()).toEqual([
      { kind: 'counter', name: 'a_total', help: 'help', labels: { x: '1', y: '2' }, value: 3 },
      { kind: 'gauge', name: 'b', help: 'help', labels: {}, value: 7 },
    ])
  })

  test('count an observation under the first bound that is at least as large', () => {
    const histogram = new Metrics().histogram('c', 'help', [1, 5])
    for (const value of [0.5, 1, 3, 100]) histogram.observe(value)
    expect(histogram.counts).toEqual([2, 1, 1])
    expect(histogram.sum).toBe(104.5)
  })
})

test('an error has the class of its room, a code, a cause, and whether a retry may help', () => {
  const cause = new Error('why')
  const error = new ProviderError('timeout', 'no transcript within 5000 ms', { cause, retryable: true })
  expect(error).toBeInstanceOf(AppError)
  expect([error.name, error.code, error.cause, error.retryable]).toEqual([
    'ProviderError',
    'timeout',
    cause,
    true,
  ])
  expect(new ConfigError('config', 'text').retryable).toBe(false)
  expect(errorText(error)).toBe('ProviderError: no transcript within 5000 ms')
  expect(errorText('text')).toBe('text')
})
