import { expect, setDefaultTimeout, test } from 'bun:test'
import { Metrics } from '../../../src/base/metrics.ts'
import { Ticker } from '../../../src/call/sound/ticker.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

function make() {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const ticker = new Ticker(clock, metrics)
  const member = () => {
    const times: number[] = []
    const failures: unknown[] = []
    return {
      times,
      failures,
      tick: () => void times.push(clock.now()),
      tickFailed: (e: unknown) => void failures.push(e),
    }
  }
  return { clock, ticker, member }
}

test('a call ticks at once, again within 20 ms, then every 20 ms for an hour without drift', () => {
  const { clock, ticker, member } = make()
  clock.advance(7.3)
  const one = member()
  const added = clock.now()
  ticker.add(one)
  clock.advance(3_600_000)
  expect(one.times[0]).toBe(added)
  expect(one.times[1] - added).toBeWithin(16, 20.001)
  expect(one.times.length).toBeGreaterThanOrEqual(179_999)
  for (let i = 2; i < one.times.length; i++)
    if (Math.abs(one.times[i] - one.times[1] - (i - 1) * 20) > 1e-6) expect(i).toBe(-1)
})

test('calls that arrive one by one tick again after most of a period, and the slots fill evenly', () => {
  const clock = new FakeClock()
  const ticker = new Ticker(clock, new Metrics())
  const secondMs: number[] = []
  const phases = new Map<number, number>()
  for (let i = 0; i < 400; i++) {
    const cameMs = clock.now()
    let ticks = 0
    ticker.add({
      tick() {
        if (++ticks !== 2) return
        secondMs.push(clock.now() - cameMs)
        const phase = Math.round(clock.now() % 20)
        phases.set(phase, (phases.get(phase) ?? 0) + 1)
      },
      tickFailed() {},
    })
    clock.advance(7.3)
  }
  clock.advance(20)
  expect(secondMs).toHaveLength(400)
  expect(Math.min(...secondMs)).toBeGreaterThan(10)
  expect(Math.max(...secondMs)).toBeLessThanOrEqual(20.001)
  expect(phases.size).toBe(10)
  for (const calls of phases.values()) expect(calls).toBeWithin(30, 51)
})

test('catchUp runs a tick that is due, once', () => {
  const clock = new FakeClock()
  const ticker = new Ticker(clock, new Metrics())
  let ticks = 0
  ticker.add({ tick: () => ticks++, tickFailed() {} })
  clock.advance(20)
  const before = ticks
  ticker.catchUp()
  expect(ticks).toBe(before)
  clock.jump(20)
  ticker.catchUp()
  expect(ticks).toBe(before + 1)
  clock.advance(0)
  expect(ticks).toBe(before + 1)
  clock.advance(20)
  expect(ticks).toBe(before + 2)
})

test('forty calls that arrive at one moment are spread over all slots of the 20 ms', () => {
  const { clock, ticker, member } = make()
  const calls = Array.from({ length: 40 }, member)
  for (const call of calls) ticker.add(call)
  clock.advance(100)
  const phases = new Map<number, number>()
  for (const call of calls) {
    const phase = Math.round(call.times.at(-1)! % 20)
    phases.set(phase, (phases.get(phase) ?? 0) + 1)
  }
  expect(phases.size).toBe(10)
  for (const calls of phases.values()) expect(calls).toBeWithin(1, 7)
})

test('a late tick catches up by at most three frames; the rest is skipped and counted', async () => {
  const { clock, ticker, member } = make()
  const one = member()
  ticker.add(one)
  clock.advance(100)
  const before = one.times.length
  await clock.block(45)
  expect(one.times.length - before).toBeLessThanOrEqual(3)
  expect(one.times.length - before).toBeGreaterThanOrEqual(2)
  expect(ticker.skipped.value).toBe(0)
  const again = one.times.length
  await clock.block(500)
  expect(one.times.length - again).toBe(3)
  expect(ticker.skipped.value).toBe(22)
  const grid = one.times[1]
  clock.advance(100)
  expect((one.times.at(-1)! - grid) % 20).toBeCloseTo(0, 6)
})

test('a call that leaves in the middle of a tick is not ticked again, and the others are', () => {
  const { clock, ticker, member } = make()
  const calls = Array.from({ length: 30 }, member)
  for (const call of calls) ticker.add(call)
  const leaver = calls[5]
  const before = leaver.times.length
  leaver.tick = () => {
    leaver.times.push(clock.now())
    ticker.remove(leaver)
    ticker.remove(calls[15])
  }
  clock.advance(200)
  expect(leaver.times.length - before).toBe(1)
  expect(calls[15].times.length).toBeLessThanOrEqual(2)
  expect(calls.filter((c) => c.times.length >= 9).length).toBe(28)
  expect(ticker.members).toBe(28)
})

test('a call whose tick throws is removed and gets tickFailed; the others go on', () => {
  const { clock, ticker, member } = make()
  const [bad, good] = [member(), member()]
  bad.tick = () => {
    throw new Error('defect')
  }
  ticker.add(bad)
  ticker.add(good)
  clock.advance(200)
  expect(bad.failures.length).toBe(1)
  expect(good.times.length).toBeGreaterThanOrEqual(9)
})

test('a tickFailed that throws stops no other call, and the error is rethrown from a timer', () => {
  const { clock, ticker, member } = make()
  const [bad, good] = [member(), member()]
  let isBroken = false
  bad.tick = () => {
    if (isBroken) throw new Error('defect')
  }
  bad.tickFailed = () => {
    throw new Error('another')
  }
  ticker.add(bad)
  ticker.add(good)
  isBroken = true
  expect(() => clock.advance(200)).toThrow('another')
  const before = good.times.length
  clock.advance(200)
  expect(ticker.members).toBe(1)
  expect(good.times.length - before).toBeGreaterThanOrEqual(10)
})

test('all frames of a slot are made, then all are sent, then the other work is done', () => {
  const { clock, ticker } = make()
  const steps: string[] = []
  const member = (name: string) => ({
    beforeTick: () => void steps.push(`${name} made`),
    tick: () => void steps.push(`${name} sent`),
    afterTick: () => void steps.push(`${name} done`),
    tickFailed: (error: unknown) => void steps.push(`${name} failed: ${error}`),
  })
  ticker.add(member('a'))
  expect(steps).toEqual(['a made', 'a sent', 'a done'])
  const bad = { ...member('c'), beforeTick: () => void steps.push('c made') }
  bad.tick = () => {
    throw new Error('defect')
  }
  const oneSlot = new Ticker(clock, new Metrics(), { slots: 1 })
  for (const each of [member('d'), bad, member('e')]) oneSlot.add(each)
  expect(steps).toContain('c failed: Error: defect')
  steps.length = 0
  clock.advance(20)
  expect(steps.filter((step) => step.startsWith('d') || step.startsWith('e'))).toEqual([
    ...['d made', 'e made', 'd sent', 'e sent', 'd done', 'e done'],
  ])
})

test('without calls no timer is armed', () => {
  const { clock, ticker, member } = make()
  const one = member()
  ticker.add(one)
  ticker.remove(one)
  clock.advance(100)
  expect(one.times).toHaveLength(1)
  expect(clock.pending).toBe(0)
})
