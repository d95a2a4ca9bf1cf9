// What the agent machine's steps are made of: it answers, is cut, takes up again, listens on. Pure, like the machine.

import type { Line } from '../../dialogue/types.ts'
import { resembles } from './bargein.ts'
import { emptyTurn } from './endpointing.ts'
import {
  type AgentEffect,
  type AgentState,
  type Heard,
  noReply,
  type Reply,
  type StopReason,
} from './state.ts'

export function respond(state: AgentState, heard: Heard, nowMs: number): [AgentState, AgentEffect[]] {
  const turn = state.turn + 1
  const next: AgentState = {
    ...quiet(state),
    phase: 'thinking',
    turn,
    reply: noReply,
    cut: undefined,
    resumed: false,
    asked: heard.kind === 'words' ? heard.text : '',
    unheard: heard.kind === 'unheard',
    news: state.news && heard.kind !== 'news',
    fillAtMs: heard.kind === 'words' ? nowMs + state.options.fillAfterMs : undefined,
  }
  return [next, [{ kind: 'respond', turn, heard }]]
}

export function interrupt(
  state: AgentState,
  why: StopReason,
  heard: Heard,
  nowMs: number,
): [AgentState, AgentEffect[]] {
  const [next, effects] = respond(state, heard, nowMs)
  return [next, [{ kind: 'stop', turn: state.turn, why }, ...effects]]
}

export function bargeIn(state: AgentState, nowMs: number): [AgentState, AgentEffect[]] {
  const next: AgentState = {
    ...quiet(state),
    phase: 'listening',
    caller: state.caller,
    turnWakeAtMs: state.turnWakeAtMs,
    cut: state.phase === 'speaking' ? { reply: state.reply, resumed: state.resumed } : undefined,
    resumeAtMs: state.options.hearsWords ? nowMs + state.options.bargeIn.falseAfterMs : undefined,
  }
  // Words that were being thought about come first in what the caller is still saying.
  if (state.phase === 'thinking' && state.asked !== '')
    next.caller = { ...next.caller, finals: [state.asked, ...next.caller.finals] }
  const why = state.phase === 'thinking' ? 'speaksOn' : 'bargeIn'
  return [next, [{ kind: 'stop', turn: state.turn, why }]]
}

export function resume(state: AgentState): [AgentState, AgentEffect[]] {
  const cut = state.cut?.reply ?? noReply
  const turn = state.turn + 1
  const lines = cut.lines.slice(cut.at)
  const reply: Reply = { lines, at: 0, done: cut.done }
  const next: AgentState = { ...quiet(state), turn, phase: 'speaking', reply, cut: undefined, resumed: true }
  return [next, [...speak(turn, lines, 0), { kind: 'resume', turn, whole: cut.done !== undefined }]]
}

export function speak(turn: number, lines: readonly Line[], first: number): AgentEffect[] {
  return lines.map((line, i) => ({ kind: 'speak', turn, index: first + i, line }))
}

/** Whether the caller would be talking over the agent, and may. */
export function overAgent(state: AgentState): boolean {
  if (state.phase === 'thinking') return mayCut(state) && state.asked !== ''
  return state.phase === 'speaking' && mayCut(state)
}

export function mayCut(state: AgentState): boolean {
  return !state.timeUp && state.reply.lines[state.reply.at]?.uninterruptible !== true
}

/** Words over the agent that the detector missed: neither the turn being answered nor the agent's own echo. */
export function isNews(state: AgentState, text: string): boolean {
  const { lines, at } = state.reply
  const spoken = lines.slice(Math.max(0, at - 1), at + 1).map((line) => line.text)
  return ![state.asked, ...spoken].some((other) => resembles(text, other))
}

export function listenOn(state: AgentState, nowMs: number): AgentState {
  return state.phase === 'listening' ? { ...state, silenceAtMs: nowMs + state.expect.noInputMs } : state
}

/** No deadline pending but the call's own, and no caller's turn in progress. */
export function quiet(state: AgentState): AgentState {
  return {
    ...state,
    caller: emptyTurn,
    silenceAtMs: undefined,
    turnWakeAtMs: undefined,
    resumeAtMs: undefined,
    fillAtMs: undefined,
  }
}
