import { expect, test } from 'bun:test'
import { Sweep, type Swept } from '../../src/providers/sweep.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

function setUp() {
  const clock = new FakeClock()
  const sweep = new Sweep(clock)
  const log: string[] = []
  const member = (name: string, advance = () => {}): Swept => ({
    advance() {
      log.push(name)
      advance()
    },
    breakOff: () => void log.push(`${name} is broken off`),
  })
  return { clock, sweep, log, member }
}

test('all members advance every 20 ms, by one timer that ends with the last member', () => {
  const { clock, sweep, log, member } = setUp()
  const leave = [sweep.add(member('a')), sweep.add(member('b'))]
  expect(clock.pending).toBe(1)
  clock.advance(40)
  expect(log).toEqual(['a', 'b', 'a', 'b'])
  leave[0]()
  clock.advance(20)
  expect(log.slice(4)).toEqual(['b'])
  leave[1]()
  expect(clock.pending).toBe(0)
  sweep.add(member('c'))
  clock.advance(20)
  expect(log.slice(5)).toEqual(['c'])
})

test('a member that throws is broken off, and the others advance', () => {
  const { clock, sweep, log, member } = setUp()
  const broken = () => {
    throw new Error('a defect')
  }
  for (const one of [member('a'), member('b', broken), member('c')]) sweep.add(one)
  clock.advance(40)
  expect(log).toEqual(['a', 'b', 'b is broken off', 'c', 'a', 'c'])
})
