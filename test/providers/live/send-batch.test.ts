import { expect, test } from 'bun:test'
import { SendBatch } from '../../../src/providers/live/send-batch.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

test('sends go out together, in order, a fixed time after the first', () => {
  const clock = new FakeClock()
  const batch = new SendBatch(clock, 5)
  const sent: string[] = []
  const add = (name: string) => batch.add(() => sent.push(name))
  add('a')
  clock.advance(3)
  add('b')
  clock.advance(1.9)
  expect(sent).toEqual([])
  clock.advance(0.1)
  expect(sent).toEqual(['a', 'b'])
  clock.advance(100)
  expect(clock.pending).toBe(0)
  add('c')
  clock.advance(5)
  expect(sent).toEqual(['a', 'b', 'c'])
})

test('a send added during a batch waits for the next batch', () => {
  const clock = new FakeClock()
  const batch = new SendBatch(clock, 5)
  const sent: string[] = []
  batch.add(() => batch.add(() => sent.push('next')))
  clock.advance(5)
  expect(sent).toEqual([])
  clock.advance(5)
  expect(sent).toEqual(['next'])
})

test('with a wait of 0 a send goes out at once', () => {
  const clock = new FakeClock()
  const sent: string[] = []
  new SendBatch(clock, 0).add(() => sent.push('now'))
  expect([sent, clock.pending]).toEqual([['now'], 0])
})
