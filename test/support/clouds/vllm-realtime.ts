// A strict stand-in for vLLM's `/v1/realtime`, written from its source, not from our adapter:
// vllm/frontend/entrypoints/speech_to_text/realtime/ (formerly vllm/entrypoints/openai/realtime/) of
// vllm-project/vllm: api_router.py, connection.py, protocol.py. The sentences of errors are those of connection.py.
//
// The protocol looks like OpenAI's and is not: `model` stands at the top of `session.update`, which is never answered.
// A commit without `final` starts an utterance, one with `final` ends it, and only that brings a `done`. A client in
// production goes commit, audio, commit with `final`, wait for `done`: suitenumerique/meet, src/agents/voxtral_vllm_stt.py.

import { isUpgrade, type SocketHabits, startEarServer } from './ear-server.ts'
import { EarSocket } from './ear-socket.ts'
import type { Body } from './fastapi.ts'
import type { Fault } from './faults.ts'
import { StreamedHearing } from './streamed-hearing.ts'

export type VllmRealtimeOptions = {
  /** `--api-key`; undefined looks at no key. */
  key: string | undefined
  models: readonly string[]
  /** What the utterances of a socket are heard as, in their order. */
  heard: readonly string[]
  /** Audio between a word and its text: Voxtral Realtime's default of 6 tokens. */
  delayMs: number
}
export const vllmRealtimeDefaults: VllmRealtimeOptions = {
  key: undefined,
  models: ['mistralai/Voxtral-Mini-4B-Realtime-2602'],
  heard: [],
  delayMs: 480,
}

export type VllmRealtimeHabits = SocketHabits & {
  /** Between the end of an utterance and its `done`. Audio that arrives in between is thrown away. */
  doneAfterMs: number
  neverDone: boolean
  /** In place of the `done`: the engine failed. */
  fails: string | undefined
}
export const vllmRealtimeHabits: VllmRealtimeHabits = {
  handshakeMs: 0,
  doneAfterMs: 5,
  neverDone: false,
  fails: undefined,
  // uvicorn's default `ws_ping_interval`; it closes with 1011 when no pong comes within 20 s.
  pingMs: 20_000,
}

const rateHz = 16_000
/** Of audio for each token, and so for each delta: most of them are empty. */
const tokenMs = 80
/** uvicorn's default `--ws-max-size`. */
const maxMessageBytes = 16 * 1_024 * 1_024

/** One client of the stand-in. */
export class VllmConnection extends EarSocket {
  /** Audio that the server threw away because it came between `final` and `done`. */
  lostMs = 0
  private validated = false
  /** Audio for the next utterance, and null where one ends. */
  private queue: (Uint8Array | null)[] = []
  private readonly hearing: StreamedHearing
  private generation: { text: string; tokens: number; ms: number; pieces: string[] } | undefined
  private finishing = false

  constructor(
    url: URL,
    headers: Record<string, string>,
    faults: Fault[],
    private readonly options: VllmRealtimeOptions,
    private readonly habits: VllmRealtimeHabits,
  ) {
    super(url, headers, faults)
    this.hearing = new StreamedHearing(options.heard, options.delayMs / 1_000)
  }

  greet(): void {
    const id = `sess-${crypto.randomUUID().replaceAll('-', '')}`
    this.send({ type: 'session.created', id, created: Math.floor(Date.now() / 1_000) })
  }

  receive(message: string | Uint8Array) {
    // `receive_text` of Starlette fails on bytes, outside of the inner `try`: the handler returns and the socket ends.
    if (typeof message !== 'string') return this.close(1000, '')
    let event: unknown
    try {
      event = JSON.parse(message)
    } catch {
      return this.fail('Invalid JSON', 'invalid_json')
    }
    if (typeof event !== 'object' || event === null || Array.isArray(event))
      return this.fail(`'${Array.isArray(event) ? 'list' : typeof event}' object has no attribute 'get'`)
    const body = event as Body
    this.received.push(typeof body.audio === 'string' ? { ...body, audio: body.audio.length } : body)
    this.route(body)
  }

  private route(event: Body) {
    switch (event.type) {
      case 'session.update':
        return this.update(event.model)
      case 'input_audio_buffer.append':
        return this.append(event.audio)
      case 'input_audio_buffer.commit':
        if (!this.validated)
          return this.fail(
            'Model not validated. Make sure to validate the model by sending a session.update event.',
            'model_not_validated',
          )
        if (event.final !== undefined && typeof event.final !== 'boolean')
          return this.fail(
            '1 validation error for InputAudioBufferCommit\nfinal\n  Input should be a valid boolean',
          )
        if (event.final) this.queue.push(null)
        // A commit during an utterance is ignored: "Generation already in progress, ignoring commit".
        else this.generation ??= { text: '', tokens: 0, ms: 0, pieces: [] }
        return this.work()
      default:
        return this.fail(`Unknown event type: ${event.type ?? 'None'}`, 'unknown_event')
    }
  }

  private update(model: unknown) {
    if (model === undefined || model === null)
      return this.fail('Missing required field: model', 'invalid_event')
    if (!this.options.models.includes(String(model)))
      return this.fail(`The model \`${model}\` does not exist.`, 'model_not_found')
    this.validated = true
  }

  private append(audio: unknown) {
    if (typeof audio !== 'string') {
      const msg = audio === undefined ? 'Field required' : 'Input should be a valid string'
      return this.fail(`1 validation error for InputAudioBufferAppend\naudio\n  ${msg}`)
    }
    // Python's decoder skips what is not in its alphabet, `-` and `_` too, and wants whole groups of four.
    const digits = audio.replaceAll(/[^A-Za-z0-9+/=]/g, '')
    const bytes = Buffer.from(digits, 'base64')
    if (digits.length % 4 !== 0 || bytes.length === 0 || bytes.length % 2 !== 0)
      return this.fail('Invalid audio data', 'invalid_audio')
    const ms = (bytes.length / 2 / rateHz) * 1_000
    this.heard(bytes, ms)
    this.queue.push(bytes)
    this.work()
  }

  /** Feeds what is queued to the utterance; without one it waits, also a `null`, which then ends the next at once. */
  private work() {
    const { generation } = this
    while (generation && !this.finishing && this.queue.length > 0) {
      const chunk = this.queue.shift()
      if (chunk === null || chunk === undefined) return this.finish(generation)
      const samples = new Int16Array(new Uint8Array(chunk).buffer)
      if (!this.deaf) generation.pieces.push(...this.hearing.push(samples, rateHz))
      generation.ms += (samples.length / rateHz) * 1_000
      while (generation.ms >= tokenMs) {
        generation.ms -= tokenMs
        this.delta(generation.pieces.shift() ?? '')
      }
    }
  }

  private delta(delta: string): void {
    if (!this.generation) return
    this.generation.text += delta
    this.generation.tokens++
    this.send({ type: 'transcription.delta', delta })
  }

  private finish(generation: { text: string; tokens: number; pieces: string[] }) {
    this.finishing = true
    for (const piece of [...generation.pieces, ...this.hearing.flush()]) this.delta(piece)
    this.delta('')
    this.later(this.habits.doneAfterMs, () => {
      const { text, tokens } = generation
      const usage = { prompt_tokens: 39, total_tokens: 39 + tokens, completion_tokens: tokens }
      if (this.habits.fails !== undefined) this.fail(this.habits.fails)
      else if (!this.habits.neverDone)
        this.send({ type: 'transcription.done', text, usage: { ...usage, prompt_tokens_details: null } })
      // "Clear queue for next utterance", after the `done`; a failure leaves it.
      for (const chunk of this.queue) this.lostMs += ((chunk?.length ?? 0) / 2 / rateHz) * 1_000
      this.queue = []
      this.generation = undefined
      this.finishing = false
    })
  }

  private fail(error: string, code = 'processing_error') {
    this.send({ type: 'error', error, code })
  }
}

export function startVllmRealtime(given: Partial<VllmRealtimeOptions> = {}) {
  const options = { ...vllmRealtimeDefaults, ...given }
  const server = startEarServer<VllmConnection, VllmRealtimeHabits>({
    habits: vllmRealtimeHabits,
    maxMessageBytes,
    upgradeHeaders: () => ({}),
    refusal(_request, { pathname }, headers) {
      const [scheme, ...token] = (headers.authorization ?? '').split(' ')
      const known = scheme.toLowerCase() === 'bearer' && token.join(' ') === options.key
      // AuthenticationMiddleware: 401 before the upgrade, under every path of `/v1`.
      if (options.key !== undefined && pathname.startsWith('/v1') && !known)
        return Response.json({ error: 'Unauthorized' }, { status: 401 })
      if (!isUpgrade(headers)) return Response.json({ detail: 'Not Found' }, { status: 404 })
      // Starlette closes a socket of an unknown path before it accepts it, which uvicorn answers with 403. A vLLM whose
      // model is no realtime model has no such path.
      return pathname === '/v1/realtime' ? undefined : new Response(null, { status: 403 })
    },
    connect: (url, headers, faults, habits) => new VllmConnection(url, headers, faults, options, habits),
  })
  /** What a client is configured with: everything before `/realtime`. */
  return { ...server, baseUrl: `${server.url}/v1` }
}
