// What the caller's voice and words do, by what the agent does at that moment. When a turn is over is decided in
// endpointing.ts. Pure.

import { isBackchannel } from './bargein.ts'
import { emptyTurn, type TurnInput, turnStep } from './endpointing.ts'
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
} from './moves.ts'
import type { AgentEffect, AgentState } from './state.ts'

/** One input from the caller's voice: it may cut the agent, go on with a turn, or end it. */
export function callerInput(
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

/** Asks endpointing whether the caller's turn is over, and answers it if so. */
export function endpoint(state: AgentState, input: TurnInput, nowMs: number): [AgentState, AgentEffect[]] {
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
