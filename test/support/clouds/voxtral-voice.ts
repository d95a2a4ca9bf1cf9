// A strict stand-in for the servers that speak with Voxtral over `POST …/audio/speech`: Mistral's own API, vLLM-Omni
// and OpenRouter. It was written from public specifications, not from our adapter, so that it can disagree with it.
// What each server checks and answers is in voxtral-servers.ts; this file is the HTTP around it.

import { type Body, jsonBody } from './fastapi.ts'
import { sleepMs } from './faults.ts'
import { cut } from './voxtral-audio.ts'
import { type Answer, type Piece, type Refusal, type SpeechServer, servers } from './voxtral-servers.ts'

export type VoxtralVoiceOptions = {
  server: keyof typeof servers
  /** The accepted key; undefined is a vLLM without `--api-key`, which looks at no key. */
  key: string | undefined
  models: readonly string[]
  voices: readonly string[]
  /** Text that Mistral's moderation refuses. */
  moderates: (text: string) => boolean
}

export const voxtralVoiceDefaults: VoxtralVoiceOptions = {
  server: 'mistral',
  key: 'test-key',
  // docs.mistral.ai studio/audio/text-to-speech/quickstarts; vLLM-Omni docs/serving/speech_api.md.
  models: ['voxtral-mini-tts-2603', 'voxtral-mini-tts-3-0', 'mistralai/Voxtral-4B-TTS-2603'],
  // docs.jambonz.org tts-vendor-settings/mistral; GET /v1/audio/voices lists them.
  voices: ['fr_marie_neutral', 'gb_jane_neutral', 'en_paul_neutral', 'voice_592', 'casual_female'],
  moderates: () => false,
}

/** What a server may do on top of its specification. The default is an ordinary day. */
export type VoxtralVoiceHabits = {
  /**
   * Audio bytes in each event. 9 600 are 100 ms of f32le; an odd number cuts through samples, which the documentation
   * allows: only the chunks put together make the file (docs.mistral.ai text-to-speech/stream-speech).
   */
  deltaBytes: number
  /** Bytes that reach the network at once: events, lines and characters are cut anywhere. */
  networkBytes: number
  /**
   * False leaves `data:` lines only. Mistral's SDK 2.7 needs the `event:` lines and cannot read a stream without them; a
   * client that goes by the `type` in the data, as a live answer shows it (AreevAI/flowcat issue 19), needs none.
   */
  eventLines: boolean
  lineEnd: '\n' | '\r\n' | '\r'
  /** Comments between the events, which a proxy sends to keep the connection open. Not seen on Mistral. */
  comments: boolean
  /** The first event has no audio. Not seen; the specification has no minimum length. */
  emptyDelta: boolean
  /** An event of a type that the specification does not have yet: the SDK keeps these as UNKNOWN. */
  unknownEvent: boolean
  doneAfterMs: number
  /** The stream ends after the audio without `speech.audio.done`. */
  neverDone: boolean
  /** The engine fails after this many events with audio. */
  failsAfterDeltas: number | undefined
  silent: boolean
  /** Sent with status 200 in place of any answer: the page of a proxy. */
  html: string | undefined
  /** After so many bytes of the body the connection is reset, ends as if whole, or sends nothing more. */
  stops: { afterBytes: number; how: 'reset' | 'end' | 'hang' } | undefined
}

export const voxtralVoiceHabits: VoxtralVoiceHabits = {
  deltaBytes: 9_600,
  networkBytes: 16_001,
  eventLines: true,
  lineEnd: '\n',
  comments: false,
  emptyDelta: false,
  unknownEvent: false,
  doneAfterMs: 0,
  neverDone: false,
  failsAfterDeltas: undefined,
  silent: false,
  html: undefined,
  stops: undefined,
}

/** One request as the stand-in saw it. */
export type VoiceRequest = {
  method: string
  path: string
  headers: Record<string, string>
  body: Body
  /** What was answered; 200 for speech. */
  status: number
  bytesSent: number
  /** The client went away before the end. */
  aborted: boolean
}

export type VoxtralVoice = ReturnType<typeof startVoxtralVoice>

export function startVoxtralVoice(given: Partial<VoxtralVoiceOptions> = {}) {
  const options = { ...voxtralVoiceDefaults, ...given }
  const kind: SpeechServer = servers[options.server]
  const requests: VoiceRequest[] = []
  const refusals: Refusal[] = []
  let habits = { ...voxtralVoiceHabits }

  async function answerTo(request: Request, seen: VoiceRequest): Promise<Answer> {
    if (seen.path !== kind.path) return kind.notFound
    if (request.method !== 'POST')
      return { status: 405, headers: { allow: 'POST' }, body: { detail: 'Method Not Allowed' } }
    const { authorization = '' } = seen.headers
    if (options.key !== undefined && authorization !== `Bearer ${options.key}`) return kind.unauthorized
    const scripted = refusals.shift()
    if (scripted) return scripted
    const read = await jsonBody(request)
    if ('problems' in read) return kind.unfit(read.problems)
    seen.body = read.body as Body
    const problems = kind.problems(read.body)
    if (problems.length > 0) return kind.unfit(problems)
    return kind.speak(seen.body, options, habits)
  }

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    // A cut body is a thrown error to Bun, which would print it.
    error: () => new Response(null, { status: 500 }),
    async fetch(request) {
      const headers = Object.fromEntries(request.headers)
      const { pathname: path } = new URL(request.url)
      const { method } = request
      const seen = { method, path, headers, body: {}, status: 0, bytesSent: 0, aborted: false }
      requests.push(seen)
      request.signal.addEventListener('abort', () => {
        seen.aborted = true
      })
      const answer = await answerTo(request, seen)
      if (habits.html !== undefined && answer.status === 200) {
        seen.status = 200
        return new Response(habits.html, { headers: { 'content-type': 'text/html; charset=utf-8' } })
      }
      seen.status = answer.status
      if ('pieces' in answer)
        return new Response(paced(answer.pieces, habits, seen), { headers: answer.headers })
      return Response.json(answer.body, { status: answer.status, headers: answer.headers })
    },
  })

  return {
    url: `http://127.0.0.1:${server.port}`,
    /** What a client is configured with: everything before `/audio/speech`. */
    baseUrl: `http://127.0.0.1:${server.port}${kind.path.replace('/audio/speech', '')}`,
    requests,
    /** Changes some habits until `reset`. */
    habit(next: Partial<VoxtralVoiceHabits>) {
      habits = { ...habits, ...next }
    },
    /** Answers the next `times` requests that have a right path, method and key with this. */
    refuse(refusal: Refusal, times = 1) {
      for (let i = 0; i < times; i++) refusals.push(refusal)
    },
    reset() {
      requests.length = 0
      refusals.length = 0
      habits = { ...voxtralVoiceHabits }
    },
    stop: () => server.stop(true),
  }
}

/** A body of which `networkBytes` leave at a time, and which may stop before its end. */
function paced(
  pieces: readonly Piece[],
  { networkBytes, stops }: VoxtralVoiceHabits,
  seen: VoiceRequest,
): ReadableStream<Uint8Array> {
  const parts: Piece[] = []
  for (const piece of pieces) {
    if (typeof piece === 'number') parts.push(piece)
    else parts.push(...cut(piece, networkBytes))
  }
  return new ReadableStream({
    async pull(controller) {
      // Without a wait Bun joins pieces, so that no client would ever see a cut.
      await sleepMs(typeof parts[0] === 'number' ? parts[0] : 0)
      if (typeof parts[0] === 'number') parts.shift()
      const part = parts.shift()
      if (part === undefined || typeof part === 'number') return controller.close()
      const left = stops ? stops.afterBytes - seen.bytesSent : Number.POSITIVE_INFINITY
      controller.enqueue(part.subarray(0, left))
      seen.bytesSent += Math.min(part.length, left)
      if (part.length < left) return
      if (stops?.how === 'reset') controller.error()
      else if (stops?.how === 'end') controller.close()
      else await new Promise(() => {})
    },
    cancel() {
      seen.aborted = true
    },
  })
}
