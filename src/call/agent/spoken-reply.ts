// The agent's reply: its lines arrive, are played one after the other, and then the caller has the turn. Pure.

import { endpoint } from './caller-turn.ts'
import { emptyTurn, turnBegun, turnText } from './endpointing.ts'
import { keepListening, resetTurn, respond, speak } from './moves.ts'
import type { AgentEffect, AgentInput, AgentState, Reply } from './state.ts'

/** Lines of the reply arrive; the last ones say what the agent then expects. */
export function replied(
  state: AgentState,
  input: Extract<AgentInput, { kind: 'reply' }>,
  nowMs: number,
): [AgentState, AgentEffect[]] {
  if (state.phase !== 'thinking' && state.phase !== 'speaking') return [state, []]
  const first = state.reply.lines.length
  const reply: Reply = { ...state.reply, lines: [...state.reply.lines, ...input.lines], done: input.done }
  const effects: AgentEffect[] = speak(state.turn, input.lines, first)
  // Until the first line begins to play, a slow voice leaves the caller in silence just as a slow model does.
  const waits = state.fillAtMs !== undefined && input.lines.length > 0
  let next: AgentState = { ...state, reply }
  if (waits && first === 0) next.fillAtMs = nowMs + state.options.fillVoiceAfterMs
  if (input.done) {
    next = { ...next, expect: input.done.expect }
    effects.push({ kind: 'expect', expect: input.done.expect })
  }
  if (input.lines.length > 0) next = { ...next, phase: 'speaking' }
  const allPlayed = reply.at >= reply.lines.length
  if (!input.done || !allPlayed) return [next, effects]
  const [ended, more] = finished(next, nowMs)
  return [ended, [...effects, ...more]]
}

/** A line of the reply begins to play. */
export const lineBegun = (state: AgentState, index: number, nowMs: number): AgentState => ({
  ...state,
  fillAtMs: undefined,
  lineAtMs: nowMs,
  reply: { ...state.reply, at: index },
})

/** A line was played to its end. After the last one the agent listens, or the call ends. */
export function lineEnded(state: AgentState, index: number, nowMs: number): [AgentState, AgentEffect[]] {
  const next = { ...state, lineAtMs: undefined, reply: { ...state.reply, at: index + 1 } }
  return next.reply.done && next.reply.at >= next.reply.lines.length ? finished(next, nowMs) : [next, []]
}

function finished(state: AgentState, nowMs: number): [AgentState, AgentEffect[]] {
  const end = state.reply.done?.end
  if (end) return [{ ...resetTurn(state), phase: 'ended' }, [{ kind: 'end', outcome: end }]]
  const listening: AgentState = {
    ...state,
    phase: 'listening',
    fillAtMs: undefined,
    caller: answersInProgress(state, nowMs) ? state.caller : emptyTurn,
  }
  if (listening.caller.speaking) return [listening, []]
  if (turnBegun(listening.caller)) return endpoint(listening, { kind: 'wake' }, nowMs)
  if (listening.lookupDone) return respond(listening, { kind: 'lookupDone' }, nowMs)
  return [keepListening({ ...listening, turnWakeAtMs: undefined }, nowMs), []]
}

/** Whether what the caller said over the agent's last words is an answer; older backchannels are not. */
function answersInProgress(state: AgentState, nowMs: number): boolean {
  const { caller, expect } = state
  if (caller.speaking || state.typed) return true
  const text = turnText(caller)
  if (text === '') return false
  return expect.kind === 'yesNo' && nowMs - (caller.textAtMs ?? 0) <= 1_200
}
