// The types of the agent machine: its options, the inputs it takes, the effects it returns, and its state between two
// steps. The rules are in agent-machine.ts and moves.ts.

import type { Key } from '../../base/keys.ts'
import type { Expect, Line, Outcome } from '../../dialogue/types.ts'
import { type BargeInOptions, bargeInDefaults } from './bargein.ts'
import { emptyTurn, type TurnInput, type TurnOptions, type TurnState, turnDefaults } from './endpointing.ts'

export type AgentOptions = {
  hearsWords: boolean
  language: string
  maxCallMs: number
  /** A reply that takes longer than this is bridged with the `wait` phrase. */
  fillAfterMs: number
  /** So is a reply whose first line is known but whose voice takes longer than this. */
  fillVoiceAfterMs: number
  /** Extra wait for the words of a turn while the recogniser reconnects. */
  lateWordsMs: number
  /** Longest time for the goodbye once `maxCallMs` is over. */
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

/** What a turn answers: mostly something the caller did, sometimes the clock, a failure or the operator. */
export type TurnCause =
  | { kind: 'start' }
  /** `typed`: by hand, so they say nothing about the caller's voice. */
  | { kind: 'words'; text: string; endOfSpeechMs: number; typed?: true }
  | { kind: 'unheard' }
  | { kind: 'silence' }
  | { kind: 'key'; key: Key }
  | { kind: 'timeUp' }
  | { kind: 'failed' }
  /** The language that the caller has just chosen cannot be spoken, or not be heard. */
  | { kind: 'languageFailed' }
  /** A lookup started by an earlier turn has finished. */
  | { kind: 'lookupDone' }
  | { kind: 'operator'; wants: 'transfer' | 'goodbye' }
  /** A supervisor had the call; `lost`: the connection broke. */
  | { kind: 'handedBack'; lost: boolean }

export type AgentInput =
  | { kind: 'start' }
  | Exclude<TurnInput, { kind: 'wake' }>
  | { kind: 'key'; key: Key }
  /** A turn that the caller typed: whole at once. */
  | { kind: 'typed'; text: string }
  /** Lines of the reply to `turn`. `done` marks the last ones and says what the agent expects, or how the call ends. */
  | { kind: 'reply'; turn: number; lines: readonly Line[]; done?: { expect: Expect; end?: Outcome } }
  | { kind: 'lineBegun'; turn: number; index: number }
  | { kind: 'lineEnded'; turn: number; index: number }
  /** The caller's voice has lasted long enough to interrupt (see bargein.ts); repeated while the voice lasts. */
  | { kind: 'confirmed' }
  /** The recogniser thinks that the turn is probably over with this text; `turnResumed` takes that back. */
  | { kind: 'eager'; text: string }
  | { kind: 'turnResumed' }
  /** Whether the recogniser is reconnecting. It replays the audio afterwards, so its words come, but late. */
  | { kind: 'recogniser'; late: boolean }
  /** A lookup started by an earlier turn has finished; the agent announces it at the next pause. */
  | { kind: 'lookupDone' }
  /** No voice could speak a line of this turn. */
  | { kind: 'failed'; turn: number }
  | { kind: 'languageFailed'; turn: number }
  /** From now on caller and agent speak this language. */
  | { kind: 'language'; language: string }
  | { kind: 'operator'; wants: 'transfer' | 'goodbye' }
  | { kind: 'operatorSays'; line: Line }
  /** A supervisor speaks in the agent's place, until the call is handed back (taken-over.ts). */
  | { kind: 'takeOver' }
  /** `lost`: the supervisor's connection broke. */
  | { kind: 'handBack'; lost: boolean }
  | { kind: 'wake' }
  | { kind: 'closed' }

export type StopReason = 'bargeIn' | 'key' | 'operator' | 'speaksOn' | 'timeUp' | 'failed' | 'closed'

export type AgentEffect =
  /** Find the reply to this turn and feed it back as `reply`. */
  | { kind: 'respond'; turn: number; cause: TurnCause }
  /** Start the reply to these words in advance; `unprepare`, `stop` or another turn cancels it. */
  | { kind: 'prepare'; text: string }
  | { kind: 'unprepare' }
  /** `goesOn`: the line was cut by nothing, so only what is left of it is to be heard. */
  | { kind: 'speak'; turn: number; index: number; line: Line; goesOn?: true }
  /** Stop the playout, voice and model of this turn synchronously, before the next input. */
  | { kind: 'stop'; turn: number; why: StopReason }
  /** Play the `wait` phrase, because the reply is slow. */
  | { kind: 'fill'; turn: number }
  /** Tell the recogniser what answer to expect. */
  | { kind: 'expect'; expect: Expect }
  /** Ask the recogniser for the final text of what it has. */
  | { kind: 'finalize' }
  /** The cut lines are spoken again. When the reply was not `whole` yet, find the rest and feed it back as `reply`. */
  | { kind: 'resume'; turn: number; whole: boolean }
  /** What the caller said to a supervisor: for the history only. */
  | { kind: 'overheard'; text: string }
  | { kind: 'end'; outcome: Outcome }

export type AgentPhase = 'idle' | 'listening' | 'thinking' | 'speaking' | 'supervised' | 'ended'

/** `at` is the index of the line being played, `lines.length` when all were. */
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
  /** The reply that a barge-in cut, kept until it is clear that the caller meant to interrupt. */
  cut: { reply: Reply; resumed: boolean } | undefined
  /** The words of the turn being answered, in case the caller speaks on. */
  callerText: string
  /** The turn being answered was speech without words. */
  unheard: boolean
  recogniserLate: boolean
  /** A finished lookup waits for the next pause. */
  lookupDone: boolean
  /** The present reply is a cut one spoken again; a second cut does not resume it. */
  resumed: boolean
  /** When the line being played began; undefined between lines. */
  lineAtMs: number | undefined
  /** The key that counted last. `inNumber`: a telephone number was being keyed. */
  lastKey: { key: Key; atMs: number; inNumber: boolean } | undefined
  /**
   * Digits pressed before the question for a number was heard: they count with the next ones, or not at all.
   * `isLeftOver`: they came right behind a number that was refused, as one digit too many.
   */
  early: { turn: number; keys: readonly Key[]; atMs: number; isLeftOver: boolean } | undefined
  /** A turn was typed over words that may not be interrupted; it is answered when they end. */
  typed: boolean
  silenceAtMs: number | undefined
  turnWakeAtMs: number | undefined
  resumeAtMs: number | undefined
  fillAtMs: number | undefined
  maxAtMs: number
  timeUp: boolean
}

export const noReply: Reply = { lines: [], at: 0, done: undefined }
const openExpect: Expect = { kind: 'open', noInputMs: 7_000, keyterms: [] }

/** @param nowMs the call's start; `maxCallMs` counts from here */
export function createAgent(options: AgentOptions, nowMs: number): AgentState {
  return {
    options,
    phase: 'idle',
    turn: 0,
    expect: openExpect,
    caller: emptyTurn,
    reply: noReply,
    cut: undefined,
    callerText: '',
    unheard: false,
    recogniserLate: false,
    lookupDone: false,
    resumed: false,
    lineAtMs: undefined,
    lastKey: undefined,
    early: undefined,
    typed: false,
    silenceAtMs: undefined,
    turnWakeAtMs: undefined,
    resumeAtMs: undefined,
    fillAtMs: undefined,
    maxAtMs: nowMs + options.maxCallMs,
    timeUp: false,
  }
}

/** When to feed `wake` if no other input comes before; undefined once the call has ended, or a supervisor has it. */
export function wakeAtMs(state: AgentState): number | undefined {
  if (state.phase === 'ended' || state.phase === 'supervised') return undefined
  let soonest = state.maxAtMs
  for (const at of [state.silenceAtMs, state.turnWakeAtMs, state.resumeAtMs, state.fillAtMs])
    if (at !== undefined && at < soonest) soonest = at
  return soonest
}
