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

/** Digits no further apart are one number being typed. */
const typingGapMs = 3_000
/** So many digits in a row are no key for the question before, doubled or not. */
const typedDigits = 3

/** The keys that count now, and the digits that wait. While none counts, the agent speaks on. */
export type TakenKeys = { counted: readonly Key[]; early: AgentState['early'] }
const dropped: TakenKeys = { counted: [], early: undefined }

/**
 * Which keys count once `key` is pressed.
 *
 * While a number is keyed, the same key may come twice at once: after a stall of the network, two digits together.
 */
export function takeKey(state: AgentState, key: Key, nowMs: number): TakenKeys {
  const { lastKey, expect } = state
  if (expect.kind === 'number') return takeDigit(state, key, nowMs)
  if (lastKey !== undefined) {
    const sinceMs = nowMs - lastKey.atMs
    if (lastKey.key === key && sinceMs < samePressMs) return dropped
    if (lastKey.inNumber && sinceMs < afterNumberMs) return dropped
  }
  // A human, a repetition and the objection mean the same at the question before and at this one.
  const counts = key in keysAnywhere || questionHeard(state, nowMs)
  return counts ? { ...dropped, counted: [key] } : dropped
}

function takeDigit(state: AgentState, key: Key, nowMs: number): TakenKeys {
  const { lastKey, early, turn } = state
  const isTyping = early?.turn === turn && nowMs - early.atMs <= typingGapMs
  const keys = isTyping ? [...early.keys, key] : [key]
  // A digit too many and the `#` behind it belong to the number before, which was refused while it was being typed.
  // Alone that digit could even be the objection to the recording.
  if (isTyping && early.isLeftOver && key === '#') return dropped
  if (questionHeard(state, nowMs)) return { counted: keys, early: undefined }
  // Between questions `#` and `*` mean nothing, and the key of the menu may be pressed once more.
  const again = !isTyping && lastKey?.key === key && nowMs - lastKey.atMs < afterNumberMs
  if (!/[0-9]/.test(key) || again) return dropped
  if (keys.length >= typedDigits) return { counted: keys, early: undefined }
  const isLeftOver = isTyping
    ? early.isLeftOver
    : lastKey?.inNumber === true && nowMs - lastKey.atMs < afterNumberMs
  return { counted: [], early: { turn, keys, atMs: nowMs, isLeftOver } }
}

/** Whether the caller has heard the question that is open now, or enough of it. */
function questionHeard({ phase, turn, reply, lineAtMs }: AgentState, nowMs: number): boolean {
  // Before the first question there is no other that a key could mean: callers who know it need not wait.
  if (turn === 1) return true
  const asks = phase === 'speaking' ? reply.lines.findIndex((line) => line.asks === true) : -1
  if (asks < 0 || reply.at > asks) return true
  return reply.at === asks && lineAtMs !== undefined && nowMs - lineAtMs >= heardMs
}
