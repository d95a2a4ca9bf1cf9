import { describe, expect, test } from 'bun:test'
import { Intake } from '../../src/audiosocket/intake.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

/** What is let in of `perS` a second for `seconds`, in chunks of 20 ms. */
function letIn(perS: number, seconds: number, take: (intake: Intake) => boolean): number {
  const clock = new FakeClock()
  const intake = new Intake(clock)
  let taken = 0
  let owed = 0
  for (let ms = 0; ms < seconds * 1_000; ms += 20) {
    clock.advance(20)
    intake.refill()
    for (owed += perS / 50; owed >= 1; owed--) if (take(intake)) taken++
  }
  return taken
}

describe('of what a peer brings', () => {
  test.each([
    ['audio in real time', 50, 60, 3_000],
    ['audio of a clock that is 1 % fast', 50.5, 60, 3_030],
    ['audio at ten times real time', 500, 60, 100 + 60 * 60],
    ['audio at a thousand times real time', 50_000, 60, 100 + 60 * 60],
  ])('%s: what is let in', (_title, perS, seconds, frames) => {
    expect(Math.abs(letIn(perS, seconds, (intake) => intake.frame()) - frames)).toBeLessThanOrEqual(2)
  })

  test('two seconds that the network held back come in whole, and again two seconds later', () => {
    const clock = new FakeClock()
    const intake = new Intake(clock)
    for (let round = 0; round < 3; round++) {
      clock.advance(2_000)
      intake.refill()
      for (let i = 0; i < 100; i++) expect(intake.frame()).toBe(true)
      expect(intake.frame()).toBe(false)
    }
  })

  test.each([
    ['telephone audio', 50, 320, 0],
    ['192 kHz audio in packets of 10 ms', 100, 3_840, 0],
    ['ten thousand empty messages a second', 10_000, 0, 1],
    ['largest messages, 400 a second', 400, 65_535, 1],
  ])('%s: whether it is a flood', (_title, perS, bytes, flood) => {
    const offered = perS * 30
    const taken = letIn(perS, 30, (intake) => intake.message(bytes))
    expect(taken < offered ? 1 : 0).toBe(flood)
  })
})
