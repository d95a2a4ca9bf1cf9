// The agent machine decides who has the turn: `step(state, input, now) → [state, effects]`. It has no clock, does no
// I/O and does not know what the conversation is about. Every effect and every result carries its turn number; a
// number that is not current is ignored, so late results do no harm. Its types are in state.ts.
//
//   listening ──turn ended──▶ thinking ──reply──▶ speaking ──last line ended──▶ listening
//       ▲                        │                    │
//       └──────── the caller speaks on, a key, a barge-in (stop) ◀─────────────┘

import type { Key } from '../../base/keys.ts'
import { isBackchannel } from './bargein.ts'
import { emptyTurn, type TurnInput, turnBegun, turnStep, turnText } from './endpointing.ts'
import { takeKey } from './keys.ts'
import {
  bargeIn,
  interrupt,
  isNewSpeech,
  keepListening,
  mayCut,
  overAgent,
  resetTurn,
  respond,
  resume,
  speak,
} from './moves.ts'
import type { AgentEffect, AgentInput, AgentState, Reply } from './state.ts'
import { takeTyped } from './typed.ts'

/** One step. Inputs after the end of the call, and results of a turn that is over, change nothing. */
export function step(state: AgentState, input: AgentInput, nowMs: number): [AgentState, AgentEffect[]] {
  if (state.phase === 'ended') return [state, []]
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
      if (input.turn !== state.turn || state.phase !== 'speaking') return [state, []]
      return [
        { ...state, fillAtMs: undefined, lineAtMs: nowMs, reply: { ...state.reply, at: input.index } },
        [],
      ]
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
    case 'wake':
      return wake(state, nowMs)
    case 'closed':
      return [
        { ...resetTurn(state), phase: 'ended' },
        state.phase === 'idle' ? [] : [{ kind: 'stop', turn: state.turn, why: 'closed' }],
      ]
  }
}

// ---- the caller speaks

function callerInput(
  state: AgentState,
  input: Exclude<TurnInput, { kind: 'wake' }>,
  nowMs: number,
): [AgentState, AgentEffect[]] {
  let next = state
  const effects: AgentEffect[] = []
  // The text belongs to a turn that is over: that turn was taken from its interim text, or did not wait for one.
  if (input.kind === 'transcript' && state.phase !== 'listening' && state.caller.speechFromMs === undefined) {
    if (input.text.trim() === '' || !mayCut(state)) return [state, []]
    // The turn being answered had no words, because the recogniser was reconnecting: these are its words, late.
    if (state.unheard) {
      next = { ...resetTurn(state), phase: 'listening', cut: undefined, unheard: false }
      effects.push({ kind: 'stop', turn: state.turn, why: 'speaksOn' })
    } else if (!input.isFinal || !isNewSpeech(state, input.text)) return [state, []]
  }
  if (input.kind === 'speech') next = { ...next, silenceAtMs: undefined }
  if (input.kind === 'transcript' && input.text.trim() !== '') {
    next = { ...next, resumeAtMs: undefined, silenceAtMs: undefined }
    if (overAgent(next) && !isBackchannel(input.text, state.options.language)) {
      const [cut, more] = bargeIn(next, nowMs)
      next = { ...cut, resumeAtMs: undefined }
      effects.push(...more)
    }
  }
  const [after, more] = endpoint(next, input, nowMs)
  return [after, [...effects, ...more]]
}

function endpoint(state: AgentState, input: TurnInput, nowMs: number): [AgentState, AgentEffect[]] {
  const { hearsWords, lateWordsMs, turn } = state.options
  const { finalGraceMs, textGraceMs } = turn
  const turnOptions = state.recogniserLate
    ? { ...turn, finalGraceMs: finalGraceMs + lateWordsMs, textGraceMs: textGraceMs + lateWordsMs }
    : turn
  const stepped = turnStep(state.caller, input, nowMs, state.expect.kind, hearsWords, turnOptions)
  const next: AgentState = { ...state, caller: stepped.state, turnWakeAtMs: stepped.wakeAtMs }
  const { result } = stepped
  switch (result.kind) {
    case 'going':
      return [next, []]
    case 'finalize':
      return [next, [{ kind: 'finalize' }]]
    case 'ended':
      // While the agent speaks only an interruption counts. Backchannels are kept: they may answer the question that
      // the agent is asking (see answersInProgress).
      if (next.phase === 'speaking') return [next, []]
      if (next.phase === 'thinking')
        return interrupt(
          next,
          'speaksOn',
          { ...result, kind: 'words', text: `${next.callerText} ${result.text}` },
          nowMs,
        )
      return respond(next, { kind: 'words', text: result.text, endOfSpeechMs: result.endOfSpeechMs }, nowMs)
    case 'unheard':
      if (next.phase !== 'listening') return [{ ...next, caller: emptyTurn }, []]
      return next.cut && hearsWords && !next.cut.resumed
        ? resume(next)
        : respond(next, { kind: 'unheard' }, nowMs)
    case 'nothing':
      if (next.phase === 'listening' && next.cut && !next.cut.resumed) return resume(next)
      if (next.phase === 'listening' && next.lookupDone) return respond(next, { kind: 'lookupDone' }, nowMs)
      return [keepListening({ ...next, caller: emptyTurn }, nowMs), []]
  }
}

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

// ---- the reply

function replied(
  state: AgentState,
  input: Extract<AgentInput, { kind: 'reply' }>,
  nowMs: number,
): [AgentState, AgentEffect[]] {
  if (state.phase !== 'thinking' && state.phase !== 'speaking') return [state, []]
  const first = state.reply.lines.length
  const reply: Reply = { ...state.reply, lines: [...state.reply.lines, ...input.lines], done: input.done }
  const effects = speak(state.turn, input.lines, first)
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

function lineEnded(state: AgentState, index: number, nowMs: number): [AgentState, AgentEffect[]] {
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
