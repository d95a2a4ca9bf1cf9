// A strict stand-in for Mistral's realtime transcription, `WS /v1/audio/transcriptions/realtime?model=…`, written from
// public specifications, not from our adapter. Sources: mistralai/client-python, src/mistralai/extra/realtime/ and
// docs/models/realtimetranscription*.md (July 2026); mistralai/client-ts, tests/extra/realtime.test.ts; docs.mistral.ai
// studio/audio/speech-to-text. "Not verified" stands where no public source shows it.

import { isUpgrade, type SocketHabits, startEarServer } from './ear-server.ts'
import { VoxtralConnection } from './voxtral-session.ts'

export type VoxtralRealtimeOptions = {
  key: string
  /** Short-lived tokens of `POST /v1/client/sessions`, which a client sends as a subprotocol. */
  tokens: readonly string[]
  models: readonly string[]
  /** What the utterances of a socket are heard as, in their order. */
  heard: readonly string[]
  /** Sent as `transcription.language` with the first text; undefined sends none. */
  language: string | undefined
  /** Without audio for this long the session ends with error 3804: client-python issue 357. */
  idleMs: number
}
export const voxtralRealtimeDefaults: VoxtralRealtimeOptions = {
  key: 'test-key',
  tokens: ['rt_test'],
  models: ['voxtral-mini-transcribe-realtime-2602', 'voxtral-mini-transcribe-realtime-3'],
  heard: [],
  language: 'fr',
  idleMs: 30_000,
}

export type VoxtralRealtimeHabits = SocketHabits & {
  /** Between the upgrade and `session.created`. */
  createdAfterMs: number
  /**
   * A flush brings the words held back and a `done`, and the session goes on (livekit pull request 5289). That it is
   * ignored in later utterances was seen in production (pipecat issue 4487): `once` answers the first one only.
   */
  flush: 'answers' | 'once' | 'ignores'
  /**
   * `session`: the text of a `done` begins with all earlier utterances of the socket (pipecat issue 4485, a live log).
   * `utterance`: it holds its own words (gojargo/jargo issue 99). The documentation says "the full transcript".
   */
  doneText: 'session' | 'utterance'
  doneAfterMs: number
  /** Deltas without text. Not seen on Mistral; the vLLM under it sends one for every 80 ms. */
  emptyDeltas: boolean
  /** `transcription.segment` with the times before the `done`. */
  segments: boolean
  /** An event of a type the SDK does not know. */
  unknownEvent: boolean
  /** Events as binary frames: both SDKs read them. */
  binary: boolean
  /** After the `done` of `input_audio.end`. Which of them the API does is not verified. */
  afterEnd: 'closes' | 'waits'
  /** This error comes after so much audio. Messages may be an object (RealtimeTranscriptionErrorDetail). */
  error: { afterAudioMs: number; message: string | Record<string, unknown>; code: number } | undefined
}
export const voxtralRealtimeHabits: VoxtralRealtimeHabits = {
  handshakeMs: 0,
  pingMs: undefined,
  createdAfterMs: 0,
  flush: 'answers',
  doneText: 'session',
  doneAfterMs: 5,
  emptyDeltas: false,
  segments: false,
  unknownEvent: false,
  binary: false,
  afterEnd: 'waits',
  error: undefined,
}

/** Of the decoded audio in one `input_audio.append`: docs/models/realtimetranscriptioninputaudioappend.md. */
export const maxChunkBytes = 262_144

export function startVoxtralRealtime(given: Partial<VoxtralRealtimeOptions> = {}) {
  const options = { ...voxtralRealtimeDefaults, ...given }
  const server = startEarServer<VoxtralConnection, VoxtralRealtimeHabits>({
    habits: voxtralRealtimeHabits,
    // Not verified; above the base64 of the largest chunk.
    maxMessageBytes: 1_024 * 1_024,
    // A browser's token: `Sec-WebSocket-Protocol: realtime, rt_…` (client_auth); the server takes `realtime`.
    upgradeHeaders: (headers): Record<string, string> =>
      headers['sec-websocket-protocol'] ? { 'sec-websocket-protocol': 'realtime' } : {},
    refusal(_request, url, headers) {
      if (url.pathname !== '/v1/audio/transcriptions/realtime')
        return Response.json({ message: 'no Route matched with those values' }, { status: 404 })
      const [name, token] = (headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
      const known =
        headers.authorization === `Bearer ${options.key}` ||
        (name === 'realtime' && options.tokens.includes(token))
      // The status of a refused upgrade is not verified; the body is that of the HTTP API.
      if (!known) return Response.json({ detail: 'Unauthorized' }, { status: 401 })
      if (!isUpgrade(headers)) return Response.json({ detail: 'Not Found' }, { status: 404 })
      // "The `model` query parameter is required" (realtime_transcription.md); the answer without it is not verified.
      const detail = [{ type: 'missing', loc: ['query', 'model'], msg: 'Field required', input: null }]
      return url.searchParams.get('model') ? undefined : Response.json({ detail }, { status: 422 })
    },
    connect: (url, headers, faults, habits) => new VoxtralConnection(url, headers, faults, options, habits),
  })
  /** What a client is configured with: everything before `/audio/transcriptions/realtime`. */
  return { ...server, baseUrl: `${server.url}/v1` }
}
