import { expect, setDefaultTimeout, test } from 'bun:test'
import { UnackedAudio } from '../../../src/providers/live/unacked.ts'

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
  'run %d: after any writes, releases, seals and trims, a replay is the very audio',
  (seed) => {
    const random = randomFrom(seed)
    const audio = new UnackedAudio({ chunkSamples: 640, maxSamples: 8_000 })
    /** Every sample is its own number, modulo a prime. */
    const value = (sample: number) => sample % 32_749
    for (let step = 0; step < 3_000; step++) {
      const roll = random()
      if (roll < 0.8) {
        audio.write(Int16Array.from({ length: 160 }, (_, i) => value(audio.written + i)))
        audio.trim()
      } else if (roll < 0.9) audio.release(audio.released + Math.floor(random() * 1_500))
      else if (roll < 0.95) audio.seal()
      else {
        const copy = audio.copy()
        expect(copy.length).toBe(audio.written - audio.released)
        const sent: number[] = []
        audio.replay((bytes) => sent.push(...new Int16Array(bytes.slice().buffer)))
        // What is still being filled goes out later.
        expect(copy.length - sent.length).toBeLessThan(640)
        const expected = Array.from(copy, (_, i) => value(audio.released + i))
        expect([...copy]).toEqual(expected)
        expect(sent).toEqual(expected.slice(0, sent.length))
      }
      expect(audio.written - audio.released).toBeLessThanOrEqual(8_000 + 640)
    }
  },
)
