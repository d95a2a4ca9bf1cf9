// A chat completion's stream, as Groq and every OpenAI-compatible server send it, turned into pieces of text with
// our deadlines. What the vendors' adapters share; it knows no SDK.

import type { Clock } from '../base/clock.ts'
import { ProviderFailure, thrownFailure } from './errors.ts'
import { estimateTokens, type Taken, type TokenLimiter } from './limiter.ts'
import type { LlmRequest } from './llm.ts'
import type { OpenRequests } from './requests.ts'
import { watched } from './watchdog.ts'

/** What one chunk of the stream says. */
export type ChunkReading = { piece: string; finish: string | undefined; totalTokens: number | undefined }

type Fields = Record<string, unknown>
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

/**
 * Reads a chunk; a field that is not there, or is of another kind, says nothing.
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
 * One reply with every fault of a stream told apart.
 *
 * @throws {ProviderFailure} `limited` without asking the vendor when the limiter says so; `timeout`, `cut` (an end
 *   without a reason), `malformed`, and what {@link thrownFailure} makes of the rest
 */
export async function* chatReply(request: LlmRequest, options: ChatOptions): AsyncGenerator<string> {
  const { who, clock, limiter, limits } = options
  if (request.signal.aborted) return
  const taken = takeTokens(request, options)
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
  // A stream that ends without a reason was cut: the SDKs end quietly there (measured).
  if (finish === undefined)
    throw new ProviderFailure('cut', `${who} ended without a reason`, { retryable: true })
  if (!begun) throw new ProviderFailure('malformed', `${who} answered nothing`, { retryable: true })
}

function takeTokens(request: LlmRequest, { limiter, who }: ChatOptions): Taken | undefined {
  if (!limiter) return undefined
  const taken = limiter.take(estimateTokens(request.messages, request.maxTokens))
  if ('tokens' in taken) return taken
  throw new ProviderFailure('limited', `${who}: the minute's tokens are used up`, {
    retryable: true,
    retryAfterMs: taken.waitMs,
  })
}
