// What the messages of Deepgram's live recognisers mean for a call, nova (`/v1/listen`) and Flux (`/v2/listen`). Pure.
// The fields are those of the types in @deepgram/sdk 5.13.

import type { Memory, Read, Reading } from '../live/reading.ts'
import type { SttEvent } from '../stt.ts'

type Fields = Record<string, unknown>

/** Reads a message of `/v1/listen`; unknown messages are ignored. */
export const readNova: Read = (message, memory) => {
  const fields = fieldsOf(message)
  switch (fields.type) {
    case 'SpeechStarted':
      return { memory, events: [{ kind: 'speechStarted' }], heard: false }
    case 'UtteranceEnd':
      return memory.turnOpen && !isBefore(fields.last_word_end, memory.lastWordS)
        ? { memory: { ...memory, turnOpen: false }, events: [{ kind: 'endOfTurn' }], heard: false }
        : { memory, events: [], heard: false }
    case 'Results':
      return readResults(fields, memory)
    case 'Error':
      return { memory, events: [], heard: false, fault: codeOf(fields) }
    default:
      return { memory, events: [], heard: false, configured: configuredBy(fields) }
  }
}

/** Word times vary by a few 10 ms from one result to the next. */
const wordToleranceS = 0.2

/** Whether `UtteranceEnd` speaks of an earlier word than the last one; the vendor sends -1 when it does not know. */
function isBefore(lastWordEnd: unknown, lastWordS: number | undefined): boolean {
  if (typeof lastWordEnd !== 'number' || lastWordEnd < 0 || lastWordS === undefined) return false
  return lastWordEnd < lastWordS - wordToleranceS
}

function configuredBy(fields: Fields): 'ok' | 'refused' | undefined {
  if (fields.type === 'ConfigureSuccess') return 'ok'
  return fields.type === 'ConfigureFailure' ? 'refused' : undefined
}

/** The end of the last word, or where it has no times, the end of the result. */
function lastWordOf(words: unknown, endS: number | undefined): number | undefined {
  const end = Array.isArray(words) ? fieldsOf(words.at(-1)).end : undefined
  return typeof end === 'number' && Number.isFinite(end) ? end : endS
}

function readResults(fields: Fields, memory: Memory): Reading {
  const channel = fieldsOf(fields.channel)
  const best = Array.isArray(channel.alternatives) ? fieldsOf(channel.alternatives[0]) : {}
  const text = textOf(best.transcript)
  const events: SttEvent[] = []
  const end = Number(fields.start) + Number(fields.duration)
  const textToS = Number.isFinite(end) ? end : undefined
  const heard = text !== ''
  const lastWordS = heard ? lastWordOf(best.words, textToS) : memory.lastWordS
  const reading = { heard, textToS, isResult: true as const }
  if (fields.is_final !== true) {
    if (heard) events.push({ kind: 'transcript', text, isFinal: false })
    return { ...reading, memory: { ...memory, interim: memory.interim || heard, lastWordS }, events }
  }
  if (heard) events.push({ kind: 'transcript', text, isFinal: true })
  // The final result is empty: take the interim text back.
  else if (memory.interim) events.push({ kind: 'transcript', text: '', isFinal: false })
  let turnOpen = memory.turnOpen || heard
  if (fields.speech_final === true && turnOpen) {
    events.push({ kind: 'endOfTurn' })
    turnOpen = false
  }
  return { ...reading, memory: { ...memory, turnOpen, interim: false, lastWordS }, events, coveredS: textToS }
}

/** Reads a message of `/v2/listen`; unknown messages are ignored. */
export const readFlux: Read = (message, memory) => {
  const fields = fieldsOf(message)
  if (fields.type === 'Error') return { memory, events: [], heard: false, fault: codeOf(fields) }
  if (fields.type !== 'TurnInfo')
    return { memory, events: [], heard: false, configured: configuredBy(fields) }
  const text = textOf(fields.transcript)
  const heard = text !== ''
  const interim: SttEvent[] = heard ? [{ kind: 'transcript', text, isFinal: false }] : []
  const end = Number(fields.audio_window_end)
  const textToS = fields.audio_window_end !== null && Number.isFinite(end) ? end : undefined
  const reading = { heard, textToS, isResult: true as const }
  switch (fields.event) {
    case 'StartOfTurn':
      return { ...reading, memory, events: [{ kind: 'speechStarted' }, ...interim] }
    case 'Update':
      return { ...reading, memory, events: interim }
    case 'EagerEndOfTurn':
      return { ...reading, memory: { ...memory, eager: true }, events: [{ kind: 'eagerEndOfTurn', text }] }
    case 'TurnResumed':
      return { ...reading, memory: { ...memory, eager: false }, events: [{ kind: 'turnResumed' }] }
    case 'EndOfTurn': {
      const words: SttEvent[] = heard ? [{ kind: 'transcript', text, isFinal: true }] : []
      return {
        ...reading,
        memory: { ...memory, eager: false },
        events: [...words, { kind: 'endOfTurn' }],
        coveredS: textToS,
      }
    }
    default:
      return { memory, events: [], heard: false }
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

/** Only the vendor's short code: a description may quote the request. */
function codeOf(fields: Fields): string {
  const code = fields.code ?? fields.err_code ?? fields.variant
  return typeof code === 'string' && /^[\w-]{1,40}$/.test(code) ? code : 'Error'
}
