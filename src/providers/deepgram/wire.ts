// What is sent to Deepgram's live recognisers, nova (`/v1/listen`) and Flux (`/v2/listen`), as plain values: the query
// of a request, and the text messages. Pure. messages.ts reads what comes back.

import type { SttHints } from '../stt.ts'

/** What nova and Flux share. */
export type AudioSettings = {
  /** The rate of the audio that is sent, in Hz. The call's audio has 8000; some compatible servers want 16000. */
  rateHz: 8_000 | 16_000
  /** Whether the vendor may not train its models with the audio; this has a price. */
  mipOptOut: boolean
}
const audioDefaults = { rateHz: 8_000, mipOptOut: true } as const satisfies AudioSettings

export type NovaSettings = AudioSettings & {
  model: string
  /** Silence after which a result is final, in ms. The vendor's default of 10 cuts at the pauses between words. */
  endpointingMs: number
  /** Gap between words after which `UtteranceEnd` comes, in ms; the vendor accepts 1000 or more. */
  utteranceEndMs: number
}
export const novaDefaults = {
  ...audioDefaults,
  model: 'nova-3',
  endpointingMs: 300,
  utteranceEndMs: 1_000,
} as const satisfies NovaSettings

export type FluxSettings = AudioSettings & {
  model: string
  /** Confidence that ends a turn, 0.5 to 1. */
  eotThreshold: number
  /** Confidence that lets a reply begin early, 0.3 to 0.9; undefined: never. */
  eagerEotThreshold: number | undefined
  /** Silence that ends a turn at any confidence, in ms, 500 to 60000. */
  eotTimeoutMs: number
}
export const fluxDefaults = {
  ...audioDefaults,
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

const audio = ({ rateHz, mipOptOut }: AudioSettings) => ({
  encoding: 'linear16',
  sample_rate: rateHz,
  mip_opt_out: String(mipOptOut),
  numerals: 'true',
})

/** Only nova-3 accepts key terms; an older model refuses the request. */
const takesKeyterms = ({ model }: NovaSettings): boolean => model.startsWith('nova-3')

/** `callId` is sent as a tag, which identifies the call in the vendor's records. */
export type StreamCall = { language: string; callId: string }

export function novaQuery(settings: NovaSettings, { language, callId }: StreamCall, hints: SttHints): Query {
  const terms = keytermsOf(hints)
  return {
    ...audio(settings),
    model: settings.model,
    language,
    tag: callId,
    channels: 1,
    interim_results: 'true',
    smart_format: 'true',
    vad_events: 'true',
    endpointing: settings.endpointingMs,
    utterance_end_ms: settings.utteranceEndMs,
    keyterm: terms.length > 0 && takesKeyterms(settings) ? terms : undefined,
  }
}

export function fluxQuery(settings: FluxSettings, { language, callId }: StreamCall, hints: SttHints): Query {
  const terms = keytermsOf(hints)
  return {
    ...audio(settings),
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
  const { eot, timeoutMs } = endOfTurn(settings, hints)
  const eager = settings.eagerEotThreshold
  return {
    // The vendor refuses an eager threshold above the final one.
    ...(eager === undefined ? {} : { eager_eot_threshold: Math.min(eager, eot) }),
    eot_threshold: eot,
    // The vendor accepts whole milliseconds only.
    eot_timeout_ms: Math.round(timeoutMs),
  }
}

function endOfTurn({ eotThreshold, eotTimeoutMs }: FluxSettings, { expect }: SttHints) {
  switch (expect) {
    case 'number':
      // From .95 on the threshold is left alone: 1 means that only the timeout ends a turn.
      return {
        eot: Math.max(eotThreshold, Math.min(0.95, eotThreshold + 0.15)),
        timeoutMs: Math.min(60_000, eotTimeoutMs * 2),
      }
    case 'yesNo':
      return { eot: Math.max(0.5, eotThreshold - 0.1), timeoutMs: Math.max(500, eotTimeoutMs / 2) }
    case 'open':
    case 'choice':
      return { eot: eotThreshold, timeoutMs: eotTimeoutMs }
  }
}

/**
 * The message that gives a running nova-3 stream new key terms; it takes them since 2026-10-02, at api.deepgram.com and
 * not yet in the other regions. For an older model it never changes, so that it is never sent.
 */
export const novaConfigure = (settings: NovaSettings, hints: SttHints): string =>
  JSON.stringify({ type: 'Configure', keyterms: takesKeyterms(settings) ? keytermsOf(hints) : [] })

/** The message that gives a running Flux stream new hints. */
export const fluxConfigure = (settings: FluxSettings, hints: SttHints): string =>
  JSON.stringify({ type: 'Configure', thresholds: thresholds(settings, hints), keyterms: keytermsOf(hints) })

export const keepAlive = '{"type":"KeepAlive"}'
export const finalize = '{"type":"Finalize"}'
export const closeStream = '{"type":"CloseStream"}'
