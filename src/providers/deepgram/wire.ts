// Deepgram's live protocol, nova (`/v1/listen`) and Flux (`/v2/listen`), as plain values: the query of a request, and
// what a message means for a call. Pure. The fields are those of the types in @deepgram/sdk 5.13.

import type { SttEvent, SttHints } from '../stt.ts'

export type NovaSettings = {
  model: string
  /** Silence after which a result is final, in ms. The vendor's default of 10 cuts at the pauses between words. */
  endpointingMs: number
  /** Gap between words after which `UtteranceEnd` comes, in ms; the vendor accepts 1000 or more. */
  utteranceEndMs: number
}
export const novaDefaults = {
  model: 'nova-3',
  endpointingMs: 300,
  utteranceEndMs: 1_000,
} as const satisfies NovaSettings

export type FluxSettings = {
  model: string
  /** Confidence that ends a turn, 0.5 to 1. */
  eotThreshold: number
  /** Confidence that lets a reply begin early, 0.3 to 0.9; undefined: never. */
  eagerEotThreshold: number | undefined
  /** Silence that ends a turn at any confidence, in ms, 500 to 60000. */
  eotTimeoutMs: number
}
export const fluxDefaults = {
  model: 'flux-general-multi',
  eotThreshold: 0.7,
  eagerEotThreshold: 0.4,
  eotTimeoutMs: 3_000,
} as const satisfies FluxSettings

export type Query = Record<string, string | number | readonly string[] | undefined>

/** The vendor accepts 500 tokens of key terms and ends the stream beyond that; 40 short terms stay well below. */
const maxKeyterms = 40
export const keytermsOf = (hints: SttHints): string[] =>
  [
    ...new Set(
      hints.keyterms.map((term) => term.trim()).filter((term) => term.length > 0 && term.length <= 50),
    ),
  ].slice(0, maxKeyterms)

const audio = { encoding: 'linear16', sample_rate: 8_000, mip_opt_out: 'true', numerals: 'true' } as const

/** `callId` is sent as a tag, which identifies the call in the vendor's records. */
export type StreamCall = { language: string; callId: string }

export function novaQuery(settings: NovaSettings, { language, callId }: StreamCall, hints: SttHints): Query {
  const terms = keytermsOf(hints)
  return {
    ...audio,
    model: settings.model,
    language,
    tag: callId,
    channels: 1,
    interim_results: 'true',
    smart_format: 'true',
    vad_events: 'true',
    endpointing: settings.endpointingMs,
    utterance_end_ms: settings.utteranceEndMs,
    // Only nova-3 accepts key terms; an older model refuses the request.
    keyterm: terms.length > 0 && settings.model.startsWith('nova-3') ? terms : undefined,
  }
}

export function fluxQuery(settings: FluxSettings, { language, callId }: StreamCall, hints: SttHints): Query {
  const terms = keytermsOf(hints)
  return {
    ...audio,
    ...thresholds(settings, hints),
    model: settings.model,
    // The English-only models refuse a hint.
    language_hint: settings.model.endsWith('-multi') ? [language] : undefined,
    tag: callId,
    keyterm: terms.length > 0 ? terms : undefined,
  }
}

/** The vendor waits longer while a number is dictated, and less for a yes or no. */
function thresholds(settings: FluxSettings, hints: SttHints) {
  const { eotThreshold, eotTimeoutMs, eagerEotThreshold } = settings
  const eager = eagerEotThreshold === undefined ? {} : { eager_eot_threshold: eagerEotThreshold }
  switch (hints.expect) {
    case 'number':
      return {
        ...eager,
        eot_threshold: Math.min(0.95, eotThreshold + 0.15),
        eot_timeout_ms: Math.min(60_000, eotTimeoutMs * 2),
      }
    case 'yesNo':
      return {
        ...eager,
        eot_threshold: Math.max(0.5, eotThreshold - 0.1),
        eot_timeout_ms: Math.max(500, eotTimeoutMs / 2),
      }
    case 'open':
    case 'choice':
      return { ...eager, eot_threshold: eotThreshold, eot_timeout_ms: eotTimeoutMs }
  }
}

/** The message that gives a running Flux stream new hints. */
export const fluxConfigure = (settings: FluxSettings, hints: SttHints): string =>
  JSON.stringify({ type: 'Configure', thresholds: thresholds(settings, hints), keyterms: keytermsOf(hints) })

export const keepAlive = '{"type":"KeepAlive"}'
export const finalize = '{"type":"Finalize"}'
export const closeStream = '{"type":"CloseStream"}'

/** What must be remembered from one message to the next; it outlives a connection. */
export type Memory = {
  /** Words arrived since the last end of a turn. */
  turnOpen: boolean
  /** The last text was an interim one. */
  interim: boolean
  /** A reply may have begun on `eagerEndOfTurn`. */
  eager: boolean
}
export const blank: Memory = { turnOpen: false, interim: false, eager: false }

export type Reading = {
  memory: Memory
  events: readonly SttEvent[]
  /** The result covers this connection's audio up to this second, which need not be sent again. */
  coveredS?: number
  /** Whether the message contains words. */
  heard: boolean
  /** The vendor's code for an error that ends the stream. */
  fault?: string
}
export type Read = (message: unknown, memory: Memory) => Reading

type Fields = Record<string, unknown>

/** Reads a message of `/v1/listen`; unknown messages are ignored. */
export const readNova: Read = (message, memory) => {
  const fields = fieldsOf(message)
  switch (fields.type) {
    case 'SpeechStarted':
      return { memory, events: [{ kind: 'speechStarted' }], heard: false }
    case 'UtteranceEnd':
      return memory.turnOpen
        ? { memory: { ...memory, turnOpen: false }, events: [{ kind: 'endOfTurn' }], heard: false }
        : { memory, events: [], heard: false }
    case 'Results':
      return readResults(fields, memory)
    case 'Error':
      return { memory, events: [], heard: false, fault: codeOf(fields) }
    default:
      return { memory, events: [], heard: false }
  }
}

function readResults(fields: Fields, memory: Memory): Reading {
  const channel = fieldsOf(fields.channel)
  const best = Array.isArray(channel.alternatives) ? fieldsOf(channel.alternatives[0]) : {}
  const text = textOf(best.transcript)
  const events: SttEvent[] = []
  if (fields.is_final !== true) {
    if (text !== '') events.push({ kind: 'transcript', text, isFinal: false })
    return { memory: { ...memory, interim: memory.interim || text !== '' }, events, heard: text !== '' }
  }
  if (text !== '') events.push({ kind: 'transcript', text, isFinal: true })
  // The final result is empty: take the interim text back.
  else if (memory.interim) events.push({ kind: 'transcript', text: '', isFinal: false })
  let turnOpen = memory.turnOpen || text !== ''
  if (fields.speech_final === true && turnOpen) {
    events.push({ kind: 'endOfTurn' })
    turnOpen = false
  }
  const end = Number(fields.start) + Number(fields.duration)
  return {
    memory: { ...memory, turnOpen, interim: false },
    events,
    coveredS: Number.isFinite(end) ? end : undefined,
    heard: text !== '',
  }
}

/** Reads a message of `/v2/listen`; unknown messages are ignored. */
export const readFlux: Read = (message, memory) => {
  const fields = fieldsOf(message)
  if (fields.type === 'Error') return { memory, events: [], heard: false, fault: codeOf(fields) }
  if (fields.type !== 'TurnInfo') return { memory, events: [], heard: false }
  const text = textOf(fields.transcript)
  const heard = text !== ''
  const interim: SttEvent[] = heard ? [{ kind: 'transcript', text, isFinal: false }] : []
  switch (fields.event) {
    case 'StartOfTurn':
      return { memory, events: [{ kind: 'speechStarted' }, ...interim], heard }
    case 'Update':
      return { memory, events: interim, heard }
    case 'EagerEndOfTurn':
      return { memory: { ...memory, eager: true }, events: [{ kind: 'eagerEndOfTurn', text }], heard }
    case 'TurnResumed':
      return { memory: { ...memory, eager: false }, events: [{ kind: 'turnResumed' }], heard }
    case 'EndOfTurn': {
      const end = Number(fields.audio_window_end)
      const words: SttEvent[] = heard ? [{ kind: 'transcript', text, isFinal: true }] : []
      return {
        memory: { ...memory, eager: false },
        events: [...words, { kind: 'endOfTurn' }],
        coveredS: Number.isFinite(end) ? end : undefined,
        heard,
      }
    }
    default:
      return { memory, events: [], heard: false }
  }
}

/** After a lost connection: cancels a reply that began on `eagerEndOfTurn`; the replayed audio will bring a new one. */
export function afterLoss(memory: Memory): { memory: Memory; events: readonly SttEvent[] } {
  if (!memory.eager) return { memory, events: [] }
  return { memory: { ...memory, eager: false }, events: [{ kind: 'turnResumed' }] }
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
