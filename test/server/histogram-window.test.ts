// What a histogram has taken lately.

import { expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { HistogramWindow } from '../../src/server/overload/histogram-window.ts'

const histogram = () => new Metrics().histogram('late_ms', 'test', [1, 5, 20, 100])

test('a look sees the values since the one before, as the lower bound of their bucket', () => {
  const late = histogram()
  late.observe(500)
  const window = new HistogramWindow(late, 1)
  expect(window.look(0.95)).toBe(0)
  for (let i = 0; i < 10; i++) late.observe(i < 9 ? 0.5 : 30)
  expect(window.look(0.95)).toBe(20)
  for (let i = 0; i < 100; i++) late.observe(i < 97 ? 3 : 30)
  expect(window.look(0.95)).toBe(1)
  expect(window.look(0.95)).toBe(0)
  late.observe(1_000)
  expect(window.look(0.95)).toBe(100)
})

test('a window of several looks forgets what is older', () => {
  const late = histogram()
  const window = new HistogramWindow(late, 3)
  late.observe(200)
  expect([1, 2, 3, 4].map(() => window.look(0.9))).toEqual([100, 100, 100, 0])
})

test('too few values say nothing', () => {
  const late = histogram()
  const window = new HistogramWindow(late, 4)
  for (let i = 0; i < 4; i++) late.observe(200)
  expect(window.look(0.9, 5)).toBe(0)
  late.observe(200)
  expect(window.look(0.9, 5)).toBe(100)
})

test('what happened in one moment has not lasted, and counts only where both halves of the window hold it', () => {
  const late = histogram()
  const window = new HistogramWindow(late, 4)
  const looks = (values: readonly number[]) =>
    values.map((count) => {
      for (let i = 0; i < count; i++) late.observe(200)
      return window.lasting(0.9, 3)
    })
  expect(looks([6, 0, 0, 0, 0, 0])).toEqual([0, 0, 0, 0, 0, 0])
  expect(looks([2, 2, 2, 2, 0, 0])).toEqual([0, 0, 100, 100, 100, 0])
})
