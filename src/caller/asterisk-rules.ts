// What makes Asterisk 22 end an AudioSocket call, as its sources say and its behaviour confirms
// (res/res_audiosocket.c, apps/app_audiosocket.c, 22.10.1). Rules only; asterisk.ts acts on them.

import { MessageKind, rateOf } from '../audiosocket/message.ts'

/** Why Asterisk gave up on the agent. `AudioSocket()` then returns -1, `TryExec` says FAILED. */
export type Offence = 'empty audio' | 'kind not accepted' | 'gap inside a message' | 'no activity for 2000 ms'

/** Longest wait for the next byte once a header has come. */
export const messageGapMs = 5
/** Neither side sends anything. */
export const inactivityMs = 2_000
/** 8 096 samples: a longer message is taken and not played. */
export const playableBytes = 16_192

/** @returns the offence of a whole message of the agent's, or undefined when Asterisk accepts it */
export function offenceOf(kind: number, payloadBytes: number): Offence | undefined {
  if (kind === MessageKind.Hangup) return undefined
  if (rateOf(kind) === undefined) return 'kind not accepted'
  return payloadBytes === 0 ? 'empty audio' : undefined
}
