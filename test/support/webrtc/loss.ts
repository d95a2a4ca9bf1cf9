// Which packets of a network are lost: fixed runs at places chosen by a seed, so that every run of a test loses the same.

import { createRandom } from '../lab/random.ts'

/**
 * 5 % of 2 000 packets: of runs of one, two and three there are as many as independent losses have on average, with the
 * single triple rounded up.
 */
export const fivePercent = { length: 2_000, runs: [89, 4, 1] } as const

/**
 * @param runs how many runs of one lost packet, of two, of three, …
 * @returns for each packet whether it is lost; a packet between two runs always passes
 */
export function lossPattern(
  { length, runs }: { length: number; runs: readonly number[] },
  seed: number,
): boolean[] {
  const { below } = createRandom(seed)
  const lengths = runs.flatMap((count, i) => Array<number>(count).fill(i + 1))
  const lost = lengths.reduce((sum, run) => sum + run, 0)
  // Each run follows a packet of its own that passes.
  const places = Array.from({ length: length - lost }, (_, i) => i)
  const after = new Map<number, number>()
  for (const run of lengths) {
    const [place] = places.splice(below(places.length), 1)
    after.set(place, run)
  }
  return Array.from({ length: length - lost }, (_, i) => [
    false,
    ...Array<boolean>(after.get(i) ?? 0).fill(true),
  ]).flat()
}
