import { expect, setDefaultTimeout, test } from 'bun:test'
import { UnackedAudio } from '../../../src/providers/live/unacked.ts'
import { LongRing } from '../../support/hearing.ts'

setDefaultTimeout(60_000)

/** A small seeded generator, so that a failing run can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test.each([1, 2, 3, 4, 5])(
  'run %d: after any writes, releases, sends and trims, a replay is the very audio',
  (seed) => {
    const random = randomFrom(seed)
    const call = new LongRing(10_000)
    const unacked = new UnackedAudio(call, 0, 8_000)
    /** Every sample is its own number, modulo a prime. */
    const value = (position: number) => position % 32_749
    const expectNext = (partly: boolean) => {
      unacked.skip()
      const at = unacked.sent
      const bytes = unacked.next(640, partly)
      if (bytes === undefined) return false
      const sent = new Int16Array(bytes.slice().buffer)
      expect(partly ? sent.length <= 640 : sent.length === 640).toBe(true)
      expect([...sent]).toEqual(Array.from(sent, (_, i) => value(at + i)))
      return true
    }
    for (let step = 0; step < 3_000; step++) {
      const roll = random()
      if (roll < 0.8) {
        call.write(Int16Array.from({ length: 160 }, (_, i) => value(call.written + i)))
        unacked.trim()
      } else if (roll < 0.9) unacked.release(unacked.released + Math.floor(random() * 1_500))
      else if (roll < 0.95) expectNext(random() < 0.5)
      else {
        unacked.restart()
        expect(unacked.sent).toBe(unacked.released)
        while (expectNext(false));
        // What is less than a message goes out later.
        expect(call.written - unacked.sent).toBeLessThan(640)
      }
      expect(call.written - unacked.released).toBeLessThanOrEqual(8_000)
    }
  },
)
