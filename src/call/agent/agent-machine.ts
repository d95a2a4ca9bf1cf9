// The agent machine decides who has the turn: `step(state, input, now) → [state, effects]`. It has no clock, does no
// I/O and does not know what the conversation is about. Every effect and every result carries its turn number; a
// number that is not current is ignored, so late results do no harm. Its types are in state.ts.
//
//   listening ──turn ended──▶ thinking ──reply──▶ speaking ──last line ended──▶ listening
//       ▲                        │                    │
//       └──────── the caller speaks on, a key, a barge-in (stop) ◀─────────────┘

import type { Key } from '../../base/keys.ts'
import { callerInput, endpoint } from './caller-turn.ts'
import { turnBegun } from './endpointing.ts'
import { takeKey } from './keys.ts'
import { bargeIn, interrupt, overAgent, resetTurn, respond, resume } from './moves.ts'
import { lineBegun, lineEnded, replied } from './spoken-reply.ts'
import type { AgentEffect, AgentInput, AgentState } from './state.ts'
import { supervisedStep, takeOver } from './taken-over.ts'
import { takeTyped } from './typed.ts'

/** One step. Inputs after the end of the call, and results of a turn that is over, change nothing. */
export function step(state: AgentState, input: AgentInput, nowMs: number): [AgentState, AgentEffect[]] {
  if (state.phase === 'ended') return [state, []]
  if (state.phase === 'supervised') return supervisedStep(state, input, nowMs)
  switch (input.kind) {
    case 'start':
      return state.phase === 'idle' ? respond(state, { kind: 'start' }, nowMs) : [state, []]
    case 'speech':
    case 'silence':
    case 'transcript':
    case 'verdict':
      return callerInput(state, input, nowMs)
    case 'confirmed':
      return overAgent(state) ? bargeIn(state, nowMs) : [state, []]
    case 'key':
      return keyPressed(state, input.key, nowMs)
    case 'typed':
      return takeTyped(state, input.text, nowMs)
    case 'reply':
      return input.turn === state.turn ? replied(state, input, nowMs) : [state, []]
    case 'lineBegun':
      return input.turn === state.turn && state.phase === 'speaking'
        ? [lineBegun(state, input.index, nowMs), []]
        : [state, []]
    case 'lineEnded':
      return input.turn === state.turn && state.phase === 'speaking'
        ? lineEnded(state, input.index, nowMs)
        : [state, []]
    case 'eager':
      return state.phase === 'listening' ? [state, [{ kind: 'prepare', text: input.text }]] : [state, []]
    case 'turnResumed':
      return state.phase === 'listening' ? [state, [{ kind: 'unprepare' }]] : [state, []]
    case 'recogniser':
      if (input.late === state.recogniserLate) return [state, []]
      return endpoint({ ...state, recogniserLate: input.late }, { kind: 'wake' }, nowMs)
    case 'lookupDone':
      if (state.phase !== 'listening' || turnBegun(state.caller)) return [{ ...state, lookupDone: true }, []]
      return respond(state, { kind: 'lookupDone' }, nowMs)
    case 'failed':
      return input.turn === state.turn ? interrupt(state, 'failed', { kind: 'failed' }, nowMs) : [state, []]
    case 'languageFailed':
      return input.turn === state.turn
        ? interrupt(state, 'failed', { kind: 'languageFailed' }, nowMs)
        : [state, []]
    case 'language':
      // A new recogniser has nothing to catch up with.
      return [
        { ...state, options: { ...state.options, language: input.language }, recogniserLate: false },
        [],
      ]
    case 'operator':
      return interrupt(state, 'operator', { kind: 'operator', wants: input.wants }, nowMs)
    case 'operatorSays': {
      const turn = state.turn + 1
      const done = state.reply.done ?? { expect: state.expect }
      const said = {
        ...resetTurn(state),
        turn,
        phase: 'speaking' as const,
        reply: { lines: [input.line], at: 0, done },
      }
      return [
        said,
        [
          { kind: 'stop', turn: state.turn, why: 'operator' },
          { kind: 'speak', turn, index: 0, line: input.line },
        ],
      ]
    }
    case 'takeOver':
      return takeOver(state)
    case 'handBack':
      return [state, []]
    case 'wake':
      return wake(state, nowMs)
    case 'closed':
      return [
        { ...resetTurn(state), phase: 'ended' },
        state.phase === 'idle' ? [] : [{ kind: 'stop', turn: state.turn, why: 'closed' }],
      ]
  }
}

// ---- keys

function keyPressed(state: AgentState, key: Key, nowMs: number): [AgentState, AgentEffect[]] {
  if (state.timeUp || state.phase === 'idle') return [state, []]
  const { counted, early } = takeKey(state, key, nowMs)
  let next: AgentState = { ...state, early }
  if (counted.length === 0 || (state.phase === 'speaking' && !overAgent(state))) return [next, []]
  const inNumber = state.expect.kind === 'number'
  next.lastKey = { key, atMs: nowMs, inNumber }
  const effects: AgentEffect[] = []
  for (const one of counted) {
    const cause = { kind: 'key', key: one } as const
    const [after, more] =
      next.phase === 'listening' ? respond(next, cause, nowMs) : interrupt(next, 'key', cause, nowMs)
    next = after
    effects.push(...more)
  }
  return [next, effects]
}

// ---- time

function wake(state: AgentState, nowMs: number): [AgentState, AgentEffect[]] {
  const due = (at: number | undefined): boolean => at !== undefined && at <= nowMs
  if (due(state.maxAtMs)) {
    if (state.timeUp) return [{ ...resetTurn(state), phase: 'ended' }, [{ kind: 'end', outcome: 'goodbye' }]]
    const last = { ...state, timeUp: true, maxAtMs: nowMs + state.options.lastWordsMs }
    return interrupt(last, 'timeUp', { kind: 'timeUp' }, nowMs)
  }
  if (due(state.resumeAtMs)) {
    const next = { ...state, resumeAtMs: undefined }
    // The caller still speaks and no words have come yet: leave the decision to endpointing.
    if (next.caller.speaking || !next.cut || next.cut.resumed) return [next, []]
    return resume(next)
  }
  if (due(state.turnWakeAtMs)) return endpoint({ ...state, turnWakeAtMs: undefined }, { kind: 'wake' }, nowMs)
  if (due(state.fillAtMs)) {
    const next = { ...state, fillAtMs: undefined }
    // Do not play "please wait" over a caller who is speaking.
    return [next, next.caller.speaking ? [] : [{ kind: 'fill', turn: state.turn }]]
  }
  if (due(state.silenceAtMs)) {
    const next = { ...state, silenceAtMs: undefined }
    return next.phase === 'listening' ? respond(next, { kind: 'silence' }, nowMs) : [next, []]
  }
  return [state, []]
}
