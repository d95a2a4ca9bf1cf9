// When the page takes its network for gone, and how often.

import { expect, test } from 'bun:test'
import { StallWatch, stallDefaults } from '../../src/admin/page/client/phone/stall.ts'

const { backMs, firstMs, calmMs } = stallDefaults
const lookMs = 60

/**
 * Looks every 60 ms at a peer whose packets come every 20 ms, except in the gaps.
 *
 * @returns when it stalled
 */
function stallsOf(gaps: readonly (readonly [fromMs: number, toMs: number])[], untilMs: number): number[] {
  const watch = new StallWatch()
  watch.begin(0)
  const stalls: number[] = []
  let count = 0
  let packetMs = 0
  for (let nowMs = 0; nowMs <= untilMs; nowMs += lookMs) {
    for (; packetMs <= nowMs; packetMs += 20)
      if (!gaps.some(([fromMs, toMs]) => packetMs >= fromMs && packetMs < toMs)) count++
    if (watch.look(count, nowMs)) stalls.push(nowMs)
  }
  return stalls
}

test('a network that dies is noticed within 0.3 s', () => {
  const [first] = stallsOf([[5_000, 6_000]], 6_000)
  expect(first! - 5_000).toBeGreaterThanOrEqual(firstMs - 20)
  expect(first! - 5_000).toBeLessThanOrEqual(firstMs + 2 * lookMs)
})

test('a late packet is no stall, and neither is the time until the first one', () => {
  expect(stallsOf([[2_000, 2_120]], 4_000)).toEqual([])
  expect(stallsOf([[0, 700]], 2_000)).toEqual([])
})

test('a network or a server that stalls every second makes the page move less and less often', () => {
  const gaps = Array.from({ length: 60 }, (_, i) => [1_000 * (i + 2), 1_000 * (i + 2) + 500] as const)
  // 180 and 360 ms are shorter than the gaps, 720 ms are not; every ten calm seconds it tries again.
  expect(stallsOf(gaps, 62_000).length).toBeLessThanOrEqual(12)
})

test('one that stays dead is reported once', () => {
  expect(stallsOf([[1_000, 30_000]], 30_000)).toHaveLength(1)
})

test('networks that die one after another are each noticed within 0.3 s', () => {
  const watch = new StallWatch()
  for (let peer = 0; peer < 5; peer++) {
    const beginMs = peer * 1_000
    watch.begin(beginMs, 100)
    watch.look(1, beginMs + lookMs)
    const deadMs = beginMs + 2 * lookMs
    watch.look(2, deadMs)
    let nowMs = deadMs
    while (!watch.look(2, nowMs)) nowMs += lookMs
    expect(nowMs - deadMs).toBeLessThanOrEqual(firstMs + lookMs)
  }
})

test('a peer is back when its packets have come again for a while', () => {
  const watch = new StallWatch()
  watch.begin(0)
  watch.look(1, 0)
  expect([watch.look(1, 200), watch.isBack(200), watch.isStalled]).toEqual([true, false, true])
  watch.look(2, 300)
  expect([watch.isBack(300), watch.isBack(300 + backMs)]).toEqual([false, true])
})

test('after ten steady seconds a dead network is noticed at once again', () => {
  const second = 2_500 + calmMs + 1_000
  const stalls = stallsOf(
    [
      [2_000, 2_400],
      [second, second + 1_000],
    ],
    second + 1_000,
  )
  expect(stalls[1]! - second).toBeLessThanOrEqual(firstMs + 2 * lookMs)
})
