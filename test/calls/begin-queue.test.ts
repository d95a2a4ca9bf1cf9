// Calls of a burst begin one after another, on a faked clock that goes on while a call begins.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { Ticker } from '../../src/call/sound/ticker.ts'
import { BeginQueue } from '../../src/calls/begin-queue.ts'
import { LabConnection } from '../support/lab/call-lab.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

/** A queue on whose machine a call takes `beginMs` to begin. */
function setUp(beginMs = 2) {
  const clock = new FakeClock()
  const startMs = clock.now()
  const metrics = new Metrics()
  const ticker = new Ticker(clock, metrics)
  let left = 0
  const queue = new BeginQueue({ clock, ticker, log: silentLog, metrics }, () => left++)
  const begunAtMs: number[] = []
  const begin = () => {
    begunAtMs.push(clock.now() - startMs)
    clock.jump(beginMs)
  }
  const dial = (task = begin) => {
    const phone = new LabConnection(crypto.randomUUID(), clock, startMs)
    queue.add(phone, task)
    return phone
  }
  return { clock, metrics, ticker, queue, begunAtMs, begin, dial, left: () => left }
}

test('calls that come one after another begin at once', () => {
  const { clock, begunAtMs, dial, metrics } = setUp()
  for (let i = 0; i < 100; i++) {
    dial()
    clock.advance(8)
  }
  expect(begunAtMs).toEqual(Array.from({ length: 100 }, (_, i) => i * 10))
  expect(metrics.counter('calls_begun_later_total', '').value).toBe(0)
})

test('beginning the calls of a burst takes half of the time, and all hear a frame at once and each 20 ms', async () => {
  const { clock, begunAtMs, dial, queue, metrics, ticker } = setUp()
  const phones = Array.from({ length: 100 }, () => dial())
  expect(begunAtMs).toHaveLength(1)
  expect(queue.size).toBe(99)
  // The first one sends frames of its own.
  expect(phones.slice(1).map(({ frames }) => frames)).toEqual(Array(99).fill(1))
  await clock.run(100)
  expect(begunAtMs.length).toBeWithin(24, 27)
  expect(phones.slice(30).every(({ frames }) => frames >= 5 && frames <= 6)).toBe(true)
  await clock.run(400)
  expect([begunAtMs.length, queue.size, ticker.members, clock.pending]).toEqual([100, 0, 0, 0])
  expect(metrics.counter('calls_begun_later_total', '').value).toBe(99)
})

test('keys that are pressed before the call begins are heard when it does, in order', async () => {
  const { clock, dial, begin } = setUp()
  dial()
  const heard: string[] = []
  const phone = dial(() => {
    begin()
    phone.listener = { audio() {}, key: (key) => heard.push(key), closed() {} }
  })
  for (const key of ['1', '0', '#'] as const) phone.listener!.key(key)
  expect(heard).toEqual([])
  await clock.run(100)
  expect(heard).toEqual(['1', '0', '#'])
  for (let i = 0; i < 3; i++) dial()
  const hasty = dial(() => {
    heard.length = 0
    hasty.listener = { audio() {}, key: (key) => heard.push(key), closed() {} }
  })
  for (let i = 0; i < 1_000; i++) hasty.listener!.key('5')
  await clock.run(100)
  expect(heard).toHaveLength(32)
})

test('who hangs up before the call begins is forgotten', async () => {
  const { clock, begunAtMs, dial, queue, left, ticker } = setUp()
  dial()
  const phone = dial()
  phone.destroy('peer closed')
  expect([queue.size, left(), ticker.members]).toEqual([0, 1, 0])
  await clock.run(100)
  expect([begunAtMs.length, clock.pending]).toEqual([1, 0])
})

test('a call that cannot begin ends, and the next one begins', async () => {
  const { clock, begunAtMs, dial, left } = setUp()
  const broken = () => {
    throw new Error('no recogniser')
  }
  expect(() => dial(broken)).toThrow('no recogniser')
  dial()
  dial(broken)
  dial()
  await clock.run(100)
  expect([begunAtMs.length, left()]).toEqual([2, 1])
})

test('a server that must end begins all that wait', () => {
  const { begunAtMs, dial, queue } = setUp()
  for (let i = 0; i < 10; i++) dial()
  queue.beginAll()
  expect([begunAtMs.length, queue.size]).toEqual([10, 0])
})
