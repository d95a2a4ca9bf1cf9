// When a server counts as overloaded, and what it does about it: only numbers.

import { describe, expect, test } from 'bun:test'
import {
  judgeOverload,
  type Lateness,
  notOverloaded,
  overloadDefaults,
  reliefSteps,
  uses,
} from '../../src/access/overload.ts'
import { ceilingAfter, rampCredit } from '../../src/access/ramp.ts'

const well: Lateness = { tick: 0, turn: 0, judge: 0 }
const { bounds } = overloadDefaults

/** Steps in use after each look of 250 ms. */
function stepsOver(looks: readonly Partial<Lateness>[], from = notOverloaded) {
  let state = from
  const steps = looks.map((lateness, i) => {
    state = judgeOverload(state, { ...well, ...lateness }, 250 * i)
    return state.steps
  })
  return { steps, state }
}
const times = (count: number, lateness: Partial<Lateness> = {}) =>
  Array.from({ length: count }, () => lateness)

describe('an overloaded server', () => {
  test.each(['tick', 'turn', 'judge'] as const)('refuses calls when %s is late for a second', (signal) => {
    const late = { [signal]: bounds[signal].late }
    expect(stepsOver(times(4, late)).state.steps).toBeLessThan(reliefSteps.length)
    const { state } = stepsOver(times(5, late))
    expect([state.steps, state.because]).toEqual([reliefSteps.length, signal])
  })

  test('refuses no call for lateness that is shorter, however often it comes', () => {
    const { steps } = stepsOver(Array.from({ length: 100 }, (_, i) => (i % 4 === 3 ? {} : { tick: 300 })))
    expect(Math.max(...steps)).toBeLessThan(reliefSteps.length)
  })

  test('takes one step of relief each half second of strain, and never refuses for strain alone', () => {
    const { steps } = stepsOver(times(20, { turn: bounds.turn.strained }))
    expect(steps.slice(0, 8)).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
    expect(steps.at(-1)).toBe(3)
  })

  test('names the steps in their order', () => {
    const used = (steps: number) => reliefSteps.filter((step) => uses({ steps }, step))
    expect([0, 1, 2, 3, 4].map(used)).toEqual([
      [],
      ['judge'],
      ['judge', 'chunks'],
      ['judge', 'chunks', 'secondChoice'],
      ['judge', 'chunks', 'secondChoice', 'refuse'],
    ])
  })

  test('takes a step back after five seconds without strain, one at a time', () => {
    const { state } = stepsOver(times(5, { tick: 50 }))
    let now = state
    const at: number[] = []
    for (let ms = 1_000; ms <= 40_000; ms += 250) {
      const next = judgeOverload(now, well, ms)
      if (next.steps !== now.steps) at.push(ms)
      now = next
    }
    expect(at).toEqual([6_000, 11_000, 16_000, 21_000])
    expect(now.steps).toBe(0)
  })

  test('changes nothing between the bounds, so that it does not flap', () => {
    const { state } = stepsOver(times(5, { tick: 50 }))
    const between = { ...well, tick: bounds.tick.well + 1 }
    let now = state
    for (let ms = 1_250; ms <= 60_000; ms += 250) now = judgeOverload(now, between, ms)
    expect(now.steps).toBe(reliefSteps.length)
    // A single look between the bounds begins the five seconds anew.
    for (let ms = 60_250; ms <= 64_000; ms += 250) now = judgeOverload(now, well, ms)
    now = judgeOverload(now, between, 64_250)
    for (let ms = 64_500; ms <= 69_250; ms += 250) now = judgeOverload(now, well, ms)
    expect(now.steps).toBe(reliefSteps.length)
  })
})

test('a step that is needed again as soon as it is taken back is kept longer each time', () => {
  let state = notOverloaded
  const back: number[] = []
  for (let ms = 0; ms <= 400_000; ms += 250) {
    const next = judgeOverload(state, { ...well, judge: state.steps === 0 ? bounds.judge.strained : 0 }, ms)
    if (next.steps < state.steps) back.push(ms)
    state = next
  }
  const keptMs = back.slice(1).map((ms, i) => ms - back[i]!)
  expect(keptMs.map((ms) => Math.round(ms / 1_000))).toEqual([11, 21, 41, 61, 61, 61, 61, 61])
})

describe('the ramp', () => {
  test('fills a share of the free room at once, then goes on at a hundred calls a second', () => {
    let credit = rampCredit(undefined, { room: 300, isWell: true })
    expect(credit).toBe(210)
    credit = rampCredit(0, { room: 90, isWell: true })
    expect(credit).toBe(25)
    expect(rampCredit(credit, { room: 90, isWell: true })).toBe(50)
    expect(rampCredit(50, { room: 90, isWell: true })).toBe(63)
  })

  test('lets a few calls begin in any case, and no more while the server is not well', () => {
    expect(rampCredit(210, { room: 300, isWell: false })).toBe(10)
    expect(rampCredit(undefined, { room: -50, isWell: true })).toBe(10)
  })
})

describe('the most calls at once', () => {
  const look = { isWell: false, carried: 300, passedMs: 250, forgetAt: 300 }
  const lateWith = (ceiling: number | undefined, live: number) =>
    ceilingAfter(ceiling, { ...look, live, began: true })

  test('are nine tenths of those with which the server was late, and at least a third of what is carried', () => {
    expect([lateWith(undefined, 200), lateWith(undefined, 20)]).toEqual([180, 100])
  })

  test('halve each time when few calls are late again: the machine carries less than was measured', () => {
    const learnt = [lateWith(undefined, 20)]
    for (let i = 0; i < 4; i++) learnt.push(lateWith(learnt.at(-1), 20))
    expect(learnt).toEqual([100, 50, 25, 18, 18])
    expect(lateWith(100, 70)).toBe(63)
  })

  test('grow by a call in four seconds while the server is well, and are forgotten at what is carried', () => {
    const grown = (ceiling: number) =>
      ceilingAfter(ceiling, { ...look, live: 0, began: false, isWell: true, passedMs: 4_000 })
    expect([grown(100), grown(200), grown(299.5)]).toEqual([101, 201.6, undefined])
    expect(ceilingAfter(100, { ...look, live: 0, began: false })).toBe(100)
  })
})
