// The protocol that OpenAI, Groq and many local servers share, for language models and Whisper. A vendor adds its SDK
// and the body of its requests; the two SDKs have the same methods, because one generator makes both.

import { rateHz } from '../audio/pcm.ts'
import type { Clock } from '../base/clock.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Endpoint } from './adapter.ts'
import { type ChatLimits, chatReply } from './chat.ts'
import { Dialect } from './dialect.ts'
import { type ProviderFailure, thrownFailure } from './errors.ts'
import type { TokenLimiter } from './limiter.ts'
import type { Llm, LlmRequest } from './llm.ts'
import { fetchOrRefuse } from './refusal.ts'
import { OpenRequests } from './requests.ts'
import type { Stt } from './stt.ts'
import { transcriptionOf } from './transcription.ts'
import { audioUsage, type Billed, tokenUsage } from './usage.ts'
import { createUtteranceStt, type UtteranceDeps, type UtteranceTuning } from './utterance.ts'

const silent = { error() {}, warn() {}, info() {}, debug() {} }

/**
 * What every client is made with: the SDK's own retries, timeouts and log lines are off. It would sleep 300 s on a
 * `retry-after` without noticing an abort, and it prints the data of a malformed event, which is what callers said.
 */
const sdkOptions = ({ apiKey, baseUrl }: Endpoint) => ({
  apiKey,
  baseURL: baseUrl,
  maxRetries: 0,
  // Our own deadlines are far shorter; this one only frees requests that they gave up on.
  timeout: 30_000,
  logLevel: 'off' as const,
  logger: silent,
  // The SDKs pass on only a part of an error body.
  fetch: fetchOrRefuse as typeof fetch,
})
export type SdkOptions = ReturnType<typeof sdkOptions>

/** The part of an SDK's client that is used here. */
export type CompatibleClient<Body> = {
  chat: {
    completions: {
      create(body: Body, options: { signal: AbortSignal }): { asResponse(): Promise<Response> }
    }
  }
  audio: {
    transcriptions: {
      create(fields: TranscriptionFields & { file: File }, options: { signal: AbortSignal }): Promise<unknown>
    }
  }
}

/**
 * @param load imports the SDK and creates its client
 * @returns a function that does so once, on first use
 */
export function lazyClient<C>(endpoint: Endpoint, load: (options: SdkOptions) => Promise<C>) {
  let client: Promise<C> | undefined
  return (): Promise<C> => {
    client ??= load(sdkOptions(endpoint))
    return client
  }
}

/** Tokens on top of the answer's for a model that reasons although it was not asked to. */
const thoughtTokens = 1_024

export type ChatModel<Body> = {
  /** The adapter's name. */
  name: string
  model: string
  client: () => Promise<CompatibleClient<Body>>
  /** The body of a request that asks for a stream; the server's refusals may change it. */
  body: (request: LlmRequest) => Body
  limits: ChatLimits
  billed?: Billed
}

/** @param deps.limiter shared by all calls, one per model, because the vendors count per model */
export function createChatModel<Body extends object>(
  { name, model, client, body, limits, billed }: ChatModel<Body>,
  { clock, limiter, metrics }: { clock: Clock; limiter?: TokenLimiter; metrics?: Metrics },
): Llm {
  const requests = new OpenRequests()
  const count = billed && metrics && tokenUsage(metrics, billed)
  const dialect = new Dialect()
  let thinks = false
  const bodyOf = (request: LlmRequest) =>
    body(thinks ? { ...request, maxTokens: request.maxTokens + thoughtTokens } : request)
  return {
    name,
    model,
    billed,
    reply: (request) =>
      chatReply(request, {
        who: name,
        ...{ clock, limits, limiter, count, requests },
        onThought: () => {
          thinks = true
        },
        open: async (signal) => {
          const { chat } = await client()
          return dialect.send(
            { ...bodyOf(request) } as Record<string, unknown>,
            (fields) => chat.completions.create(fields as Body, { signal }).asResponse(),
            (error) => thrownFailure(name, error, false, clock.wallMs()),
          )
        },
      }),
    close: () => requests.close(),
  }
}

export type TranscriptionModel = {
  /** The adapter's name. */
  name: string
  model: string
  client: () => Promise<CompatibleClient<never>>
  billed?: Billed
  /** The vendor counts at least so many seconds for each request. */
  leastS?: number
}

/** A recogniser behind `audio.transcriptions`, such as Whisper: one request per utterance. */
export function createTranscriber(
  { name, model, client, billed, leastS = 0 }: TranscriptionModel,
  deps: UtteranceDeps,
  tuning: Partial<UtteranceTuning> = {},
): Stt {
  // The gpt-4o-transcribe and gpt-transcribe families take json only.
  let format: TranscriptionFields['response_format'] = model.startsWith('gpt-') ? 'json' : 'verbose_json'
  const heardS = billed && audioUsage(deps.metrics, billed)
  const stt = createUtteranceStt(
    name,
    async ({ wav, language, keyterms, signal }) => {
      const { audio } = await client()
      const ask = async (response_format: TranscriptionFields['response_format']) => {
        const file = new File([wav as Uint8Array<ArrayBuffer>], 'utterance.wav', { type: 'audio/wav' })
        const fields = transcriptionFields(model, language, keyterms, response_format)
        const answer = await audio.transcriptions.create({ ...fields, file }, { signal })
        heardS?.add(Math.max(leastS, wavSeconds(wav)))
        return transcriptionOf(answer)
      }
      if (format === 'json') return ask('json')
      try {
        return await ask(format)
      } catch (error) {
        if (!isRefusal(thrownFailure(name, error, false))) throw error
        const transcription = await ask('json')
        // Without the richer format the server answers, so it was the fault; all later requests do without it.
        format = 'json'
        return transcription
      }
    },
    deps,
    tuning,
  )
  return { ...stt, billed }
}

/** The length of an utterance, which writeWav made: a head of 44 bytes, then 16-bit samples. */
const wavSeconds = (wav: Uint8Array): number => (wav.length - 44) / (2 * rateHz)

/** Whether the server did not take the request as it was. */
const isRefusal = ({ status }: ProviderFailure): boolean => status === 400 || status === 422

export type TranscriptionFields = {
  model: string
  language: string
  /** `verbose_json` has segments with the probability that nobody spoke. */
  response_format: 'json' | 'verbose_json'
  temperature?: 0
  prompt?: string
  keywords?: string[]
}

/** The most keywords that `gpt-transcribe` gets. */
const mostKeywords = 100

/**
 * @param keyterms words to expect; Whisper reads them as what was said just before, 224 tokens at most, while
 *   `gpt-transcribe` has a field for them
 */
export function transcriptionFields(
  model: string,
  language: string,
  keyterms: readonly string[],
  response_format: TranscriptionFields['response_format'] = 'json',
): TranscriptionFields {
  const fields = { model, language, response_format }
  if (model.startsWith('gpt-transcribe'))
    return keyterms.length === 0 ? fields : { ...fields, keywords: keyterms.slice(0, mostKeywords) }
  const prompt = keyterms.join(', ').slice(0, 400)
  return { ...fields, temperature: 0, ...(prompt === '' ? {} : { prompt }) }
}
