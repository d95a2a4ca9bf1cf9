// When a page that moves its call begins further peers.

import { expect, test } from 'bun:test'
import { MovePace } from '../../src/admin/page/client/phone/move-pace.ts'
import { callsDefaults } from '../../src/webrtc/calls.ts'

const lookMs = 60

/** @param failsAfterMs undefined for peers that never connect @returns when peers begin, and most at a time */
function peersOf(untilMs: number, usualMs: number, failsAfterMs?: number) {
  const pace = new MovePace()
  pace.begin(0, usualMs)
  const begins = [0]
  const lifeMs = failsAfterMs ?? pace.lifeMs
  let ended = 0
  let most = 1
  for (let nowMs = 0; nowMs <= untilMs; nowMs += lookMs) {
    while (ended < begins.length && begins[ended]! + lifeMs <= nowMs) {
      ended++
      pace.ended(nowMs)
    }
    if (pace.look(nowMs)) begins.push(nowMs)
    most = Math.max(most, begins.length - ended)
  }
  return { begins, most }
}

test('a peer whose network died is not waited for: another one begins 0.3 s later, and more follow', () => {
  const { begins } = peersOf(6_000, 100)
  expect(begins[1]).toBeLessThanOrEqual(250 + lookMs)
  expect(begins[2]).toBeLessThanOrEqual(750 + 3 * lookMs)
  expect(begins.length).toBeGreaterThanOrEqual(7)
})

test.each([0, 100, 800, 3_000])(
  'where connecting takes %i ms there are as many at a time as the server allows',
  (usualMs) => {
    expect(peersOf(60_000, usualMs).most).toBeLessThanOrEqual(callsDefaults.maxPendingPerCall)
  },
)

test('where connecting takes long the next peer follows after a second, and then later and later', () => {
  const { begins } = peersOf(10_000, 1_500)
  expect(begins[1]).toBeGreaterThanOrEqual(1_000)
  expect(begins[1]).toBeLessThanOrEqual(1_000 + lookMs)
  expect(begins[2]! - begins[1]!).toBeGreaterThanOrEqual(2_000)
})

test('peers that fail at once follow one another every 0.3 s', () => {
  const { begins, most } = peersOf(3_000, 0, 1)
  expect(begins.length).toBeGreaterThanOrEqual(7)
  expect(begins.length).toBeLessThanOrEqual(12)
  expect(most).toBe(1)
})

test('peers of an earlier move that end late do not hurry the next one', () => {
  const pace = new MovePace()
  pace.begin(0, 100)
  expect(pace.look(300)).toBe(true)
  pace.ended(350)
  pace.begin(1_000, 100)
  pace.ended(1_010)
  expect([pace.look(1_200), pace.look(1_250)]).toEqual([false, true])
})
