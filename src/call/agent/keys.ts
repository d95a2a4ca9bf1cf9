// Which keys count: one press is one key, and a key answers the question that the caller had heard. Pure.

import type { Key } from '../../base/keys.ts'
import { keysAnywhere } from '../../desk/keys.ts'
import type { AgentState } from './state.ts'

/** The same key again within this time is the same press, reported twice: by an RFC 4733 event and by its tone. */
const samePressMs = 80
/** Keys this soon after the last digit of a number belong to it: the `#` that ends it, a digit too many. */
const afterNumberMs = 1_000
/** How much of a question must have been played for a key to be its answer; fingers are no faster. */
const heardMs = 400

/**
 * Whether a key counts. One that does not changes nothing: the agent speaks on, and asks its question.
 *
 * While a number is keyed, the same key may come twice at once: after a stall of the network, two digits together.
 */
export function keyCounts(state: AgentState, key: Key, nowMs: number): boolean {
  const { lastKey, expect } = state
  if (expect.kind === 'number') return questionHeard(state, nowMs)
  if (lastKey !== undefined) {
    const sinceMs = nowMs - lastKey.atMs
    if (lastKey.key === key && sinceMs < samePressMs) return false
    if (lastKey.inNumber && sinceMs < afterNumberMs) return false
  }
  // A human, a repetition and the objection mean the same at the question before and at this one.
  return key in keysAnywhere || questionHeard(state, nowMs)
}

/** Whether the caller has heard the question that is open now, or enough of it. */
function questionHeard({ phase, turn, reply, lineAtMs }: AgentState, nowMs: number): boolean {
  // Before the first question there is no other that a key could mean: callers who know it need not wait.
  if (turn === 1) return true
  const asks = phase === 'speaking' ? reply.lines.findIndex((line) => line.asks === true) : -1
  if (asks < 0 || reply.at > asks) return true
  return reply.at === asks && lineAtMs !== undefined && nowMs - lineAtMs >= heardMs
}
