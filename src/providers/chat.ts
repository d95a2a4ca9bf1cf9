// Turns a chat completion's stream, as Groq and every OpenAI-compatible server send it, into pieces of text, with our
// deadlines. The vendors' adapters share it; it knows no SDK.

import type { Clock } from '../base/clock.ts'
import type { Metrics } from '../base/metrics.ts'
import { number, type Values } from '../base/setting.ts'
import { ProviderFailure, thrownFailure } from './errors.ts'
import { estimateTokens, type Reservation, TokenLimiter } from './limiter.ts'
import type { LlmRequest } from './llm.ts'
import type { OpenRequests } from './requests.ts'
import { watched } from './watchdog.ts'

/** What one chunk of the stream contains. */
export type ChunkReading = { piece: string; finish: string | undefined; totalTokens: number | undefined }

type Fields = Record<string, unknown>
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

/**
 * Reads a chunk and ignores a field that is absent or has another type.
 *
 * Groq repeats the usage under `x_groq`; other servers send it in a last chunk without choices.
 */
export function readChunk(chunk: unknown): ChunkReading {
  const fields = fieldsOf(chunk)
  const choice = Array.isArray(fields.choices) ? fieldsOf(fields.choices[0]) : {}
  const content = fieldsOf(choice.delta).content
  const usage = fieldsOf(fields.usage ?? fieldsOf(fields.x_groq).usage)
  return {
    piece: typeof content === 'string' ? content : '',
    finish: typeof choice.finish_reason === 'string' ? choice.finish_reason : undefined,
    totalTokens: typeof usage.total_tokens === 'number' ? usage.total_tokens : undefined,
  }
}

export type ChatLimits = {
  /** From the request to the first text. */
  firstTokenMs: number
  /** From one piece of text to the next. */
  gapMs: number
}
export const chatDefaults = { firstTokenMs: 1_500, gapMs: 1_000 } as const satisfies ChatLimits

/** The settings of every model that streams chat completions. */
export const chatSettings = {
  LLM_ATTEMPT_MS: number(
    chatDefaults.firstTokenMs,
    'ms',
    200,
    20_000,
    'longest wait for the first token of one attempt; then the next model is asked',
  ),
  LLM_GAP_MS: number(chatDefaults.gapMs, 'ms', 100, 20_000, 'longest silence of a model within an answer'),
  LLM_TOKENS_PER_MINUTE: number(
    0,
    'tokens',
    0,
    100_000_000,
    'limit for all calls together, until the vendor’s headers say more; 0 sets none',
  ),
}
type ChatValues = Values<typeof chatSettings>

export const chatLimits = (values: ChatValues): ChatLimits => ({
  firstTokenMs: values.LLM_ATTEMPT_MS,
  gapMs: values.LLM_GAP_MS,
})

/** @returns the limiter of one model, for all calls */
export function createLimiter(
  model: string,
  values: ChatValues,
  { clock, metrics }: { clock: Clock; metrics: Metrics },
): TokenLimiter {
  return new TokenLimiter({
    clock,
    tokensPerMinute: values.LLM_TOKENS_PER_MINUTE,
    refused: metrics.counter('llm_limited_total', 'Requests held back by the shared token limit', { model }),
  })
}

/** An open stream: its chunks and its headers. */
export type ChatStream = { chunks: AsyncIterable<unknown>; headers: { get(name: string): string | null } }

export type ChatOptions = {
  who: string
  clock: Clock
  limits: ChatLimits
  limiter?: TokenLimiter
  requests: OpenRequests
  /** Sends the request; `signal` ends it and its stream. */
  open: (signal: AbortSignal) => Promise<ChatStream>
}

/**
 * One reply, piece by piece. Each way in which a stream can fail has its own error code.
 *
 * @throws {ProviderFailure} `limited` without a request when the limiter has no tokens left; `timeout`, `cut` (an end
 *   without a reason), `malformed`, and what {@link thrownFailure} makes of other errors
 */
export async function* chatReply(request: LlmRequest, options: ChatOptions): AsyncGenerator<string> {
  const { who, clock, limiter, limits } = options
  if (request.signal.aborted) return
  const taken = reserveTokens(request, options)
  const control = new AbortController()
  options.requests.add(control)
  const stop = () => {
    options.requests.remove(control)
    control.abort()
  }
  const signal = AbortSignal.any([request.signal, control.signal])
  const firstAtMs = clock.now() + limits.firstTokenMs
  const watch = { clock, who, signal: request.signal }
  let begun = false
  let finish: string | undefined
  async function* pieces(): AsyncGenerator<string> {
    const { chunks, headers } = await options.open(signal)
    limiter?.learn(headers)
    for await (const chunk of chunks) {
      const reading = readChunk(chunk)
      finish = reading.finish ?? finish
      if (reading.totalTokens !== undefined && taken) limiter?.used(taken, reading.totalTokens)
      if (reading.piece !== '') yield reading.piece
    }
  }
  try {
    for await (const piece of watched(pieces(), { firstAtMs, gapMs: limits.gapMs }, watch, stop)) {
      begun = true
      yield piece
    }
  } catch (error) {
    if (request.signal.aborted) return
    throw thrownFailure(who, error, begun, clock.wallMs())
  }
  if (request.signal.aborted) return
  // A stream that ends without a reason was cut off: the SDKs end without an error there (measured).
  if (finish === undefined)
    throw new ProviderFailure('cut', `${who} ended without a reason`, { retryable: true })
  if (!begun) throw new ProviderFailure('malformed', `${who} sent an empty answer`, { retryable: true })
}

function reserveTokens(request: LlmRequest, { limiter, who }: ChatOptions): Reservation | undefined {
  if (!limiter) return undefined
  const taken = limiter.take(estimateTokens(request.messages, request.maxTokens))
  if ('tokens' in taken) return taken
  throw new ProviderFailure('limited', `${who}: this minute's tokens are used up`, {
    retryable: true,
    retryAfterMs: taken.waitMs,
  })
}
