import { expect, test } from 'bun:test'
import { collectWhenQuiet } from '../../src/server/idle-gc.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

function setUp() {
  const clock = new FakeClock()
  const state = { live: 0, collected: 0 }
  let ended: (() => void) | undefined
  const stop = collectWhenQuiet({
    clock,
    liveCalls: () => state.live,
    onEnded(tell) {
      ended = tell
      return () => {
        ended = undefined
      }
    },
    collect: () => state.collected++,
    afterMs: 2_000,
  })
  return { clock, state, stop, end: () => ended?.() }
}

test('memory is collected once, when the last call has been over for two seconds', () => {
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

test('never beside a call', () => {
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

test('nor when the server has ended', () => {
  const { clock, state, stop, end } = setUp()
  end()
  stop()
  end()
  clock.advance(60_000)
  expect([state.collected, clock.pending]).toEqual([0, 0])
})
