// The protocol rules of Asterisk 22: what makes it end an AudioSocket call, from its sources (res/res_audiosocket.c,
// apps/app_audiosocket.c, 22.10.1) and confirmed by its behaviour. asterisk.ts applies them.

import { MessageKind, rateOf } from '../audiosocket/message.ts'

/** Why Asterisk ends the call. `AudioSocket()` then returns -1 and `TryExec` sets TRYSTATUS to FAILED. */
export type Violation =
  | 'empty audio'
  | 'kind not accepted'
  | 'gap inside a message'
  | 'no activity for 2000 ms'

/** Longest wait for the next byte of a message whose header has arrived. */
export const messageGapMs = 5
/** Longest time in which neither side sends anything. */
export const inactivityMs = 2_000
/** 8 096 samples; Asterisk accepts a longer message but does not play it. */
export const playableBytes = 16_192

/** @returns the rule that a complete message of the agent violates, or undefined when Asterisk accepts it */
export function violationOf(kind: number, payloadBytes: number): Violation | undefined {
  if (kind === MessageKind.Hangup) return undefined
  if (rateOf(kind) === undefined) return 'kind not accepted'
  return payloadBytes === 0 ? 'empty audio' : undefined
}
