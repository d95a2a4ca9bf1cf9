// The moves that the agent machine's steps are made of: answer, interrupt, barge in, resume, keep listening. Pure.

import type { Line } from '../../dialogue/types.ts'
import { resembles } from './bargein.ts'
import { emptyTurn } from './endpointing.ts'
import {
  type AgentEffect,
  type AgentState,
  noReply,
  type Reply,
  type StopReason,
  type TurnCause,
} from './state.ts'

/** Opens a new turn and asks for its reply. */
export function respond(state: AgentState, cause: TurnCause, nowMs: number): [AgentState, AgentEffect[]] {
  const turn = state.turn + 1
  const next: AgentState = {
    ...resetTurn(state),
    phase: 'thinking',
    turn,
    reply: noReply,
    cut: undefined,
    resumed: false,
    callerText: cause.kind === 'words' ? cause.text : '',
    unheard: cause.kind === 'unheard',
    lookupDone: state.lookupDone && cause.kind !== 'lookupDone',
    fillAtMs: cause.kind === 'words' ? nowMs + state.options.fillAfterMs : undefined,
  }
  return [next, [{ kind: 'respond', turn, cause }]]
}

/** Stops the turn in progress and opens a new one. */
export function interrupt(
  state: AgentState,
  why: StopReason,
  cause: TurnCause,
  nowMs: number,
): [AgentState, AgentEffect[]] {
  const [next, effects] = respond(state, cause, nowMs)
  return [next, [{ kind: 'stop', turn: state.turn, why }, ...effects]]
}

/** The caller talks over the agent: stops it, remembers the cut reply, and listens to the turn that has begun. */
export function bargeIn(state: AgentState, nowMs: number): [AgentState, AgentEffect[]] {
  const next: AgentState = {
    ...resetTurn(state),
    phase: 'listening',
    caller: state.caller,
    turnWakeAtMs: state.turnWakeAtMs,
    cut: state.phase === 'speaking' ? { reply: state.reply, resumed: state.resumed } : undefined,
    resumeAtMs: state.options.hearsWords ? nowMs + state.options.bargeIn.falseAfterMs : undefined,
  }
  // The caller speaks on while the agent thinks: the words it was thinking about come first in the same turn.
  if (state.phase === 'thinking' && state.callerText !== '')
    next.caller = { ...next.caller, finals: [state.callerText, ...next.caller.finals] }
  const why = state.phase === 'thinking' ? 'speaksOn' : 'bargeIn'
  return [next, [{ kind: 'stop', turn: state.turn, why }]]
}

/** The interruption was a false alarm: the cut reply goes on. */
export function resume(state: AgentState): [AgentState, AgentEffect[]] {
  const cut = state.cut?.reply ?? noReply
  const turn = state.turn + 1
  const lines = cut.lines.slice(cut.at)
  const reply: Reply = { lines, at: 0, done: cut.done }
  const next: AgentState = {
    ...resetTurn(state),
    turn,
    phase: 'speaking',
    reply,
    cut: undefined,
    resumed: true,
  }
  const [first, ...others] = speak(turn, lines, 0)
  const goesOn: AgentEffect[] = first === undefined ? [] : [{ ...first, goesOn: true }, ...others]
  return [next, [...goesOn, { kind: 'resume', turn, whole: cut.done !== undefined }]]
}

type SpeakEffect = Extract<AgentEffect, { kind: 'speak' }>

/** @param first index of the first of these lines within the reply */
export function speak(turn: number, lines: readonly Line[], first: number): SpeakEffect[] {
  return lines.map((line, i) => ({ kind: 'speak' as const, turn, index: first + i, line }))
}

/** Whether speech of the caller now interrupts the agent, or the turn it is thinking about. */
export function overAgent(state: AgentState): boolean {
  if (state.phase === 'thinking') return mayCut(state) && state.callerText !== ''
  return state.phase === 'speaking' && mayCut(state)
}

/** Whether the line being played may be interrupted, and the call still has time for a turn. */
export function mayCut(state: AgentState): boolean {
  return !state.timeUp && state.reply.lines[state.reply.at]?.uninterruptible !== true
}

/** Whether words that arrive over the agent are new: neither the turn being answered nor the agent's own echo. */
export function isNewSpeech(state: AgentState, text: string): boolean {
  const { lines, at } = state.reply
  const spoken = lines.slice(Math.max(0, at - 1), at + 1).map((line) => line.text)
  return ![state.callerText, ...spoken].some((other) => resembles(text, other))
}

/** Restarts the timer for a silent caller; does nothing unless the agent listens. */
export function keepListening(state: AgentState, nowMs: number): AgentState {
  return state.phase === 'listening' ? { ...state, silenceAtMs: nowMs + state.expect.noInputMs } : state
}

/** Forgets the caller's turn in progress and every deadline except that of the whole call. */
export function resetTurn(state: AgentState): AgentState {
  return {
    ...state,
    caller: emptyTurn,
    typed: false,
    lineAtMs: undefined,
    silenceAtMs: undefined,
    turnWakeAtMs: undefined,
    resumeAtMs: undefined,
    fillAtMs: undefined,
  }
}
