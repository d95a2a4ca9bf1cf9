// What the three servers of Voxtral speech check and answer. Each fact names its source; "not verified" stands where no
// public source shows it.

import { type Body, type Problem, problemsOf, type Rules } from './fastapi.ts'
import { contentTypes, type SpeechFormat } from './speech.ts'
import { cut, encoded, spokenSamples } from './voxtral-audio.ts'
import type { VoxtralVoiceHabits, VoxtralVoiceOptions } from './voxtral-voice.ts'

export type Refusal = { status: number; headers?: Record<string, string>; body: unknown }
/** Bytes of a body, or a pause in ms. */
export type Piece = Uint8Array | number
export type Answer = Refusal | { status: 200; headers: Record<string, string>; pieces: Piece[] }

export type SpeechServer = {
  path: string
  notFound: Refusal
  unauthorized: Refusal
  problems(body: unknown): Problem[]
  unfit(problems: readonly Problem[]): Refusal
  speak(body: Body, options: VoxtralVoiceOptions, habits: VoxtralVoiceHabits): Promise<Answer>
}

const everyFormat = ['pcm', 'wav', 'mp3', 'flac', 'opus']

/** On every answer, seen on live ones: `x-ratelimit-limit-req-minute: 60` and its like, not `…-requests`. */
export const mistralLimits = {
  'x-ratelimit-limit-req-minute': '60',
  'x-ratelimit-remaining-req-minute': '59',
}
/** `raw_status_code` was added in 2026; older answers end with `code`. */
const mistralError = (status: number, type: string, message: unknown, code: string | null): Refusal => ({
  status,
  headers: mistralLimits,
  body: { object: 'error', message, type, param: null, code, raw_status_code: status },
})

/** A limit per minute. Live answers have no documented `retry-after`; `zero` is a key without any allowance. */
export const rateLimited = (zero = false): Refusal => ({
  ...mistralError(429, 'rate_limited', 'Rate limit exceeded', '1300'),
  headers: {
    'x-ratelimit-limit-req-minute': zero ? '0' : '60',
    'x-ratelimit-remaining-req-minute': '0',
  },
})

/**
 * SpeechRequest of mistralai/client-ts (July 2026), and `expressiveness` of Voxtral 3 (docs.jambonz.org). The SDK lets
 * other fields pass, the API does not: BerriAI/litellm pull request 38755 drops `speed` and `instructions` because
 * "Mistral 422s on them".
 */
const mistralRules: Rules = {
  input: { type: 'string', required: true },
  model: { type: 'string', nullable: true },
  metadata: { type: 'object', nullable: true },
  stream: { type: 'boolean' },
  prompt_cache_key: { type: 'string', nullable: true },
  voice_id: { type: 'string', nullable: true },
  ref_audio: { type: 'string', nullable: true },
  response_format: { type: 'string', oneOf: everyFormat },
  expressiveness: { type: 'number', nullable: true },
}

const mistral: SpeechServer = {
  path: '/v1/audio/speech',
  // Live answers carry the headers of Kong, whose own words these are; not verified for this API.
  notFound: { status: 404, body: { message: 'no Route matched with those values' } },
  // agent0ai/agent-zero issue 539.
  unauthorized: { status: 401, body: { detail: 'Unauthorized' } },
  problems: (body) => problemsOf(body, mistralRules),
  // Live: the list is inside the error object's message. The specification's `{detail: […]}` was seen as well.
  unfit: (detail) => mistralError(422, 'invalid_request_error', { detail }, null),
  async speak(body, options, habits) {
    const model = body.model ?? options.models[0]
    // SnarfNL/HA_MistralAI issue 14.
    if (!options.models.includes(String(model)))
      return mistralError(400, 'invalid_model', `Invalid model: ${model}`, '1500')
    // That a voice is needed: TEN-framework pull request 2194. The words are not verified.
    if (!body.voice_id && !body.ref_audio)
      return mistralError(400, 'invalid_request_error', 'Either voice_id or ref_audio is required', null)
    // AreevAI/flowcat issue 19, pipecat-ai/docs pull request 891; type and code are not verified.
    if (body.voice_id && !options.voices.includes(String(body.voice_id)))
      return mistralError(404, 'not_found_error', `Voice '${body.voice_id}' not found`, null)
    // 403 for moderated text: docs.mistral.ai text_to_speech/speech. The body is not verified.
    const input = String(body.input)
    if (options.moderates(input)) return mistralError(403, 'forbidden', 'Content was moderated', null)
    // mp3 when no format is asked for: crmne/ruby_llm's provider; not in the specification.
    const format = (body.response_format ?? 'mp3') as SpeechFormat
    if (!(format in contentTypes)) return mistralError(500, 'stand_in', `the stand-in has no ${format}`, null)
    // `pcm` is f32le, 24 kHz, mono: docs.mistral.ai text_to_speech/speech ("Raw float32 LE samples"), pipecat
    // services/mistral/tts.py, TEN-framework pull request 2194.
    const bytes = await encoded(spokenSamples(input, habits.silent), format, 'f32')
    const headers = mistralLimits
    if (body.stream !== true)
      return { status: 200, headers, body: { audio_data: Buffer.from(bytes).toString('base64') } }
    const tokens = { prompt_tokens: input.length, completion_tokens: 12, total_tokens: input.length + 12 }
    return eventStream(bytes, habits, headers, {
      delta: (audio_data) => ({ type: 'speech.audio.delta', audio_data }),
      done: { type: 'speech.audio.done', usage: { ...tokens, prompt_audio_seconds: null } },
      // Not verified: no source shows an error after the stream began.
      failed: mistralError(500, 'internal_server_error', 'Service unavailable.', '3000').body,
    })
  },
}

/** vllm_omni/entrypoints/openai/protocol/audio.py, OpenAICreateSpeechRequest: other fields are ignored. */
const omniRules: Rules = {
  input: { type: 'string', required: true },
  model: { type: 'string', nullable: true },
  voice: { type: 'string', nullable: true },
  ref_audio: { type: 'string', nullable: true },
  instructions: { type: 'string', nullable: true },
  response_format: { type: 'string', oneOf: everyFormat },
  sample_rate: { type: 'integer', nullable: true },
  speed: { type: 'number', nullable: true },
  stream_format: { type: 'string', nullable: true, oneOf: ['sse', 'audio'] },
  stream: { type: 'boolean' },
}
/** ErrorResponse of vLLM: the code is the status as a number. */
const vllmError = (status: number, type: string, message: string, param: string | null = null): Refusal => ({
  status,
  body: { error: { message, type, param, code: status } },
})

const omni: SpeechServer = {
  path: '/v1/audio/speech',
  notFound: { status: 404, body: { detail: 'Not Found' } },
  // AuthenticationMiddleware of vLLM.
  unauthorized: { status: 401, body: { error: 'Unauthorized' } },
  problems: (body) => problemsOf(body, omniRules, ['body'], 'ignored'),
  // vLLM answers 400, not 422, to what pydantic refuses; the words of the message are not verified.
  unfit: (problems) =>
    vllmError(400, 'Bad Request', problems.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ')),
  async speak(body, options, habits) {
    if (body.model !== undefined && !options.models.includes(String(body.model)))
      return vllmError(404, 'NotFoundError', `The model \`${body.model}\` does not exist.`, 'model')
    const bad = (message: string) => vllmError(400, 'BadRequestError', message)
    const raw = body.stream_format === 'audio'
    const events = !raw && (body.stream === true || body.stream_format === 'sse')
    const format = (body.response_format ?? 'wav') as SpeechFormat
    if ((raw || events) && format !== 'pcm' && format !== 'wav')
      return vllmError(400, 'Bad Request', "Streaming requires response_format='pcm' or 'wav'.")
    // tts_adapters/voxtral.py, in this order. The name of a voice is lowered before it is looked up.
    const input = String(body.input)
    if (input.trim() === '') return bad('Input text cannot be empty')
    if (body.voice == null && body.ref_audio == null)
      return bad("Either 'voice' (preset speaker) or 'ref_audio' (voice cloning) must be provided")
    const voice = String(body.voice).toLowerCase()
    if (body.voice != null && !options.voices.includes(voice))
      return bad(`Invalid speaker '${voice}'. Supported: ${[...options.voices].sort().join(', ')}`)
    if ((raw || events) && (body.speed ?? 1) !== 1)
      return bad('Streaming is not supported with speed adjustment.')
    if (!(format in contentTypes)) return vllmError(500, 'StandIn', `the stand-in has no ${format}`)
    const bytes = await encoded(spokenSamples(input, habits.silent), format, 's16')
    const tokens = { input_tokens: input.length, output_tokens: 12, total_tokens: input.length + 12 }
    if (!events) {
      const counts: Record<string, string> = raw
        ? {}
        : { 'x-vllm-omni-total-tokens': `${tokens.total_tokens}` }
      return { status: 200, headers: { 'content-type': contentTypes[format], ...counts }, pieces: [bytes] }
    }
    const input_token_details = { text_tokens: input.length, audio_tokens: 0 }
    const failed = { message: 'EngineDeadError', type: 'server_error', param: null, code: 500 }
    return eventStream(
      bytes,
      habits,
      {},
      {
        // docs/serving/speech_api.md. Before June 2026 (pull requests 4490, 4679) the
        // field was `delta`, and `stream` alone streamed bytes.
        delta: (audio) => ({ type: 'speech.audio.delta', audio, response_format: format }),
        done: { type: 'speech.audio.done', usage: { ...tokens, input_token_details } },
        failed: { type: 'speech.audio.error', error: failed },
      },
    )
  },
}

/** openrouter.ai docs/api/api-reference/tts: model, input and voice are required, the body is audio, never events. */
const openRouterRules: Rules = {
  input: { type: 'string', required: true },
  model: { type: 'string', required: true },
  voice: { type: 'string', required: true },
  response_format: { type: 'string', oneOf: ['mp3', 'pcm'] },
  speed: { type: 'number' },
  provider: { type: 'object' },
}
const openRouterError = (code: number, message: string): Refusal => ({
  status: code,
  body: { error: { code, message } },
})

const openRouter: SpeechServer = {
  path: '/api/v1/audio/speech',
  // Error bodies of OpenRouter: that they are JSON is documented, their words are not verified.
  notFound: openRouterError(404, 'Not Found'),
  unauthorized: openRouterError(401, 'No auth credentials found'),
  problems: (body) => problemsOf(body, openRouterRules, ['body'], 'ignored'),
  unfit: (problems) =>
    openRouterError(400, problems.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ')),
  async speak(body, options, habits) {
    const known = options.models.map((model) => `mistralai/${model}`)
    if (!known.includes(String(body.model)))
      return openRouterError(400, `${body.model} is not a valid model ID`)
    if (!options.voices.includes(String(body.voice)))
      return openRouterError(400, `Voice '${body.voice}' not found`)
    const format = (body.response_format ?? 'pcm') as SpeechFormat
    // The content type states rate and channels. That its samples are s16le, not Mistral's f32le, is not verified.
    const bytes = await encoded(spokenSamples(String(body.input), habits.silent), format, 's16')
    const type = format === 'pcm' ? 'audio/pcm;rate=24000;channels=1' : contentTypes[format]
    const headers = { 'content-type': type, 'x-generation-id': 'gen-tts-1764300000-standin' }
    return { status: 200, headers, pieces: [bytes] }
  },
}

export const servers = { mistral, 'vllm-omni': omni, openrouter: openRouter } satisfies Record<
  string,
  SpeechServer
>

type SpeechEvent = { type: string } & Record<string, unknown>
type Events = { delta: (base64: string) => SpeechEvent; done: SpeechEvent; failed: unknown }

/** Server-sent events with the audio in base64. */
function eventStream(
  bytes: Uint8Array,
  habits: VoxtralVoiceHabits,
  headers: Record<string, string>,
  { delta, done, failed }: Events,
): Answer {
  const { deltaBytes, lineEnd, failsAfterDeltas } = habits
  const event = (data: unknown) => {
    const { type } = data as { type?: string }
    const name = habits.eventLines && type?.startsWith('speech.') ? [`event: ${type}`] : []
    return [...name, `data: ${JSON.stringify(data)}`, '', ''].join(lineEnd)
  }
  const deltas = cut(bytes, deltaBytes).map((piece) => event(delta(Buffer.from(piece).toString('base64'))))
  if (habits.emptyDelta) deltas.unshift(event(delta('')))
  if (habits.unknownEvent) deltas.splice(1, 0, event({ type: 'speech.audio.timing', words: [] }))
  const failing = failsAfterDeltas !== undefined
  const sent = failing ? [...deltas.slice(0, failsAfterDeltas), event(failed)] : deltas
  const comment = habits.comments ? `: keep-alive${lineEnd}${lineEnd}` : ''
  const text = sent.map((one) => comment + one).join('')
  const end = habits.neverDone || failing ? '' : event(done)
  const wait = habits.doneAfterMs > 0 ? [habits.doneAfterMs] : []
  return {
    status: 200,
    headers: { ...headers, 'content-type': 'text/event-stream; charset=utf-8' },
    pieces: [new TextEncoder().encode(text), ...wait, new TextEncoder().encode(end)],
  }
}
