// The fake clouds: Deepgram's recognisers and voice, chat completions, speech and transcriptions on one server of
// this machine. The real SDKs talk to it. Nothing here is imported by the program.

import {
  type ChatBody,
  type ChatScript,
  chatError,
  chatEvents,
  defaultReply,
  groqHeaders,
  piecesOf,
} from './chat.ts'
import type { Habit } from './chat-habits.ts'
import { type Api, type Fault, FaultQueues, sleepMs } from './faults.ts'
import type { EarHabits, VoiceHabits, WhisperHabits } from './habits.ts'
import { type Connection, createConnection, type ListenApi, listenSocket, refusal } from './listen.ts'
import { fakeModels, type ModelLists, modelList } from './model-lists.ts'
import type { Hearing } from './recogniser.ts'
import { contentTypes, pieces, type SpeechFormat, speechChunks } from './speech.ts'
import { hang, type Seen, streamed } from './stream.ts'
import { misfit, type TemplateName, templates } from './templates.ts'
import { transcribe } from './transcriptions.ts'
import { startVllmRealtime } from './vllm-realtime.ts'
import type { Vocabulary } from './vocabulary.ts'
import { startVoxtralRealtime } from './voxtral-realtime.ts'
import { startVoxtralVoice } from './voxtral-voice.ts'

export type FakesOptions = {
  /** 0 takes any free port. */
  port: number
  /** A recogniser's socket without audio or text is closed after this long. */
  idleMs: number
  /** What uncoded audio is heard as, utterance by utterance. */
  heard: readonly string[]
  /** Sentences that uncoded audio is recognised as by its sound; with these, `heard` says nothing. */
  knows: Vocabulary | undefined
  /** Whether the utterances are counted anew for each call, which the request's tag names, or over all of them. */
  heardPer: 'call' | 'server'
  chat: ChatScript
  /** The key that Mistral's stand-ins accept. */
  key: string
}
/** Every chat template that a server may have. */
const everyTemplate = Object.keys(templates) as TemplateName[]
export const fakesDefaults: FakesOptions = {
  port: 0,
  idleMs: 10_000,
  heard: [],
  knows: undefined,
  heardPer: 'server',
  chat: () => piecesOf(defaultReply),
  key: 'test-key',
}

export type Fakes = ReturnType<typeof startFakes>

type Habits = {
  nova: Partial<EarHabits>
  flux: Partial<EarHabits>
  transcriptions: Partial<WhisperHabits>
  speech: Partial<VoiceHabits>
  aura: Partial<VoiceHabits>
}
const noHabits = (): Habits => ({
  nova: {},
  flux: {},
  transcriptions: {},
  speech: {},
  aura: {},
})

export function startFakes(given: Partial<FakesOptions> = {}) {
  const options = { ...fakesDefaults, ...given }
  const faults = new FaultQueues()
  const connections: Connection[] = []
  const requests: Seen[] = []
  const scripted = (texts: readonly string[]): Hearing => ({ kind: 'script', texts, next: 0 })
  let texts = options.heard
  let hearing = scripted(texts)
  let chat = options.chat
  const habits = noHabits()
  let chatHabit: Habit | undefined
  let models = fakeModels
  let listStatus = 200
  let listReads = 0
  const byCall = new Map<string, Hearing>()
  const hearingOf = (tag: string | null): Hearing => {
    if (options.knows) return { kind: 'sound', vocabulary: options.knows }
    if (options.heardPer === 'server' || tag === null) return hearing
    const own = byCall.get(tag) ?? scripted(texts)
    byCall.set(tag, own)
    return own
  }
  const hear = (given: readonly string[]) => {
    texts = given
    earTexts.splice(0, earTexts.length, ...given)
    hearing = scripted(given)
    byCall.clear()
  }

  /** The same array for every socket, so that a test may change it. */
  const earTexts: string[] = [...texts]
  const voxtralVoice = startVoxtralVoice({ key: options.key })
  const ears = {
    voxtral: startVoxtralRealtime({ key: options.key, heard: earTexts }),
    vllm: startVllmRealtime({ heard: earTexts }),
  }
  const server = Bun.serve<Connection>({
    port: options.port,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    // A cut body is a thrown error to Bun, which would print it.
    error: () => new Response(null, { status: 500 }),
    async fetch(request, self) {
      const url = new URL(request.url)
      const headers = Object.fromEntries(request.headers)
      if (headers.upgrade?.toLowerCase() !== 'websocket') return answer(request, url, headers)
      const api = socketApis[url.pathname]
      if (!api) return new Response('not found', { status: 404 })
      const suffered = faults.take(api)
      const early = await beforeHeaders(suffered, (status, body) => deepgramError(status, body))
      if (early) return early
      await sleepMs(habits[api].handshakeMs ?? 0)
      const refused = refusal(api, url, headers.authorization ?? '')
      if (refused) return deepgramError(refused.status, refused.body)
      const hearing = hearingOf(url.searchParams.get('tag'))
      const connection = createConnection(api, url, headers, suffered, hearing, habits[api])
      connections.push(connection)
      const upgraded = self.upgrade(request, {
        data: connection,
        headers: { 'dg-request-id': connection.id },
      })
      return upgraded ? undefined : new Response('upgrade failed', { status: 400 })
    },
    websocket: { idleTimeout: 0, sendPings: false, ...listenSocket(options.idleMs) },
  })

  async function answer(request: Request, url: URL, headers: Record<string, string>): Promise<Response> {
    if (url.pathname === '/fakes/sent')
      return Response.json(connections.map(({ query, sent }) => ({ callId: query.get('tag'), sent })))
    if (request.method === 'GET' && listPaths.has(url.pathname)) {
      listReads++
      return listStatus === 200
        ? modelList(models, headers)
        : Response.json(chatError(listStatus), { status: listStatus })
    }
    const api = httpApis[url.pathname]
    if (!api || request.method !== 'POST')
      return Response.json(
        { error: { message: 'Unknown request URL', code: 'unknown_url' } },
        { status: 404 },
      )
    const form = api === 'transcriptions' ? await request.formData() : undefined
    const body = form ? fieldsOf(form) : ((await request.json()) as Record<string, unknown>)
    const seen: Seen = {
      api,
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
      aborted: false,
      hangs: false,
      chunksSent: 0,
    }
    requests.push(seen)
    request.signal.addEventListener('abort', () => {
      seen.aborted = true
    })
    const suffered = faults.take(api)
    const early = await beforeHeaders(
      suffered,
      (status, given, more) =>
        Response.json(given ?? chatError(status), { status, headers: { ...groqHeaders, ...more } }),
      seen,
    )
    if (early) return early
    const authorization = headers.authorization ?? ''
    if (!/^(Bearer|Token) .+/.test(authorization) || authorization.includes('bad-key'))
      return Response.json(chatError(401), { status: 401 })
    switch (api) {
      case 'chat': {
        const asked = body as unknown as ChatBody
        const unlike = chatHabit?.(asked)
        if (unlike instanceof Response) return unlike
        if (unlike) return streamed(unlike, suffered, seen, { 'content-type': 'text/event-stream' })
        const message = misfit(everyTemplate, asked.messages)
        if (message !== undefined) return Response.json({ error: { message } }, { status: 400 })
        return streamed(chatEvents(asked, chat(asked)), suffered, seen, {
          'content-type': 'text/event-stream',
          ...groqHeaders,
        })
      }
      case 'transcriptions':
        return transcribe(form?.get('file'), body, hearingOf(null), habits.transcriptions)
      case 'voxtralVoice':
        return streamedFrom(await askStandIn(), suffered, seen)
      case 'aura':
        return voice(String(body.text), 'pcm', Number(url.searchParams.get('sample_rate') ?? 24_000))
      default: {
        const text = String(body.input)
        if (text.length > 4_096) return Response.json(chatError(400), { status: 400 })
        return voice(text, (body.response_format ?? 'mp3') as SpeechFormat, 24_000)
      }
    }

    /** Mistral's own stand-in checks and speaks; the faults come on the way. */
    function askStandIn(): Promise<Response> {
      const sent = { authorization, 'content-type': 'application/json' }
      const asked = { method: 'POST', headers: sent, body: JSON.stringify(body) }
      return fetch(`${voxtralVoice.baseUrl}/audio/speech`, asked)
    }

    async function voice(text: string, format: SpeechFormat, rateHz: number): Promise<Response> {
      const { sends, contentType = contentTypes[format] } = habits[seen.api === 'aura' ? 'aura' : 'speech']
      const body = typeof sends === 'string' ? new TextEncoder().encode(sends) : sends
      const chunks = body === undefined ? await speechChunks(text, format, rateHz) : pieces(body)
      return streamed(chunks, suffered, seen, contentType === null ? {} : { 'content-type': contentType })
    }
  }

  return {
    port: server.port as number,
    url: `http://127.0.0.1:${server.port}`,
    ws: `ws://127.0.0.1:${server.port}`,
    /** Every socket and every request so far, oldest first. */
    connections,
    requests,
    /** The stand-ins of Mistral's and vLLM's ears, and of Mistral's voice, each a server of its own. */
    ears,
    voxtralVoice,
    faults,
    fault(api: Api, fault: Fault | readonly Fault[], times = 1) {
      const ear = api === 'voxtralEar' ? ears.voxtral : api === 'vllmEar' ? ears.vllm : undefined
      if (!ear) faults.add(api, fault, times)
      else for (let i = 0; i < times; i++) ear.fault(...[fault].flat())
    },
    /** Gives an API habits, until `reset`. */
    habit<A extends keyof Habits>(api: A, given: Habits[A]) {
      habits[api] = given
    },
    setChat(next: ChatScript) {
      chat = next
    },
    /** Makes the chat server behave in a way of its own until `reset`. */
    setChatHabit(next: Habit | undefined) {
      chatHabit = next
    },
    setHeard: hear,
    /** How often a list of models was read. */
    get listReads() {
      return listReads
    },
    /** How requests for a list of models are answered, until `reset`. */
    setListStatus(status: number) {
      listStatus = status
    },
    /** The lists of models, until `reset`. */
    setModels(next: ModelLists) {
      models = next
    },
    reset() {
      connections.length = 0
      for (const one of [ears.voxtral, ears.vllm, voxtralVoice]) one.reset()
      requests.length = 0
      faults.clear()
      Object.assign(habits, noHabits())
      chat = options.chat
      chatHabit = undefined
      models = fakeModels
      listStatus = 200
      listReads = 0
      hear(options.heard)
    },
    stop: () => Promise.all([server, voxtralVoice, ears.voxtral, ears.vllm].map((one) => one.stop(true))),
  }
}

type Form = Awaited<ReturnType<Request['formData']>>

const listPaths: ReadonlySet<string> = new Set(['/v1/models', '/openai/v1/models', '/mistral/v1/models'])

/** An answer in pieces, event by event where it is a stream of events. */
async function streamedFrom(response: Response, suffered: readonly Fault[], seen: Seen): Promise<Response> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('text/event-stream')) return response
  const events = (await response.text()).split(/(?<=\n\n)/)
  return streamed(events, suffered, seen, { 'content-type': type })
}

const socketApis: Record<string, ListenApi | undefined> = { '/v1/listen': 'nova', '/v2/listen': 'flux' }
const httpApis: Record<string, Exclude<Api, 'nova' | 'flux' | 'voxtralEar' | 'vllmEar'> | undefined> = {
  '/openai/v1/chat/completions': 'chat',
  '/v1/chat/completions': 'chat',
  '/v1/audio/speech': 'speech',
  '/mistral/v1/audio/speech': 'voxtralVoice',
  '/v1/speak': 'aura',
  '/openai/v1/audio/transcriptions': 'transcriptions',
  '/v1/audio/transcriptions': 'transcriptions',
}

async function beforeHeaders(
  suffered: readonly Fault[],
  refuse: (status: number, body: unknown, headers?: Record<string, string>) => Response,
  seen?: Seen,
): Promise<Response | undefined> {
  for (const fault of suffered) {
    if (fault.kind === 'latency') await sleepMs(fault.ms)
    if (fault.kind === 'hang' && fault.at === 'headers') await hang(seen)
    if (fault.kind === 'status') return refuse(fault.status, fault.body, fault.headers)
  }
  return undefined
}

function deepgramError(status: number, body: unknown): Response {
  const id = crypto.randomUUID()
  const fields = (body ?? { err_code: 'ERROR', err_msg: `fake ${status}` }) as Record<string, unknown>
  return Response.json(
    { ...fields, request_id: id },
    { status, headers: { 'dg-request-id': id, 'dg-error': String(fields.err_msg ?? '') } },
  )
}

function fieldsOf(form: Form): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  form.forEach((value, name) => {
    fields[name] = typeof value === 'string' ? value : value.size
  })
  return fields
}
