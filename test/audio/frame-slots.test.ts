// Frames keep their place in time although nothing numbers them on the way.

import { expect, test } from 'bun:test'
import { FrameSlots } from '../../src/audio/frame-slots.ts'

/** @param times when each frame arrives, by its true number @returns the number that each got, less its true one */
function offsets(frames: readonly [number: number, atMs: number][]): number[] {
  const slots = new FrameSlots()
  return frames.map(([number, atMs]) => slots.take(1_000 + atMs) - number)
}
const even = (from: number, to: number): [number, number][] =>
  Array.from({ length: to - from }, (_, i) => [from + i, (from + i) * 20])

test('frames that come evenly are counted', () => {
  expect(offsets(even(0, 500)).every((offset) => offset === 0)).toBe(true)
})

test('after a lost frame the next ones are back in their place within 60 ms', () => {
  const got = offsets([...even(0, 100), ...even(103, 200)])
  expect(got.slice(0, 100).every((offset) => offset === 0)).toBe(true)
  expect(got.slice(103).every((offset) => offset === 0)).toBe(true)
})

test('frames that come late and then in a burst are not taken for lost ones', () => {
  const stalled = Array.from({ length: 5 }, (_, i): [number, number] => [100 + i, 104 * 20])
  const got = offsets([...even(0, 100), ...stalled, ...even(105, 200)])
  expect(got.slice(104).every((offset) => offset === 0)).toBe(true)
})

test('a phone that sends three frames at a time keeps the distance of its numbers', () => {
  const got = offsets(even(0, 900).map(([number]) => [number, Math.floor(number / 3) * 60 + 60]))
  expect(new Set(got.slice(100)).size).toBe(1)
})

test('jitter of up to 15 ms moves no number', () => {
  const got = offsets(even(0, 3_000).map(([number, atMs]) => [number, atMs + ((number * 7_919) % 16)]))
  expect(got.every((offset) => offset === 0)).toBe(true)
})

test('frames of a clock that is 100 ppm faster or slower go on being counted', () => {
  for (const rate of [1.0001, 0.9999]) {
    const got = offsets(even(0, 30_000).map(([number, atMs]) => [number, atMs * rate]))
    expect(got.every((offset) => offset === 0)).toBe(true)
  }
})

test('silence that takes the place of missing frames counts them by the clock', () => {
  const slots = new FrameSlots()
  for (const [, atMs] of even(0, 50)) slots.take(atMs)
  // The phone stops; the call notices 80 ms after the last frame, at 49 × 20 ms.
  expect(slots.miss(1_065)).toBe(53)
  expect(slots.miss(1_085)).toBe(54)
  expect(slots.take(1_100)).toBe(55)
})
