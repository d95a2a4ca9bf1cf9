// Mistral's realtime transcription as plain values. Pure. Sources: docs.mistral.ai/studio/audio/speech-to-text
// (transcribe-in-realtime, turn-detection, migrate-from-voxtral-2), the Realtime… types of @mistralai/mistralai 2.7,
// and public measurements of October 2026 for what these leave open: `turn.*` has `time_s`, and an unknown or
// unsupported session field brings `error` and a close with 1011.

import { addDelta, finishText, finishTold } from '../live/deltas.ts'
import type { Fields } from '../live/json-socket.ts'
import type { Memory, Read, Reading } from '../live/reading.ts'

export type EarSettings = {
  model: string
  /** Who ends the turns: our voice detector, or Mistral, which with `eager` also says when one is probably over. */
  turns: 'own' | 'server' | 'eager'
}
export const earDefaults = {
  model: 'voxtral-mini-transcribe-realtime-3',
  // By public measurements Mistral ends a turn 1.5 s after the speech, and now and then one in silence.
  turns: 'own',
} as const satisfies EarSettings

export const rateHz = 16_000

/** Settings of the session; they are fixed from the first audio on. Voxtral 2 knows nothing but the format. */
export const sessionUpdate = (
  { turns }: EarSettings,
  language: string,
  keyterms: readonly string[],
  isPlain: boolean,
): Fields => ({
  type: 'session.update',
  session: {
    audio_format: { encoding: 'pcm_s16le', sample_rate: rateHz },
    ...(isPlain
      ? {}
      : {
          language,
          ...(keyterms.length === 0 ? {} : { context_bias: keyterms.slice(0, mostTerms) }),
          ...(turns === 'own' ? {} : { turn_detection: {} }),
        }),
  },
})
/** Mistral's documentation speaks of up to 100 words. */
const mostTerms = 100

/** Asks for the text of all audio so far; the session goes on (mistralai/client-python, issue 357). */
export const flush = '{"type":"input_audio.flush"}'
export const endOfAudio = '{"type":"input_audio.end"}'

/**
 * Reads a message; unknown ones are ignored. `transcription.done` may repeat what was said since the session began
 * (pipecat, issue 4485).
 */
export const readEar =
  (turns: EarSettings['turns']): Read =>
  (message, memory) => {
    const fields = message as Fields
    switch (fields.type) {
      case 'transcription.text.delta':
        return addDelta(memory, fields.text)
      case 'transcription.done':
        return { ...finishTold(memory, String(fields.text ?? '')), coveredS: secondsIn(fields.coveredS) }
      case 'turn.start':
        return { memory, events: [{ kind: 'speechStarted' }], heard: false }
      case 'turn.eager_end':
        return turns === 'eager' ? probablyOver(memory) : nothing(memory)
      case 'turn.resume':
        return resumed(memory)
      case 'turn.end':
        return { ...turnOver(memory), coveredS: secondsIn(fields.time_s) }
      case 'error':
        return { ...nothing(memory), fault: faultOf(fields) }
      default:
        return nothing(memory)
    }
  }

const nothing = (memory: Memory): Reading => ({ memory, events: [], heard: false })

function probablyOver(memory: Memory): Reading {
  const text = (memory.text ?? '').trim()
  if (text === '') return nothing(memory)
  return { memory: { ...memory, eager: true }, events: [{ kind: 'eagerEndOfTurn', text }], heard: true }
}

function resumed(memory: Memory): Reading {
  if (!memory.eager) return nothing(memory)
  return { memory: { ...memory, eager: false }, events: [{ kind: 'turnResumed' }], heard: false }
}

/** A turn without words is noise; public measurements saw such turns in silence. */
function turnOver(memory: Memory): Reading {
  const reading = finishText(memory)
  const closed = { ...reading.memory, turnOpen: false, eager: false }
  if (!reading.memory.turnOpen) return { ...reading, memory: closed }
  return { ...reading, memory: closed, events: [...reading.events, { kind: 'endOfTurn' }] }
}

const secondsIn = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** The number of the error: its sentence may quote the request. */
export function faultOf(fields: Fields): string {
  const code = codeOf(fields)
  return code === undefined ? 'Error' : `Error ${code}`
}

/** Mistral's number for a model that it does not have. */
export const isUnknownModel = (fields: Fields): boolean => codeOf(fields) === 1_500

function codeOf({ error }: Fields): number | undefined {
  const code = typeof error === 'object' && error !== null ? (error as Fields).code : undefined
  return typeof code === 'number' && Number.isInteger(code) ? code : undefined
}
