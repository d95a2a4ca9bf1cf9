// How much a live call needs a human who looks at it. The operator's page sorts by it. Pure, and used in the browser.

import type { CallRow } from './rows.ts'

/** A line on which nobody speaks for this long is silent for longer than a caller thinks or a model answers. */
export const longSilenceMs = 10_000
/** A reply slower than this is past the alert threshold of the page. */
export const slowReplyMs = 1_000

/** What goes wrong, worst first. */
export type Worry = 'angry' | 'notUnderstood' | 'silent' | 'slow'

export type Help = {
  /** Calls are sorted by it, the highest first. */
  score: number
  worries: readonly Worry[]
  isNeeded: boolean
}

/** One complaint, or two turns in a row that were of no use, need a look; one slow reply does not. */
const neededFrom = 3

/** @param quietMs how long nobody has spoken */
export function helpOf({ troubles, replyMs }: Pick<CallRow, 'troubles' | 'replyMs'>, quietMs: number): Help {
  const isSilent = quietMs >= longSilenceMs || troubles.silences > 1
  const isSlow = replyMs !== null && replyMs > slowReplyMs
  const score =
    3 * troubles.complaints + 2 * troubles.stuck + (quietMs >= longSilenceMs ? 3 : 0) + (isSlow ? 1 : 0)
  const worries: Worry[] = []
  if (troubles.complaints > 0) worries.push('angry')
  if (troubles.notUnderstood > 0) worries.push('notUnderstood')
  if (isSilent) worries.push('silent')
  if (isSlow) worries.push('slow')
  return { score, worries, isNeeded: score >= neededFrom }
}
