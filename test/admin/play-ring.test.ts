// The page's buffer of 8 kHz samples, without a browser.

import { expect, test } from 'bun:test'
import { PlayRing } from '../../src/admin/page/client/phone/play-ring.ts'

const frame = (value: number) => new Int16Array(160).fill(value)
const heard = (ring: PlayRing, samples = 160, deviceHz = 8_000) => {
  const output = new Float32Array(samples).fill(9)
  ring.fill(output, deviceHz)
  return output
}

test('plays once 60 ms wait, so that a late frame makes no gap', () => {
  const ring = new PlayRing()
  for (let i = 0; i < 2; i++) ring.push(frame(16_384))
  expect(Math.max(...heard(ring))).toBe(0)
  ring.push(frame(16_384))
  expect(Math.min(...heard(ring))).toBe(0.5)
})

test('is silent after an underrun until 60 ms wait again', () => {
  const ring = new PlayRing()
  for (let i = 0; i < 3; i++) ring.push(frame(16_384))
  heard(ring, 480)
  expect(Math.max(...heard(ring))).toBe(0)
  ring.push(frame(16_384))
  expect(Math.max(...heard(ring))).toBe(0)
  for (let i = 0; i < 2; i++) ring.push(frame(16_384))
  expect(Math.max(...heard(ring))).toBe(0.5)
})

test('skips ahead when more than 400 ms wait: the agent is not heard late for the rest of the call', () => {
  const ring = new PlayRing()
  for (let i = 0; i < 20; i++) ring.push(frame(i < 15 ? 1_000 : 16_384))
  ring.push(frame(16_384))
  // 120 ms are left: the last six frames.
  expect(heard(ring)[0]).toBe(0.5)
})

test('at six times the rate a sample lasts six times as long, with steps between', () => {
  const ring = new PlayRing()
  ring.push(Int16Array.from({ length: 480 }, (_, i) => i * 64))
  const output = heard(ring, 12, 48_000)
  expect([...output].map((value) => Math.round((value * 32_768 * 6) / 64))).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
  ])
})
