// Named cases and how they are run: side by side, each with a time limit, each cleaning up behind itself.

export type Cleanup = (end: () => unknown) => void

export type Case<World> = {
  /** A sentence that is true when the case passes. */
  title: string
  limitMs: number
  /** Throws when the sentence is not true; may return figures to print beside it. */
  run: (world: World, cleanup: Cleanup) => Promise<string | undefined>
}

export type Tally = { passed: number; failed: number }

/** Runs all cases of a group at once and prints a line for each. */
export async function runTogether<World>(cases: readonly Case<World>[], world: World): Promise<Tally> {
  const outcomes = await Promise.all(cases.map((each) => runOne(each, world)))
  const passed = outcomes.filter(Boolean).length
  return { passed, failed: outcomes.length - passed }
}

async function runOne<World>(each: Case<World>, world: World): Promise<boolean> {
  const startMs = performance.now()
  const ends: (() => unknown)[] = []
  const limit = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => limit.reject(new Error(`not done after ${each.limitMs / 1_000} s`)),
    each.limitMs,
  )
  const seconds = () => `${((performance.now() - startMs) / 1_000).toFixed(1)} s`
  try {
    const figures = await Promise.race([each.run(world, (end) => ends.push(end)), limit.promise])
    console.log(`pass  ${each.title} (${seconds()}${figures ? `; ${figures}` : ''})`)
    return true
  } catch (error) {
    console.log(`FAIL  ${each.title} (${seconds()})\n      ${error instanceof Error ? error.stack : error}`)
    return false
  } finally {
    clearTimeout(timer)
    for (const end of ends.reverse()) await end()
  }
}

/** @throws {Error} with `sentence` when `truth` is false */
export function check(truth: boolean, sentence: string): asserts truth {
  if (!truth) throw new Error(sentence)
}
