// What the start puts off: in steps, behind the calls, but not for ever.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { behindCalls, mostBehindMs } from '../../src/server/behind-calls.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

/** Ten steps, and the time at which each was done. */
function setUp() {
  const clock = new FakeClock()
  const startMs = clock.now()
  const doneAtMs: number[] = []
  const state = { callers: 0, isAwaited: false, isOver: false }
  const pace = { clock, hasCallers: () => state.callers > 0, untilMs: startMs + mostBehindMs }
  const step = () => void doneAtMs.push(clock.now() - startMs)
  const run = (steps = Array(10).fill(step)) => {
    const work = behindCalls(steps, pace, () => state.isAwaited)
    const over = () => {
      state.isOver = true
    }
    work.then(over, over)
    return work
  }
  /** Time passes in pieces of 10 ms, with a turn of the event loop after each. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      for (let i = 0; i < 12; i++) await new Promise(setImmediate)
      await clock.run(10)
    }
  }
  return { clock, state, doneAtMs, step, run, pass }
}

test('without callers the steps are done one after another, with a turn of the event loop before each', async () => {
  const { doneAtMs, run } = setUp()
  let turns = 0
  let isCounting = true
  const count = () => {
    turns++
    if (isCounting) setImmediate(count)
  }
  setImmediate(count)
  await run()
  isCounting = false
  expect(doneAtMs).toEqual(Array(10).fill(0))
  expect(turns).toBeGreaterThanOrEqual(9)
})

test('while there are callers each step waits a little, and goes on as soon as they are gone', async () => {
  const { state, doneAtMs, run, pass } = setUp()
  state.callers = 1
  void run()
  await pass(250)
  expect(doneAtMs).toEqual([100, 200])
  state.callers = 0
  await pass(50)
  expect(doneAtMs).toHaveLength(10)
})

test('a server that has callers all the time is done with it all the same', async () => {
  const { state, doneAtMs, step, run, pass } = setUp()
  state.callers = 1
  void run(Array(100).fill(step))
  await pass(mostBehindMs)
  expect(doneAtMs.length).toBeWithin(28, 31)
  await pass(100)
  expect(state.isOver).toBe(true)
})

test('what somebody waits for waits for no callers', async () => {
  const { state, doneAtMs, run, pass } = setUp()
  state.callers = 1
  void run()
  await pass(50)
  expect(doneAtMs).toEqual([])
  state.isAwaited = true
  await pass(30)
  expect(doneAtMs).toHaveLength(10)
})

test('a step that fails ends the work with its error', async () => {
  const { doneAtMs, step, run } = setUp()
  const broken = () => Promise.reject(new Error('no such module'))
  await expect(run([step, broken, step])).rejects.toThrow('no such module')
  expect(doneAtMs).toHaveLength(1)
})
