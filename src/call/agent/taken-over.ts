// A supervisor speaks with the caller in the agent's place: the agent says nothing and decides nothing, and what the
// caller says goes to the transcript. It ends when the supervisor hands the call back, transfers or ends it. Pure.

import { turnText } from './endpointing.ts'
import { interrupt, resetTurn, respond } from './moves.ts'
import { type AgentEffect, type AgentInput, type AgentState, noReply } from './state.ts'

/** A call that comes back has at least this much time left. */
const goesOnForMs = 120_000

/** Refused before the call has begun, and once its end is being said. */
export function takeOver(state: AgentState): [AgentState, AgentEffect[]] {
  if (state.phase === 'idle' || state.timeUp || state.reply.done?.end !== undefined) return [state, []]
  const next: AgentState = {
    ...resetTurn(state),
    phase: 'supervised',
    turn: state.turn + 1,
    reply: noReply,
    cut: undefined,
    callerText: '',
    unheard: false,
  }
  return [next, [{ kind: 'stop', turn: state.turn, why: 'operator' }, ...overheard(turnText(state.caller))]]
}

/** One step of a call that a supervisor leads. */
export function supervisedStep(
  state: AgentState,
  input: AgentInput,
  nowMs: number,
): [AgentState, AgentEffect[]] {
  switch (input.kind) {
    case 'transcript':
      return [state, input.isFinal ? overheard(input.text) : []]
    case 'typed':
      return [state, overheard(input.text)]
    case 'handBack': {
      const maxAtMs = Math.max(state.maxAtMs, nowMs + goesOnForMs)
      // A search that has ended meanwhile is done again, if the desk still waits for it.
      return respond(
        { ...state, maxAtMs, lookupDone: false },
        { kind: 'handedBack', lost: input.lost },
        nowMs,
      )
    }
    case 'operator':
      return interrupt(state, 'operator', { kind: 'operator', wants: input.wants }, nowMs)
    case 'language':
      return [{ ...state, options: { ...state.options, language: input.language } }, []]
    case 'recogniser':
      return [{ ...state, recogniserLate: input.late }, []]
    case 'closed':
      return [{ ...resetTurn(state), phase: 'ended' }, []]
    default:
      return [state, []]
  }
}

const overheard = (text: string): AgentEffect[] => (text.trim() === '' ? [] : [{ kind: 'overheard', text }])
