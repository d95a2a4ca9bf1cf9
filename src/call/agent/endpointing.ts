// Endpointing: decides when the caller's turn is over, and with which words. It weighs three sources: the edges of the
// local VAD, the recogniser's texts, and the recogniser's own verdict on the end of a turn. Pure: a state, an input,
// the time.
//
// How much silence ends a turn depends on what the desk asked: a yes needs less than a dictated number.

import type { Expect } from '../../dialogue/types.ts'

export type TurnOptions = {
  /** Silence after speech that ends a turn, by the kind of answer expected. */
  silenceMs: Record<Expect['kind'], number>
  /** After that silence, extra time for an interim text to become final. */
  finalGraceMs: number
  /** After that silence, extra time for a first text before the turn counts as unheard. */
  textGraceMs: number
  /** Speech shorter than this in total, without a text, is a cough. */
  minSpeechMs: number
  /** Silence that must accompany the recogniser's verdict; 0 except for a dictated number. */
  verdictSilenceMs: Record<Expect['kind'], number>
}
export const turnDefaults = {
  silenceMs: { open: 800, yesNo: 450, choice: 500, number: 1_400 },
  finalGraceMs: 700,
  textGraceMs: 1_500,
  minSpeechMs: 240,
  verdictSilenceMs: { open: 0, yesNo: 0, choice: 0, number: 1_000 },
} as const satisfies TurnOptions

export type TurnInput =
  /** The VAD's edges, at the time when speech really began or stopped: the VAD's own delay is subtracted. */
  | { kind: 'speech'; atMs: number }
  | { kind: 'silence'; atMs: number }
  | { kind: 'transcript'; text: string; isFinal: boolean }
  /** The recogniser says that the turn is over. */
  | { kind: 'verdict' }
  | { kind: 'wake' }

export type TurnState = {
  speaking: boolean
  /** When the last stretch of speech of this turn began and ended; undefined before the first. */
  speechFromMs: number | undefined
  speechToMs: number | undefined
  spokenMs: number
  finals: readonly string[]
  interim: string
  textAtMs: number | undefined
  verdictAtMs: number | undefined
  finalizeAsked: boolean
}

export const emptyTurn: TurnState = {
  speaking: false,
  speechFromMs: undefined,
  speechToMs: undefined,
  spokenMs: 0,
  finals: [],
  interim: '',
  textAtMs: undefined,
  verdictAtMs: undefined,
  finalizeAsked: false,
}

export type TurnResult =
  | { kind: 'going' }
  /** The caller has stopped and the text is not final yet: ask the recogniser to finalize it. */
  | { kind: 'finalize' }
  | { kind: 'ended'; text: string; endOfSpeechMs: number }
  /** The caller spoke, but no text came. */
  | { kind: 'unheard'; endOfSpeechMs: number }
  /** Not speech: a cough, a click. */
  | { kind: 'nothing' }

/** Whether the turn has any speech or text yet. */
export function turnBegun(state: TurnState): boolean {
  return state.speechFromMs !== undefined || state.finals.length > 0 || state.interim !== ''
}

/** The words so far, finals first. */
export function turnText(state: TurnState): string {
  return [...state.finals, state.interim].filter((part) => part !== '').join(' ')
}

/**
 * One step of endpointing.
 *
 * @param hearsWords whether the recogniser ever gives text; if not, silence alone ends a turn, as `unheard`
 * @returns the new state, the result, and when to feed `wake` if no other input comes before
 */
export function turnStep(
  state: TurnState,
  input: TurnInput,
  nowMs: number,
  expect: Expect['kind'],
  hearsWords: boolean,
  options: TurnOptions = turnDefaults,
): { state: TurnState; result: TurnResult; wakeAtMs: number | undefined } {
  const next = take(state, input, nowMs)
  const { result, wakeAtMs } = judge(next, nowMs, expect, hearsWords, options)
  const after = result.kind === 'finalize' ? { ...next, finalizeAsked: true } : next
  return { state: after, result, wakeAtMs }
}

function take(state: TurnState, input: TurnInput, nowMs: number): TurnState {
  switch (input.kind) {
    case 'speech':
      return state.speaking
        ? state
        : { ...state, speaking: true, speechFromMs: input.atMs, verdictAtMs: undefined }
    case 'silence':
      if (!state.speaking) return state
      return {
        ...state,
        speaking: false,
        speechToMs: input.atMs,
        spokenMs: state.spokenMs + Math.max(0, input.atMs - (state.speechFromMs ?? input.atMs)),
        finalizeAsked: false,
      }
    case 'transcript': {
      const text = input.text.trim()
      if (input.isFinal)
        return {
          ...state,
          finals: text === '' ? state.finals : [...state.finals, text],
          interim: '',
          textAtMs: text === '' ? state.textAtMs : nowMs,
          verdictAtMs: text === '' ? state.verdictAtMs : undefined,
        }
      // The caller speaks on, so a verdict from before these words no longer holds.
      return text === '' ? state : { ...state, interim: text, textAtMs: nowMs, verdictAtMs: undefined }
    }
    case 'verdict':
      return { ...state, verdictAtMs: nowMs }
    case 'wake':
      return state
  }
}

function judge(
  state: TurnState,
  nowMs: number,
  expect: Expect['kind'],
  hearsWords: boolean,
  options: TurnOptions,
): { result: TurnResult; wakeAtMs: number | undefined } {
  const going = (wakeAtMs?: number) => ({ result: { kind: 'going' } as const, wakeAtMs })
  if (state.speaking || !turnBegun(state)) return going()
  // A very quiet caller can cause a text without an edge of the VAD; then the text's arrival is the end of speech.
  const endOfSpeechMs = state.speechToMs ?? state.textAtMs ?? nowMs
  const quietFromMs = Math.max(endOfSpeechMs, expect === 'number' ? (state.textAtMs ?? 0) : 0)
  const silenceEndMs = quietFromMs + options.silenceMs[expect]
  const text = turnText(state)
  const ended = () => ({ result: { kind: 'ended', text, endOfSpeechMs } as const, wakeAtMs: undefined })

  if (state.verdictAtMs !== undefined && text !== '' && state.interim === '') {
    const verdictEndMs = quietFromMs + options.verdictSilenceMs[expect]
    if (nowMs >= verdictEndMs) return ended()
    return going(Math.min(verdictEndMs, silenceEndMs))
  }
  if (nowMs < silenceEndMs) return going(silenceEndMs)
  if (state.interim !== '') {
    if (!state.finalizeAsked)
      return { result: { kind: 'finalize' }, wakeAtMs: silenceEndMs + options.finalGraceMs }
    return nowMs < silenceEndMs + options.finalGraceMs ? going(silenceEndMs + options.finalGraceMs) : ended()
  }
  if (text !== '') return ended()
  if (state.spokenMs < options.minSpeechMs) {
    if (!hearsWords) return { result: { kind: 'nothing' }, wakeAtMs: undefined }
  } else if (!hearsWords) return { result: { kind: 'unheard', endOfSpeechMs }, wakeAtMs: undefined }
  const textEndMs = silenceEndMs + options.textGraceMs
  if (nowMs < textEndMs) {
    if (!state.finalizeAsked) return { result: { kind: 'finalize' }, wakeAtMs: textEndMs }
    return going(textEndMs)
  }
  const result: TurnResult =
    state.spokenMs < options.minSpeechMs ? { kind: 'nothing' } : { kind: 'unheard', endOfSpeechMs }
  return { result, wakeAtMs: undefined }
}
