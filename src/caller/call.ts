// Options and result of a simulated call. Types and defaults only.

import type { Clock } from '../base/clock.ts'
import type { Key } from '../base/keys.ts'
import type { Violation } from './asterisk-rules.ts'
import type { KeyPress } from './phone.ts'
import type { GapFigures } from './track.ts'

export type CallOptions = {
  host: string
  port: number
  /** UUID with hyphens. */
  callId: string
  clock: Clock
  /** The telephone's packet time: 10, 20, 30, 40 or 60 ms, which is 160 to 960 bytes per message. */
  ptimeMs: number
  /** Whether the telephone sends silence while the caller does not speak; with false (DTX, hold) it sends nothing. */
  sendsSilence: boolean
  keys: readonly KeyPress[]
  /** The caller hangs up after this time. */
  maxMs: number
  /** @param frame 160 samples of 8 kHz from the agent, valid until return @param atMs since the start of the call */
  onFrame: (frame: Int16Array, atMs: number) => void
  onKey: (key: Key, atMs: number) => void
}

export const callDefaults = {
  ptimeMs: 20,
  sendsSilence: true,
  keys: [],
  maxMs: 60_000,
  onFrame: () => {},
  onKey: () => {},
} as const satisfies Partial<CallOptions>

export type GivenCall = Omit<CallOptions, keyof typeof callDefaults> & Partial<CallOptions>

export type CallEnd =
  | 'agent hung up'
  | 'agent closed'
  | 'agent reset'
  | 'caller hung up'
  | 'violation'
  | 'no answer'

export type CallResult = {
  end: CallEnd
  violation: Violation | undefined
  /** `TRYSTATUS`, which the dialplan gets from `TryExec(AudioSocket(…))`. */
  tryStatus: 'SUCCESS' | 'FAILED'
  durationMs: number
  /** 8 kHz from the start of the call. */
  said: Int16Array
  heard: Int16Array
  gaps: GapFigures
  audioMessages: number
  /** Messages that Asterisk accepts but does not play: over 16 192 bytes, or less than one sample. */
  unplayable: number
  keys: Key[]
}
