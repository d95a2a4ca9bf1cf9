import { expect, test } from 'bun:test'
import { Bucket } from '../../../src/providers/live/bounds.ts'
import { ServerHabits } from '../../../src/providers/live/server-habits.ts'
import { LiveSettings } from '../../../src/providers/live/socket-settings.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

test('a change is sent when something changed, one at a time, and again only after a different one', () => {
  const settings = new LiveSettings('a')
  expect(settings.begin('a', 0)).toBe(false)
  expect(settings.begin('b', 0)).toBe(true)
  expect([settings.has('b'), settings.begin('c', 0)]).toEqual([true, false])
  settings.answered(true)
  expect([settings.begin('b', 0), settings.begin('c', 0)]).toEqual([false, true])
  settings.answered(false)
  expect([settings.has('b'), settings.refuses('c'), settings.begin('c', 0)]).toEqual([true, true, false])
  expect(settings.answered(true)).toBe(false)
})

test('a change without an answer is overdue after its time', () => {
  const settings = new LiveSettings('a')
  settings.begin('b', 1_000)
  expect([settings.isOverdue(2_999, 2_000), settings.isOverdue(3_000, 2_000)]).toEqual([false, true])
})

test('one refusal, or two missing answers in a row, end the attempts to configure a server', () => {
  const habits = new ServerHabits()
  habits.configured('unanswered')
  habits.configured('ok')
  habits.configured('unanswered')
  expect(habits.configures).toBe(true)
  habits.configured('unanswered')
  expect(habits.configures).toBe(false)
  const other = new ServerHabits()
  other.configured('refused')
  expect(other.configures).toBe(false)
})

test.each([
  ['auto', true, false],
  ['1', true, true],
  ['0', false, false],
] as const)('DEEPGRAM_FINALIZE=%s sends Finalize: %p, and after a refusal: %p', (mode, before, after) => {
  const habits = new ServerHabits(mode)
  expect(habits.finalizes).toBe(before)
  habits.finalizeRefused()
  expect(habits.finalizes).toBe(after)
})

test('a bucket gives what it has at once, then what flows into it', () => {
  const clock = new FakeClock()
  const bucket = new Bucket(clock, 10, 2)
  expect([bucket.take(8), bucket.take(3), bucket.take(2)]).toEqual([true, false, true])
  expect(bucket.waitMs(4)).toBe(2_000)
  clock.advance(2_000)
  expect([bucket.take(4), bucket.take(1)]).toEqual([true, false])
  clock.advance(60_000)
  expect([bucket.take(11), bucket.take(10)]).toEqual([false, true])
})
