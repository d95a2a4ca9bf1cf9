import { expect, setDefaultTimeout, test } from 'bun:test'
import { Reconnection } from '../../../src/providers/live/reconnection.ts'

setDefaultTimeout(60_000)

const lost = { reason: 'error' }
const create = (random = 0.5) =>
  new Reconnection({ backoffMs: [0, 200, 500], giveUpMs: 4_000 }, () => random, 0)

test('the waits follow the list, and the last one repeats', () => {
  const reconnection = create()
  const waits = [0, 0, 0, 0].map(() => reconnection.lost(lost, 0, undefined))
  expect(waits).toEqual([{ delayMs: 0 }, { delayMs: 200 }, { delayMs: 500 }, { delayMs: 500 }])
})

test('a wait varies by 20 % at random', () => {
  const waitAfterOne = (random: number) => {
    const reconnection = create(random)
    reconnection.lost(lost, 0, undefined)
    const verdict = reconnection.lost(lost, 0, undefined)
    return 'delayMs' in verdict ? Math.round(verdict.delayMs) : verdict.failed
  }
  expect([waitAfterOne(0), waitAfterOne(1)]).toEqual([160, 240])
})

test.each([
  [400, 'refused'],
  [404, 'refused'],
  [401, 'auth'],
  [403, 'auth'],
] as const)('status %d is not tried again: %s', (status, failed) => {
  expect(create().lost({ ...lost, status }, 0, undefined)).toEqual({ failed })
})

test.each([
  [503, 'unavailable'],
  [429, 'limited'],
] as const)('status %d is tried again until the time is up, then it is %s', (status, failed) => {
  const reconnection = create()
  expect(reconnection.lost({ ...lost, status }, 3_999, undefined)).toEqual({ delayMs: 0 })
  expect(reconnection.lost({ ...lost, status }, 3_999, undefined)).toEqual({ failed })
})

test('words, or a socket that stayed open for 5 s, start the time and the waits anew', () => {
  const reconnection = create()
  reconnection.lost(lost, 0, undefined)
  reconnection.works()
  expect(reconnection.lost(lost, 10_000, 100)).toEqual({ delayMs: 0 })
  expect(reconnection.lost(lost, 13_000, 5_000)).toEqual({ delayMs: 0 })
  expect(reconnection.lost(lost, 16_900, 4_999)).toEqual({ failed: 'unavailable' })
})

test('four sockets in a row that open and die young are the end, however quickly they follow', () => {
  const reconnection = create()
  const lives = [0, 10, 300, 900].map((atMs) => {
    reconnection.opened(atMs)
    return reconnection.lost(lost, atMs + 5, 5)
  })
  expect(lives).toEqual([{ delayMs: 0 }, { delayMs: 200 }, { delayMs: 500 }, { failed: 'unavailable' }])
})

test('a socket that delivered words was not a short life', () => {
  const reconnection = create()
  for (const atMs of [0, 4_000, 8_000, 12_000, 16_000]) {
    reconnection.opened(atMs)
    reconnection.works()
    expect(reconnection.lost(lost, atMs + 1_000, 1_000)).toEqual({ delayMs: 0 })
  }
})

test('at most five sockets open in 10 s, even if each delivers words before it dies', () => {
  const verdicts = (everyMs: number) => {
    const reconnection = create()
    return [0, 1, 2, 3, 4].map((i) => {
      reconnection.opened(i * everyMs)
      reconnection.works()
      return reconnection.lost(lost, i * everyMs + 100, 100)
    })
  }
  // The first of the five leaves the window 3.1 s after the last is lost, and 8.3 s after it.
  expect(verdicts(1_700).at(-1)).toEqual({ delayMs: 3_100 })
  expect(verdicts(400).at(-1)).toEqual({ failed: 'unavailable' })
})
