// The agent machine's words and memory: its options, what it is told, what it wants done, and the state between two
// steps. What a step does is machine.ts's.

import type { Key } from '../../base/keys.ts'
import type { Expect, Line, Outcome } from '../../dialogue/types.ts'
import { type BargeInOptions, bargeInDefaults } from './bargein.ts'
import { emptyTurn, type TurnInput, type TurnOptions, type TurnState, turnDefaults } from './endpointing.ts'

export type AgentOptions = {
  hearsWords: boolean
  language: string
  maxCallMs: number
  /** Thinking longer than this is filled with the `wait` phrase. */
  fillAfterMs: number
  /** A reply whose voice lets wait longer than this is filled as well. */
  fillVoiceAfterMs: number
  /** So much longer the words of a turn are waited for while the recogniser's line is being mended. */
  lateWordsMs: number
  /** After the longest time is up, how long the goodbye may take. */
  lastWordsMs: number
  turn: TurnOptions
  bargeIn: BargeInOptions
}
export const agentDefaults = {
  maxCallMs: 900_000,
  fillAfterMs: 700,
  fillVoiceAfterMs: 1_000,
  lateWordsMs: 2_500,
  lastWordsMs: 30_000,
  turn: turnDefaults,
  bargeIn: bargeInDefaults,
} as const

/** What the caller did, as the dialogue is told it. */
export type Heard =
  | { kind: 'start' }
  | { kind: 'words'; text: string; endOfSpeechMs: number }
  | { kind: 'unheard' }
  | { kind: 'silence' }
  | { kind: 'key'; key: Key }
  | { kind: 'timeUp' }
  | { kind: 'failed' }
  /** What an earlier turn went to find out is there. */
  | { kind: 'news' }
  | { kind: 'operator'; wants: 'transfer' | 'goodbye' }

export type AgentInput =
  | { kind: 'start' }
  | Exclude<TurnInput, { kind: 'wake' }>
  | { kind: 'key'; key: Key }
  /** Lines of the reply to `turn`; `done` says that they are all, and what comes then. */
  | { kind: 'reply'; turn: number; lines: readonly Line[]; done?: { expect: Expect; end?: Outcome } }
  | { kind: 'lineBegun'; turn: number; index: number }
  | { kind: 'lineEnded'; turn: number; index: number }
  /** The caller's voice has lasted long enough to be meant (bargein.ts says how long); told again while it lasts. */
  | { kind: 'confirmed' }
  /** The recogniser holds that the turn is probably over with this text, or takes that back. */
  | { kind: 'eager'; text: string }
  | { kind: 'turnResumed' }
  /** Whether the recogniser is out of reach, and is going to hear what is being said all the same. */
  | { kind: 'ears'; late: boolean }
  /** What a turn that is over went to find out is there; it is told as soon as nobody speaks. */
  | { kind: 'news' }
  /** No voice could speak a line of this turn. */
  | { kind: 'failed'; turn: number }
  | { kind: 'operator'; wants: 'transfer' | 'goodbye' }
  | { kind: 'operatorSays'; line: Line }
  | { kind: 'wake' }
  | { kind: 'closed' }

export type StopReason = 'bargeIn' | 'key' | 'operator' | 'speaksOn' | 'timeUp' | 'failed' | 'closed'

export type AgentEffect =
  /** Find the reply to this turn, and answer with `reply`. */
  | { kind: 'respond'; turn: number; heard: Heard }
  /** A reply to these words may be begun; `unprepare`, `stop` or another turn takes it back. */
  | { kind: 'prepare'; text: string }
  | { kind: 'unprepare' }
  | { kind: 'speak'; turn: number; index: number; line: Line }
  /** Stop playout, voice and model of this turn in the same run. */
  | { kind: 'stop'; turn: number; why: StopReason }
  /** Play the `wait` phrase: the reply takes its time. */
  | { kind: 'fill'; turn: number }
  /** Tell the recogniser what comes. */
  | { kind: 'listen'; expect: Expect }
  | { kind: 'finalize' }
  /** The lines of the cut reply are spoken again; where it was not whole, find its rest and answer with `reply`. */
  | { kind: 'resume'; turn: number; whole: boolean }
  | { kind: 'end'; outcome: Outcome }

export type AgentPhase = 'idle' | 'listening' | 'thinking' | 'speaking' | 'ended'

export type Reply = {
  lines: readonly Line[]
  at: number
  done: { expect: Expect; end?: Outcome } | undefined
}

export type AgentState = {
  options: AgentOptions
  phase: AgentPhase
  turn: number
  expect: Expect
  caller: TurnState
  reply: Reply
  /** The reply that a barge-in cut, until it is clear that the caller meant it. */
  cut: { reply: Reply; resumed: boolean } | undefined
  /** Words of the turn being thought about, in case the caller speaks on. */
  asked: string
  /** The turn being answered was speech without words. */
  unheard: boolean
  earsLate: boolean
  news: boolean
  resumed: boolean
  silenceAtMs: number | undefined
  turnWakeAtMs: number | undefined
  resumeAtMs: number | undefined
  fillAtMs: number | undefined
  maxAtMs: number
  timeUp: boolean
}

export const noReply: Reply = { lines: [], at: 0, done: undefined }
const openExpect: Expect = { kind: 'open', noInputMs: 7_000, keyterms: [] }

/** @param nowMs the call's start; the longest time for a call counts from here */
export function createAgent(options: AgentOptions, nowMs: number): AgentState {
  return {
    options,
    phase: 'idle',
    turn: 0,
    expect: openExpect,
    caller: emptyTurn,
    reply: noReply,
    cut: undefined,
    asked: '',
    unheard: false,
    earsLate: false,
    news: false,
    resumed: false,
    silenceAtMs: undefined,
    turnWakeAtMs: undefined,
    resumeAtMs: undefined,
    fillAtMs: undefined,
    maxAtMs: nowMs + options.maxCallMs,
    timeUp: false,
  }
}

/** When `step` wants a `wake` at the latest; undefined once the call has ended. */
export function wakeAtMs(state: AgentState): number | undefined {
  if (state.phase === 'ended') return undefined
  let soonest = state.maxAtMs
  for (const at of [state.silenceAtMs, state.turnWakeAtMs, state.resumeAtMs, state.fillAtMs])
    if (at !== undefined && at < soonest) soonest = at
  return soonest
}
