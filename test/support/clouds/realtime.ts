// The realtime ears of Mistral and of vLLM, as their documentation, types and source say (see the adapters for where),
// at 16 kHz. Their words come from the script (`setHeard`), because coded frames do not survive another rate.

import type { Server, ServerWebSocket } from 'bun'
import { type Fault, type FaultQueues, sleepMs } from './faults.ts'
import { FakeRecogniser, type Hearing } from './recogniser.ts'

type Fields = Record<string, unknown>

export type RealtimeHabits = {
  /** Voxtral 2 refuses each field of a session but the format. */
  isPlain: boolean
  /** Voxtral 2 does not answer each flush (pipecat, issue 4487). */
  ignoresFlush: boolean
  /** Before vLLM says `transcription.done`, in ms. */
  doneMs: number
}
export const realtimeHabits: RealtimeHabits = { isPlain: false, ignoresFlush: false, doneMs: 20 }

/** One socket, with all that was received on it. */
export type RealtimeConnection = {
  api: 'voxtralEar' | 'vllmEar'
  query: URLSearchParams
  headers: Record<string, string>
  texts: Fields[]
  /** Samples that the model got. */
  samples: number
  recogniser: FakeRecogniser
  faults: Fault[]
  habits: RealtimeHabits
  session: Fields
  /** Words of the utterance that were sent. */
  sent: number
  /** The text of the session, or of the generation. */
  text: string
  inTurn: boolean
  generation: 'none' | 'running' | 'ending'
  /** vLLM: audio and final commits that no generation has taken. */
  queue: (Int16Array | null)[]
  rest: Int16Array
  validated: boolean
  closed?: number
}
type Socket = ServerWebSocket<RealtimeConnection>

const paths: Record<string, RealtimeConnection['api']> = {
  '/v1/audio/transcriptions/realtime': 'voxtralEar',
  '/v1/realtime': 'vllmEar',
}

export function startRealtime(faults: FaultQueues, hearing: () => Hearing, habits: () => RealtimeHabits) {
  const connections: RealtimeConnection[] = []
  const server: Server<RealtimeConnection> = Bun.serve<RealtimeConnection>({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request, self) {
      const url = new URL(request.url)
      const api = paths[url.pathname]
      if (!api) return new Response('not found', { status: 404 })
      const suffered = faults.take(api)
      for (const fault of suffered) {
        if (fault.kind === 'latency') await sleepMs(fault.ms)
        if (fault.kind === 'status')
          return Response.json({ detail: 'Unauthorized' }, { status: fault.status })
      }
      const headers = Object.fromEntries(request.headers)
      if (api === 'voxtralEar' && !headers.authorization) return new Response(null, { status: 401 })
      const data: RealtimeConnection = {
        ...{ api, query: url.searchParams, headers, texts: [], samples: 0, faults: suffered },
        ...{ recogniser: new FakeRecogniser(hearing()), habits: habits(), session: {}, sent: 0, text: '' },
        ...{ inTurn: false, generation: 'none', queue: [], rest: new Int16Array(0), validated: false },
      }
      connections.push(data)
      return self.upgrade(request, { data }) ? undefined : new Response(null, { status: 400 })
    },
    websocket: {
      open: (socket) => say(socket, { type: 'session.created', session: { request_id: 'r' }, id: 'sess-1' }),
      message(socket, message) {
        const fields = JSON.parse(String(message)) as Fields
        socket.data.texts.push(fields)
        if (suffered(socket)) return
        if (socket.data.api === 'voxtralEar') voxtral(socket, fields)
        else vllm(socket, fields)
      },
      close(socket, code) {
        socket.data.closed = code
      },
    },
  })
  return { ws: `ws://127.0.0.1:${server.port}/v1`, connections, stop: () => server.stop(true) }
}

/** @returns whether the socket is gone by a fault of its own */
function suffered(socket: Socket): boolean {
  const { faults, samples } = socket.data
  for (const fault of faults) {
    if (fault.kind === 'wsClose' && samples / 16 >= fault.afterAudioMs) socket.close(fault.code, fault.reason)
    else if (fault.kind === 'wsDrop' && samples / 16 >= fault.afterAudioMs) socket.terminate()
    else continue
    return true
  }
  return false
}

const say = (socket: Socket, fields: Fields) => void socket.send(JSON.stringify(fields))

function refuse(socket: Socket, message: string): void {
  say(socket, { type: 'error', error: { message, code: 3051 } })
  socket.close(1011)
}

const sessionFields = [
  'audio_format',
  'target_streaming_delay_ms',
  'language',
  'context_bias',
  'turn_detection',
]

function voxtral(socket: Socket, fields: Fields) {
  const { data } = socket
  switch (fields.type) {
    case 'session.update': {
      const session = (fields.session ?? {}) as Fields
      if (data.samples > 0) return refuse(socket, 'Session fields cannot be changed after audio has started.')
      const known = data.habits.isPlain ? sessionFields.slice(0, 2) : sessionFields
      if (Object.keys(session).some((name) => !known.includes(name))) return refuse(socket, 'not supported')
      data.session = { ...data.session, ...session }
      return say(socket, { type: 'session.updated', session: data.session })
    }
    case 'input_audio.append':
      for (const frame of framesOf(data, String(fields.audio))) hearVoxtral(socket, frame)
      return
    case 'input_audio.flush':
      if (data.habits.ignoresFlush) return
      voxtralWords(socket, true)
      data.recogniser.take()
      data.sent = 0
      return say(socket, { type: 'transcription.done', text: data.text, language: null, segments: [] })
    case 'input_audio.end':
      return socket.close(1000)
    default:
      return refuse(socket, 'unknown type')
  }
}

function hearVoxtral(socket: Socket, frame: Int16Array): void {
  const { data } = socket
  const turns = 'turn_detection' in data.session
  const began = data.recogniser.push(frame)
  const time_s = data.recogniser.timeS
  if (began && turns && !data.inTurn) {
    data.inTurn = true
    say(socket, { type: 'turn.start', time_s })
  }
  voxtralWords(socket, false)
  if (!data.recogniser.paused(500)) return
  data.recogniser.speaking = false
  voxtralWords(socket, true)
  data.recogniser.take()
  data.sent = 0
  data.inTurn = false
  if (turns) say(socket, { type: 'turn.end', time_s, end_reason: 'threshold' })
}

function voxtralWords(socket: Socket, whole: boolean): void {
  for (const text of newWords(socket.data, whole)) say(socket, { type: 'transcription.text.delta', text })
}

function newWords(data: RealtimeConnection, whole: boolean): string[] {
  const words = data.recogniser.heard(whole).slice(data.sent)
  data.sent += words.length
  return words.map(({ word }) => {
    const piece = data.text === '' ? word : ` ${word}`
    data.text += piece
    return piece
  })
}

function vllm(socket: Socket, fields: Fields) {
  const { data } = socket
  const error = (code: string) => say(socket, { type: 'error', error: 'a sentence', code })
  switch (fields.type) {
    case 'session.update':
      if (fields.model === undefined) return error('invalid_event')
      if (fields.model === 'unknown') return error('model_not_found')
      data.validated = true
      return
    case 'input_audio_buffer.append':
      if (fields.audio === '') return error('invalid_audio')
      data.queue.push(...framesOf(data, String(fields.audio)))
      return generate(socket)
    case 'input_audio_buffer.commit':
      if (!data.validated) return error('model_not_validated')
      if (fields.final === true) data.queue.push(null)
      else if (data.generation === 'none') data.generation = 'running'
      return generate(socket)
    default:
      return error('unknown_event')
  }
}

function generate(socket: Socket): void {
  const { data } = socket
  while (data.generation === 'running' && data.queue.length > 0) {
    const frame = data.queue.shift()
    if (frame === null) {
      data.generation = 'ending'
      setTimeout(() => finish(socket), data.habits.doneMs)
    } else if (frame) {
      data.recogniser.push(frame)
      if (data.recogniser.paused(500)) data.recogniser.speaking = false
      const delta = newWords(data, false).join('')
      say(socket, { type: 'transcription.delta', delta })
    }
  }
}

function finish(socket: Socket): void {
  const { data } = socket
  const delta = newWords(data, true).join('')
  if (delta !== '') say(socket, { type: 'transcription.delta', delta })
  say(socket, { type: 'transcription.done', text: data.text, usage: { prompt_tokens: 1 } })
  data.recogniser.take()
  data.text = ''
  data.sent = 0
  // vLLM forgets what came while the generation ended.
  data.queue.length = 0
  data.generation = 'none'
}

/** Frames of 20 ms at 8 kHz, from samples at 16 kHz that may be cut anywhere. */
function framesOf(data: RealtimeConnection, audio: string): Int16Array[] {
  const bytes = new Uint8Array(Buffer.from(audio, 'base64'))
  const samples = new Int16Array(data.rest.length + bytes.length / 2)
  samples.set(data.rest)
  samples.set(new Int16Array(bytes.buffer), data.rest.length)
  data.samples += bytes.length / 2
  const frames: Int16Array[] = []
  let at = 0
  for (; at + 320 <= samples.length; at += 320)
    frames.push(samples.slice(at, at + 320).filter((_, i) => i % 2 === 0))
  data.rest = samples.slice(at)
  return frames
}
