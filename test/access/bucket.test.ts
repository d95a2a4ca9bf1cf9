import { expect, test } from 'bun:test'
import { Bucket } from '../../src/access/bucket.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

test('a bucket allows its burst at once, then its rate', () => {
  const clock = new FakeClock()
  const bucket = new Bucket(clock, 3, 2)
  const taken = () => Array.from({ length: 10 }, () => bucket.take()).filter(Boolean).length
  expect(taken()).toBe(3)
  clock.advance(1_000)
  expect(taken()).toBe(2)
  clock.advance(60_000)
  expect(taken()).toBe(3)
})
