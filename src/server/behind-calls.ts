// Work that the start puts off: threads, SDKs, the admin app, sounds and rules of the languages. It runs on the thread
// of the calls, so it comes in steps, with a turn of the event loop between two of them. While there are callers a step
// waits, but not for long: a server that has callers from its first moment needs these things as well.

import { type Clock, waitMs } from '../base/clock.ts'

/** A few milliseconds of work; what it returns is awaited. */
export type Step = () => unknown

export type Pace = {
  clock: Clock
  /** Whether a call is live, or a socket is open that may become one. */
  hasCallers: () => boolean
  /** From then on no step waits for callers. */
  untilMs: number
}

/** From the start on, steps may wait for callers so long. */
export const mostBehindMs = 3_000
/** So long one step waits for a moment without callers. */
const longestWaitMs = 100
const lookEveryMs = 10

/**
 * Does the steps one after another.
 *
 * @param isAwaited whether somebody waits for the last of them: then no step waits for callers
 * @throws what a step throws; the steps after it are not done
 */
export async function behindCalls(
  steps: Iterable<Step>,
  { clock, hasCallers, untilMs }: Pace,
  isAwaited: () => boolean = () => false,
): Promise<void> {
  for (const step of steps) {
    await nextTurn()
    const latestMs = Math.min(untilMs, clock.now() + longestWaitMs)
    while (hasCallers() && !isAwaited() && clock.now() < latestMs) await waitMs(clock, lookEveryMs)
    await step()
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
