// Named cases and how they are run: concurrently, each with a time limit and its own cleanup.

export type Cleanup = (end: () => unknown) => void

export type Case<World> = {
  /** A sentence that is true when the case passes. */
  title: string
  limitMs: number
  /** Throws when the sentence is not true; may return figures to print beside it. */
  run: (world: World, cleanup: Cleanup) => Promise<string | undefined>
}

export type Tally = { passed: number; failed: number; again: number }

/** More bots that start and talk at the same time are late on two cores, and cases fail that pass by themselves. */
const mostAtOnce = 5

/**
 * Runs the cases of a group, some at once, and prints a line for each. Whichever fails is tried once more by itself, because
 * these cases measure milliseconds on machines that others use too; a case that passes only then is counted as such.
 */
export async function runTogether<World>(cases: readonly Case<World>[], world: World): Promise<Tally> {
  const outcomes: boolean[] = []
  const waiting = cases.entries()
  const runNext = async () => {
    for (const [i, each] of waiting) outcomes[i] = await runOne(each, world)
  }
  await Promise.all(Array.from({ length: mostAtOnce }, runNext))
  const tally: Tally = { passed: 0, failed: 0, again: 0 }
  for (const [i, passed] of outcomes.entries()) {
    const passedAgain =
      !passed && (await runOne({ ...cases[i], title: `second try: ${cases[i].title}` }, world))
    if (passedAgain) tally.again++
    if (passed || passedAgain) tally.passed++
    else tally.failed++
  }
  return tally
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
