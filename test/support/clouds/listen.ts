// Deepgram's two live recognisers as a client sees them: the messages of `/v1/listen` (nova) and `/v2/listen` (Flux),
// what they refuse, and how they close. Fields are those of the SDK's own types.

import type { ServerWebSocket } from 'bun'
import type { Fault } from './faults.ts'
import { type EarHabits, earHabits } from './habits.ts'
import { FakeRecogniser, type Hearing } from './recogniser.ts'

export type ListenApi = 'nova' | 'flux'

/** One socket, with all that was received on it. */
export type Connection = {
  api: ListenApi
  id: string
  query: URLSearchParams
  headers: Record<string, string>
  texts: Record<string, unknown>[]
  bytes: number
  /** Sizes of the binary messages, in the order they came. */
  sizes: number[]
  recogniser: FakeRecogniser
  closed: { code: number; reason: string } | undefined
  faults: Fault[]
  habits: EarHabits
  state: { muted: boolean; deaf: boolean; dead: boolean; idle: Timer | undefined }
  /** `Configure` messages without an answer so far. */
  unacked: number
  /** The settings in effect, by query and `Configure`; for tests. */
  keyterms: readonly string[]
  /** Where the frames of this connection are cut, because messages may end anywhere. */
  rest: Uint8Array
  sequence: number
  turn: number
  lastUpdateS: number
  utteranceEnded: boolean
  eager: boolean
  /** When results with words left, in milliseconds since 1970 with a fraction; for benches. */
  sent: { atMs: number; isFinal: boolean; speechFinal: boolean }[]
}

export type Socket = ServerWebSocket<Connection>

export function createConnection(
  api: ListenApi,
  url: URL,
  headers: Record<string, string>,
  faults: Fault[],
  hearing: Hearing,
  habits: Partial<EarHabits> = {},
): Connection {
  return {
    api,
    id: crypto.randomUUID(),
    query: url.searchParams,
    headers,
    texts: [],
    bytes: 0,
    sizes: [],
    recogniser: new FakeRecogniser(hearing),
    closed: undefined,
    faults,
    habits: { ...earHabits, ...habits },
    state: { muted: false, deaf: false, dead: false, idle: undefined },
    unacked: 0,
    keyterms: url.searchParams.getAll('keyterm'),
    rest: new Uint8Array(0),
    sequence: 0,
    turn: 0,
    lastUpdateS: 0,
    utteranceEnded: true,
    eager: false,
    sent: [],
  }
}

/** @returns what the vendor says to a request it does not take, or undefined */
export function refusal(
  api: ListenApi,
  url: URL,
  authorization: string,
): { status: number; body: object } | undefined {
  if (!/^(Token|token|Bearer) .+/.test(authorization) || authorization.includes('bad-key'))
    return { status: 401, body: { err_code: 'INVALID_AUTH', err_msg: 'Invalid credentials.' } }
  const model = url.searchParams.get('model') ?? ''
  const wrong = (text: string) => ({
    status: 400,
    body: { err_code: 'INVALID_QUERY_PARAMETER', err_msg: text },
  })
  if (api === 'nova' && model.startsWith('nova-3') && url.searchParams.has('keywords'))
    return wrong('Keywords are not supported for Nova-3. Please use `keyterm` instead.')
  if (api === 'flux' && !model.startsWith('flux-')) return wrong('Invalid model')
  if (url.searchParams.get('encoding') !== 'linear16') return wrong('This fake hears linear16 only')
  const eot = Number(url.searchParams.get('eot_threshold') ?? 0.7)
  if (Number(url.searchParams.get('eager_eot_threshold') ?? 0) > eot)
    return wrong('eager_eot_threshold must not be above eot_threshold')
  if (!Number.isInteger(Number(url.searchParams.get('eot_timeout_ms') ?? 3_000)))
    return wrong('eot_timeout_ms must be an integer')
  return undefined
}

/** Bun's `close` without a code sends 1000; Flux closes without a code, and a client sees 1005. */
const idleReason =
  'Deepgram did not receive audio data or a text message within the timeout window. See https://dpgr.am/net0001'

export const listenSocket = (idleMs: number) => {
  const arm = (socket: Socket) => {
    const { state } = socket.data
    clearTimeout(state.idle)
    state.idle = setTimeout(() => socket.close(1011, idleReason), idleMs)
  }
  return {
    open(socket: Socket) {
      const connection = socket.data
      const { habits, query } = connection
      if (connection.api === 'flux')
        send(socket, { type: 'Connected', request_id: connection.id, sequence_id: connection.sequence++ })
      else if (habits.diesAfterMs !== undefined) send(socket, metadata(connection))
      arm(socket)
      if (query.get('sample_rate') !== String(habits.rateHz)) {
        send(socket, { type: 'Error', description: `sample_rate=${habits.rateHz} only.` })
        socket.close(4400, 'invalid session')
      } else if (habits.diesAfterMs !== undefined)
        setTimeout(() => socket.close(1011, 'NET-0000'), habits.diesAfterMs)
    },
    message(socket: Socket, message: string | Buffer) {
      arm(socket)
      if (typeof message === 'string') onText(socket, message)
      else onAudio(socket, message)
    },
    close(socket: Socket, code: number, reason: string) {
      clearTimeout(socket.data.state.idle)
      socket.data.state.dead = true
      socket.data.closed = { code, reason }
    },
  }
}

function send(socket: Socket, message: object | string): void {
  if (socket.data.state.muted || socket.readyState !== 1) return
  socket.send(typeof message === 'string' ? message : JSON.stringify(message))
}

function onText(socket: Socket, text: string): void {
  const connection = socket.data
  let message: Record<string, unknown>
  try {
    message = JSON.parse(text)
  } catch {
    socket.close(1008, 'DATA-0000: could not parse text message')
    return
  }
  connection.texts.push(message)
  const flux = connection.api === 'flux'
  switch (message.type) {
    case 'KeepAlive':
      return
    case 'Finalize':
      if (connection.habits.finalize === 'refuses') socket.close(4400, 'Finalize is not supported')
      else if (!flux && connection.habits.finalize === 'answers') results(socket, true, false, true)
      return
    case 'CloseStream':
      if (flux) {
        if (connection.recogniser.hasWords) endTurn(socket, 'model')
      } else {
        results(socket, true, false)
        send(socket, metadata(connection))
      }
      socket.close(1000)
      return
    case 'Configure':
      configure(socket, message)
      return
    case 'ForceEndTurn':
      if (flux) endTurn(socket, 'manual')
      return
    default:
      if (!flux) return
      send(socket, {
        type: 'Error',
        sequence_id: connection.sequence++,
        code: 'UNPARSABLE_CLIENT_MESSAGE',
        description: 'Unknown message type',
      })
      socket.close(1008, 'UNPARSABLE_CLIENT_MESSAGE')
  }
}

/** Answers a `Configure`, each after the server's own delay. More of them without an answer than the cap ends the socket. */
function configure(socket: Socket, message: Record<string, unknown>): void {
  const connection = socket.data
  const { habits } = connection
  if (habits.configure === 'ignores') return
  if (++connection.unacked > habits.maxUnacked) {
    socket.close(1008, 'TOO_MANY_PENDING_CONFIGURES')
    return
  }
  const answer = () => {
    connection.unacked--
    const base = { request_id: connection.id, sequence_id: connection.sequence++ }
    if (habits.configure === 'errors') send(socket, { type: 'Error', code: 'KeytermsNotSupported', ...base })
    else if (habits.configure === 'fails') send(socket, { type: 'ConfigureFailure', ...base })
    else {
      if (Array.isArray(message.keyterms)) connection.keyterms = message.keyterms as string[]
      send(socket, { ...message, type: 'ConfigureSuccess', ...base, keyterms: connection.keyterms })
    }
  }
  if (habits.configureMs === 0) answer()
  else setTimeout(answer, habits.configureMs)
}

/** A frame at the call's rate: every second sample of audio at 16 kHz. */
function halved(frame: Int16Array): Int16Array {
  const out = new Int16Array(frame.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = frame[2 * i]
  return out
}

function onAudio(socket: Socket, message: Buffer): void {
  const connection = socket.data
  connection.bytes += message.byteLength
  connection.sizes.push(message.byteLength)
  const bytes = new Uint8Array(connection.rest.length + message.byteLength)
  bytes.set(connection.rest)
  bytes.set(message, connection.rest.length)
  const wide = connection.habits.rateHz === 16_000
  const frameBytes = wide ? 640 : 320
  let at = 0
  for (; at + frameBytes <= bytes.length; at += frameBytes) {
    const frame = new Int16Array(bytes.slice(at, at + frameBytes).buffer)
    if (connection.state.dead) return
    hear(socket, wide ? halved(frame) : frame)
  }
  connection.rest = bytes.slice(at)
}

function hear(socket: Socket, frame: Int16Array): void {
  const connection = socket.data
  const { recogniser } = connection
  const began = recogniser.push(frame)
  if (began) connection.utteranceEnded = false
  if (connection.api === 'nova') hearNova(socket, began)
  else hearFlux(socket, began)
  suffer(socket)
}

function hearNova(socket: Socket, began: boolean): void {
  const connection = socket.data
  const { recogniser, query } = connection
  if (began && query.get('vad_events') === 'true')
    send(socket, { type: 'SpeechStarted', channel: [0], timestamp: recogniser.timeS - 0.02 })
  const endpointing = query.get('endpointing') === 'false' ? Infinity : Number(query.get('endpointing') ?? 10)
  const utteranceEndMs = Number(query.get('utterance_end_ms') ?? Infinity)
  const { habits } = connection
  if (recogniser.paused(endpointing)) {
    results(socket, !habits.neverFinal, !habits.neverFinal)
    recogniser.speaking = false
  } else if (
    recogniser.speaking &&
    query.get('interim_results') === 'true' &&
    recogniser.timeS - connection.lastUpdateS >= 0.5
  ) {
    connection.lastUpdateS = recogniser.timeS
    results(socket, false, false)
    if (habits.lateUtteranceEnd)
      send(socket, { type: 'UtteranceEnd', channel: [0, 1], last_word_end: recogniser.timeS - 3 })
    // Silence is made final too, with an empty transcript.
  } else if (
    !habits.silentInSilence &&
    !habits.neverFinal &&
    !recogniser.speaking &&
    recogniser.timeS - recogniser.segmentStartS >= 1
  )
    results(socket, true, false)
  if (!connection.utteranceEnded && (recogniser.timeS - recogniser.lastWordEndS) * 1_000 >= utteranceEndMs) {
    connection.utteranceEnded = true
    send(socket, { type: 'UtteranceEnd', channel: [0, 1], last_word_end: recogniser.lastWordEndS })
  }
}

function hearFlux(socket: Socket, began: boolean): void {
  const connection = socket.data
  const { recogniser, query } = connection
  if (began) {
    if (connection.eager) turn(socket, 'TurnResumed', 0.1)
    else turn(socket, 'StartOfTurn', 0.05)
    connection.eager = false
    return
  }
  if (!recogniser.hasWords) return
  const eager = query.get('eager_eot_threshold')
  if (eager && !connection.eager && recogniser.paused(160)) {
    connection.eager = true
    recogniser.speaking = false
    turn(socket, 'EagerEndOfTurn', Number(eager))
  } else if (
    (recogniser.speaking || connection.eager) &&
    recogniser.silenceMs >= 320 &&
    pausedWhole(connection)
  )
    endTurn(socket, 'model')
  else if (recogniser.timeS - connection.lastUpdateS >= 0.25) turn(socket, 'Update', 0.2)
}

function pausedWhole(connection: Connection): boolean {
  if (connection.eager) return true
  return connection.recogniser.paused(320)
}

function suffer(socket: Socket): void {
  const connection = socket.data
  const ms = connection.recogniser.timeS * 1_000
  for (const fault of connection.faults) {
    if (!('afterAudioMs' in fault) || ms < fault.afterAudioMs) continue
    fault.afterAudioMs = Infinity
    if (fault.kind === 'wsMute') connection.state.muted = true
    if (fault.kind === 'wsDeaf') connection.state.deaf = true
    if (fault.kind === 'wsGarbage') send(socket, '{not json')
    if (fault.kind === 'wsClose' || fault.kind === 'wsDrop') connection.state.dead = true
    if (fault.kind === 'wsClose') socket.close(fault.code, fault.reason)
    if (fault.kind === 'wsDrop') socket.terminate()
  }
}

const wordsOf = (connection: Connection, whole: boolean) =>
  connection.state.deaf ? [] : connection.recogniser.heard(whole)

function results(socket: Socket, isFinal: boolean, speechFinal: boolean, fromFinalize = false): void {
  const connection = socket.data
  const { recogniser } = connection
  const words = wordsOf(connection, isFinal)
  if (words.length > 0)
    connection.sent.push({ atMs: performance.timeOrigin + performance.now(), isFinal, speechFinal })
  send(socket, {
    type: 'Results',
    channel_index: [0, 1],
    duration: Math.round((recogniser.timeS - recogniser.segmentStartS) * 1_000) / 1_000,
    start: recogniser.segmentStartS,
    is_final: isFinal,
    speech_final: speechFinal,
    from_finalize: fromFinalize,
    channel: {
      alternatives: [
        {
          transcript: words.map((word) => word.word).join(' '),
          confidence: words.length ? 0.99 : 0,
          words: words.map(({ word, start, end }) => ({
            word,
            start,
            end,
            confidence: 0.99,
            punctuated_word: word,
          })),
        },
      ],
    },
    metadata: {
      request_id: connection.id,
      model_info: {
        name: connection.query.get('model') ?? 'general-nova-3',
        version: '2026-01-01.0',
        arch: 'nova-3',
      },
      model_uuid: 'fake',
    },
  })
  if (!isFinal) return
  recogniser.take()
  connection.lastUpdateS = recogniser.timeS
}

function turn(socket: Socket, event: string, confidence: number, trigger?: string): void {
  const connection = socket.data
  const { recogniser, query } = connection
  const words = wordsOf(connection, event !== 'Update' && event !== 'StartOfTurn')
  connection.lastUpdateS = recogniser.timeS
  send(socket, {
    type: 'TurnInfo',
    request_id: connection.id,
    sequence_id: connection.sequence++,
    event,
    turn_index: connection.turn,
    audio_window_start: recogniser.segmentStartS,
    audio_window_end: recogniser.timeS,
    transcript: words.map((word) => word.word).join(' '),
    words: words.map(({ word, start, end }) => ({ word, confidence: 0.99, start, end })),
    end_of_turn_confidence: confidence,
    ...(trigger ? { trigger } : {}),
    ...(query.get('model') === 'flux-general-multi'
      ? { languages: ['fr'], languages_hinted: query.getAll('language_hint') }
      : {}),
  })
}

function endTurn(socket: Socket, trigger: string): void {
  const connection = socket.data
  turn(socket, 'EndOfTurn', 0.9, trigger)
  connection.recogniser.take()
  connection.recogniser.speaking = false
  connection.turn++
  connection.eager = false
}

const metadata = (connection: Connection) => ({
  type: 'Metadata',
  transaction_key: 'deprecated',
  request_id: connection.id,
  sha256: '0'.repeat(64),
  created: '2026-01-01T00:00:00.000Z',
  duration: connection.recogniser.timeS,
  channels: 1,
})
