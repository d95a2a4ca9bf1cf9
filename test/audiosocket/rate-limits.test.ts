import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { RateLimits } from '../../src/audiosocket/rate-limits.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

/** How many of `perS` per second pass within `seconds`, in chunks of 20 ms. */
function passed(perS: number, seconds: number, take: (limits: RateLimits) => boolean): number {
  const clock = new FakeClock()
  const limits = new RateLimits(clock)
  let taken = 0
  let owed = 0
  for (let ms = 0; ms < seconds * 1_000; ms += 20) {
    clock.advance(20)
    limits.refill()
    for (owed += perS / 50; owed >= 1; owed--) if (take(limits)) taken++
  }
  return taken
}

describe('rate limits on one peer', () => {
  test.each([
    ['audio in real time', 50, 60, 3_000],
    ['audio of a clock that is 1 % fast', 50.5, 60, 3_030],
    ['audio at ten times real time', 500, 60, 100 + 60 * 60],
    ['audio at a thousand times real time', 50_000, 60, 100 + 60 * 60],
  ])('%s: how many frames pass', (_title, perS, seconds, frames) => {
    expect(Math.abs(passed(perS, seconds, (limits) => limits.frame()) - frames)).toBeLessThanOrEqual(2)
  })

  test('a burst of 2 s that the network held back passes whole, and again 2 s later', () => {
    const clock = new FakeClock()
    const limits = new RateLimits(clock)
    for (let round = 0; round < 3; round++) {
      clock.advance(2_000)
      limits.refill()
      for (let i = 0; i < 100; i++) expect(limits.frame()).toBe(true)
      expect(limits.frame()).toBe(false)
    }
  })

  test.each([
    ['telephone audio', 50, 320, 0],
    ['192 kHz audio in packets of 10 ms', 100, 3_840, 0],
    ['ten thousand empty messages a second', 10_000, 0, 1],
    ['largest messages, 400 a second', 400, 65_535, 1],
  ])('%s: whether it counts as a flood', (_title, perS, bytes, flood) => {
    const offered = perS * 30
    const taken = passed(perS, 30, (limits) => limits.message(bytes))
    expect(taken < offered ? 1 : 0).toBe(flood)
  })
})
