import { expect, setDefaultTimeout, test } from 'bun:test'
import { collectWhenIdle } from '../../src/server/idle-gc.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

function setUp() {
  const clock = new FakeClock()
  const state = { live: 0, collected: 0 }
  let ended: (() => void) | undefined
  const stop = collectWhenIdle({
    clock,
    liveCalls: () => state.live,
    onEnded(tell) {
      ended = tell
      return () => {
        ended = undefined
      }
    },
    collect: () => state.collected++,
    idleMs: 2_000,
  })
  return { clock, state, stop, end: () => ended?.() }
}

test('memory is collected once, two seconds after the last call ended', () => {
  const { clock, state, end } = setUp()
  clock.advance(60_000)
  expect(state.collected).toBe(0)
  end()
  clock.advance(1_000)
  end()
  clock.advance(1_999)
  expect(state.collected).toBe(0)
  clock.advance(1)
  expect(state.collected).toBe(1)
  clock.advance(60_000)
  expect(state.collected).toBe(1)
})

test('memory is never collected beside a call', () => {
  const { clock, state, end } = setUp()
  end()
  state.live = 1
  clock.advance(60_000)
  expect(state.collected).toBe(0)
  state.live = 0
  end()
  clock.advance(2_000)
  expect(state.collected).toBe(1)
})

test('nothing is collected after the server has stopped', () => {
  const { clock, state, stop, end } = setUp()
  end()
  stop()
  end()
  clock.advance(60_000)
  expect([state.collected, clock.pending]).toEqual([0, 0])
})
