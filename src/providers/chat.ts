// Turns a chat completion's stream, as Groq and every OpenAI-compatible server send it, into pieces of text, with our
// deadlines. Reasoning is left out, in whatever way it is delivered. The vendors' adapters share it; it knows no SDK.

import type { Clock } from '../base/clock.ts'
import type { Metrics } from '../base/metrics.ts'
import { number, type Values } from '../base/setting.ts'
import { fieldsOf, readChunk } from './chat-chunk.ts'
import { ProviderFailure, thrownFailure } from './errors.ts'
import { doneEvent, eventsOf, malformed } from './event-stream.ts'
import { estimateTokens, type Reservation, type Taken, TokenLimiter } from './limiter.ts'
import type { LlmRequest } from './llm.ts'
import { readRefusal } from './refusal.ts'
import type { OpenRequests } from './requests.ts'
import type { SharedLimits } from './shared-limits.ts'
import { createThoughtFilter } from './thoughts.ts'
import { TokenTally } from './token-tally.ts'
import type { tokenUsage } from './usage.ts'
import { watched } from './watchdog.ts'

/** Hidden reasoning uses up the same tokens as the answer, so it gets tokens of its own on top, by its effort. */
export const effortTokens = { none: 0, minimal: 128, low: 256, medium: 1_024, high: 4_096 } as const

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
  { clock, metrics, limits }: { clock: Clock; metrics: Metrics; limits?: SharedLimits },
): TokenLimiter {
  return new TokenLimiter({
    clock,
    ...(limits && { shared: { tokens: limits.tokens, model } }),
    tokensPerMinute: values.LLM_TOKENS_PER_MINUTE,
    refused: metrics.counter('llm_limited_total', 'Requests held back by the shared token limit', { model }),
  })
}

export type ChatOptions = {
  who: string
  clock: Clock
  limits: ChatLimits
  limiter?: TokenLimiter
  /** Counts the tokens of each answer that began. */
  count?: ReturnType<typeof tokenUsage>
  requests: OpenRequests
  /** Sends the request; `signal` ends it and its stream. */
  open: (signal: AbortSignal) => Promise<Response>
  /** Called when the model has reasoned, in any way: its next requests need tokens for that. */
  onThought?: () => void
}

/** Ends that leave the last sentence unfinished. */
const truncating: ReadonlySet<string> = new Set(['length', 'max_tokens', 'content_filter'])

/**
 * One reply, piece by piece. Each way in which a stream can fail has its own error code.
 *
 * Reasoning is a sign of life: it counts against `gapMs`, no longer against `firstTokenMs`. How long a model may reason
 * in all is the chain's decision.
 *
 * @throws {ProviderFailure} `limited` without a request when the limiter has no tokens left; `timeout`, `cut` (neither
 *   a reason nor `[DONE]`), `malformed`, and what {@link thrownFailure} makes of other errors
 */
export async function* chatReply(request: LlmRequest, options: ChatOptions): AsyncGenerator<string> {
  const { who, clock, limits } = options
  if (request.signal.aborted) return
  const reserved = reserveTokens(request, options)
  const taken = reserved instanceof Promise ? await reserved : reserved
  const control = new AbortController()
  options.requests.add(control)
  const stop = () => {
    options.requests.remove(control)
    control.abort()
  }
  const signal = AbortSignal.any([request.signal, control.signal])
  const firstAtMs = clock.now() + limits.firstTokenMs
  const watch = { clock, who, signal: request.signal }
  const end: End = { finish: undefined, done: false }
  let begun = false
  try {
    const pieces = readStream(options, signal, { end, taken, tally: new TokenTally(request.messages) })
    for await (const piece of watched(pieces, { firstAtMs, gapMs: limits.gapMs }, watch, stop)) {
      if (piece !== '') {
        begun = true
        yield piece
      } else if (!begun) request.onSign?.('thinking')
    }
  } catch (error) {
    if (request.signal.aborted) return
    throw thrownFailure(who, error, begun, clock.wallMs())
  }
  if (request.signal.aborted) return
  // A stream that ends without one of the two signs was cut off: the body just closes there.
  if (end.finish === undefined && !end.done)
    throw new ProviderFailure('cut', `${who} ended without a reason`, { retryable: true })
  if (!begun) throw malformed(who, 'an empty answer')
  if (truncating.has(end.finish ?? '')) request.onSign?.('truncated')
}

/** The two signs that an answer is whole; some servers send only one of them. */
type End = { finish: string | undefined; done: boolean }

type Reading = { end: End; taken: Reservation | undefined; tally: TokenTally }

/** @returns the pieces of text; an empty one is a sign of life */
async function* readStream(
  options: ChatOptions,
  signal: AbortSignal,
  { end, taken, tally }: Reading,
): AsyncGenerator<string> {
  const { who, limiter, count, onThought } = options
  const response = await options.open(signal)
  limiter?.learn(response.headers)
  const filter = createThoughtFilter()
  let begun = false
  try {
    for await (const data of eventsOf(who, response)) {
      if (data === doneEvent) {
        end.done = true
        break
      }
      const reading = readChunk(parseEvent(who, data, begun))
      end.finish = reading.finish || end.finish
      tally.take(reading)
      const piece = filter.push(reading.piece)
      if (reading.thinks || filter.thought) onThought?.()
      begun ||= piece !== ''
      // Reasoning after the first words does not keep a silent answer alive.
      if (piece !== '' || (!begun && (reading.thinks || reading.piece !== ''))) yield piece
    }
    const rest = filter.end()
    if (rest !== '') yield rest
  } finally {
    // Also of an answer that was cut off or given up: its vendor bills it.
    const { counts, isEstimate } = tally.counts()
    count?.(counts, isEstimate)
    if (taken && tally.total !== undefined) limiter?.used(taken, tally.total)
  }
}

function parseEvent(who: string, data: string, begun: boolean): unknown {
  let event: unknown
  try {
    event = JSON.parse(data)
  } catch {
    // The parser's message quotes the data, which is what the caller hears or said.
    throw malformed(who, 'an event that is not JSON')
  }
  const { error } = fieldsOf(event)
  if (error === undefined || error === null) return event
  const { reason } = readRefusal(data, [])
  const text = `${who} sent an error in its stream${reason === undefined ? '' : ` (${reason})`}`
  throw new ProviderFailure(begun ? 'cut' : 'unavailable', text, { retryable: true, reason })
}

function reserveTokens(
  request: LlmRequest,
  { limiter, who }: ChatOptions,
): Reservation | undefined | Promise<Reservation> {
  const taken = limiter?.take(estimateTokens(request.messages, request.maxTokens))
  return taken instanceof Promise ? taken.then((later) => granted(later, who)) : taken && granted(taken, who)
}

function granted(taken: Taken, who: string): Reservation {
  if ('tokens' in taken) return taken
  throw new ProviderFailure('limited', `${who}: this minute's tokens are used up`, {
    retryable: true,
    retryAfterMs: taken.waitMs,
  })
}
