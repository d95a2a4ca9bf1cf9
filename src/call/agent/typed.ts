// A turn that the caller typed. It is whole when it comes, so nothing waits for silence; else it is a turn like any
// other: it interrupts the agent, and it completes what the caller has said just before. Pure.

import { turnText } from './endpointing.ts'
import { interrupt, mayCut, respond } from './moves.ts'
import type { AgentEffect, AgentState } from './state.ts'

export function takeTyped(state: AgentState, text: string, nowMs: number): [AgentState, AgentEffect[]] {
  if (state.timeUp || state.phase === 'idle') return [state, []]
  const { phase, caller } = state
  if (phase === 'speaking' && !mayCut(state)) {
    const finals = [...caller.finals, text]
    return [{ ...state, caller: { ...caller, finals, textAtMs: nowMs }, typed: true }, []]
  }
  const words = [phase === 'thinking' ? state.callerText : '', turnText(caller), text]
  const cause = {
    kind: 'words',
    text: words.filter((part) => part !== '').join(' '),
    endOfSpeechMs: nowMs,
    typed: true,
  } as const
  if (phase === 'listening') return respond(state, cause, nowMs)
  return interrupt(state, phase === 'speaking' ? 'bargeIn' : 'speaksOn', cause, nowMs)
}
