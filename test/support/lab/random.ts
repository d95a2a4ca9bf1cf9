// Seeded randomness for tests that try many streams: the same seed gives the same bytes on every machine.

export type Random = { below(limit: number): number; bytes(length: number): Uint8Array }

/** mulberry32: 32 bits of state, good enough to shuffle bytes. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  return {
    below: (limit) => next() % limit,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  }
}
