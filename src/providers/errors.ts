// The failures of vendors under one set of codes, whichever SDK reports them. A message contains only our own words: a
// vendor's text may quote a key, an organisation or the caller, so it is never passed on, and the SDK's error, which
// holds headers and bodies, is not kept as a cause.

import { type AppErrorOptions, ProviderError } from '../base/errors.ts'
import { isAccountReason, isModelReason, type Refusal, RefusedResponse } from './refusal.ts'

export const providerCodes = [
  'refused',
  'auth',
  'limited',
  'timeout',
  'cut',
  'malformed',
  'unavailable',
  'badAudio',
  'aborted',
] as const
export type ProviderCode = (typeof providerCodes)[number]

export type FailureOptions = AppErrorOptions & {
  /** How long the vendor asks us to wait before the next request, in milliseconds. */
  retryAfterMs?: number
  /** HTTP status, when there was one. */
  status?: number
  /** The vendor's machine-readable reason: `insufficient_quota`. */
  reason?: string
  /** The fields of our request that the vendor refuses. */
  parameters?: readonly string[]
  /** The adapter was switched off because of this, and that was reported: no need to report it for every request. */
  isReported?: boolean
}

/** A {@link ProviderError} that also says when to try again. */
export class ProviderFailure extends ProviderError {
  readonly retryAfterMs: number | undefined
  readonly status: number | undefined
  readonly reason: string | undefined
  readonly parameters: readonly string[]
  readonly isReported: boolean
  constructor(
    override readonly code: ProviderCode,
    message: string,
    options: FailureOptions = {},
  ) {
    super(code, message, options)
    this.retryAfterMs = options.retryAfterMs
    this.status = options.status
    this.reason = options.reason
    this.parameters = options.parameters ?? []
    this.isReported = options.isReported ?? false
  }

  /** Whether every further request will fail in the same way until the operator does something. */
  get isPermanent(): boolean {
    return (
      this.code === 'auth' || (this.code === 'refused' && (this.status === 404 || isModelReason(this.reason)))
    )
  }
}

type HeaderReader = { get(name: string): string | null }

/**
 * Reads how long the response headers ask us to wait: `retry-after-ms`, `retry-after` in seconds or as a date, or
 * where a limit is used up, `x-ratelimit-reset-tokens` and `-requests` of Groq and OpenAI (`7.66s`, `2m59.56s`).
 *
 * @param wallMs now, in milliseconds since 1970, for a date
 * @returns milliseconds, or undefined when the headers do not say
 */
export function retryAfterMs(headers: HeaderReader | undefined, wallMs: number): number | undefined {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN)
  if (Number.isFinite(exact) && exact >= 0) return exact
  const text = headers?.get('retry-after')
  if (!text) return headers && resetMs(headers)
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallMs)
}

/** Of the limits that are used up, the one that is restored last. */
function resetMs(headers: HeaderReader): number | undefined {
  const waits = ['tokens', 'requests'].flatMap((kind) => {
    const isUsedUp = headers.get(`x-ratelimit-remaining-${kind}`) === '0'
    const ms = durationMs(headers.get(`x-ratelimit-reset-${kind}`) ?? '')
    // Tokens are refused before the last one is used: the request did not fit into those that were left.
    return ms !== undefined && (isUsedUp || kind === 'tokens') ? [ms] : []
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** `2m59.56s`, `120ms`; undefined for anything else. */
function durationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  return Math.round(parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit], 0))
}

/**
 * @param who the adapter's name; with the status and the vendor's reason all that the message contains
 * @param refusal what the error body says; no credit is `auth` whatever its status, because waiting does not help
 */
export function httpFailure(
  who: string,
  status: number,
  headers?: HeaderReader,
  wallMs = 0,
  refusal?: Refusal,
): ProviderFailure {
  const { reason, parameters = [] } = refusal ?? {}
  const details = [reason, ...parameters].filter((word) => word !== undefined)
  const text = `${who} answered ${status}${details.length > 0 ? ` (${details.join(', ')})` : ''}`
  const about = { status, reason, parameters }
  if (status === 401 || status === 402 || status === 403 || isAccountReason(reason))
    return new ProviderFailure('auth', text, about)
  // 498 is Groq's "flex capacity exceeded", to be treated like 429.
  if (status === 429 || status === 498)
    return new ProviderFailure('limited', text, {
      ...about,
      retryable: true,
      retryAfterMs: retryAfterMs(headers, wallMs),
    })
  if (status === 408 || status === 504)
    return new ProviderFailure('timeout', text, { ...about, retryable: true })
  if (status >= 500 || status === 409 || status === 425)
    return new ProviderFailure('unavailable', text, { ...about, retryable: true })
  return new ProviderFailure('refused', text, about)
}

const resetCodes = new Set(['ECONNRESET', 'ConnectionClosed', 'EPIPE', 'UND_ERR_SOCKET'])

/**
 * Classifies anything that an SDK or `fetch` threw.
 *
 * @param begun whether part of the answer had arrived: then a reset means a cut answer
 */
export function thrownFailure(who: string, error: unknown, begun: boolean, wallMs = 0): ProviderFailure {
  if (error instanceof ProviderFailure) return error
  // Our own parts name the code themselves. A full queue of the embedded voice, for example, is not a fault of it.
  const own = error instanceof ProviderError && providerCodes.find((code) => code === error.code)
  if (own) return new ProviderFailure(own, `${who}: ${error.message}`, { retryable: error.retryable })
  // The SDKs wrap what our `fetch` throws.
  const refused = error instanceof RefusedResponse ? error : (error as { cause?: unknown } | undefined)?.cause
  if (refused instanceof RefusedResponse)
    return httpFailure(who, refused.status, refused.headers, wallMs, refused.refusal)
  const seen = fieldsOf(error)
  if (seen.name === 'AbortError' || seen.kind === 'APIUserAbortError')
    return new ProviderFailure('aborted', `${who}: the request was aborted`)
  if (seen.status !== undefined) return httpFailure(who, seen.status, seen.headers, wallMs)
  if (error instanceof SyntaxError)
    return new ProviderFailure('malformed', `${who} sent an event that is not JSON`, { retryable: true })
  if (/Timeout/.test(seen.kind) || seen.name === 'TimeoutError')
    return new ProviderFailure('timeout', `${who} did not answer in time`, { retryable: true })
  const word = /^[A-Za-z_]{3,40}$/.test(seen.code) ? seen.code : seen.kind
  if (begun) return new ProviderFailure('cut', `${who} broke off (${word})`, { retryable: true })
  const what = resetCodes.has(word) ? 'closed the connection' : 'could not be reached'
  return new ProviderFailure('unavailable', `${who} ${what} (${word})`, { retryable: true })
}

type Seen = { name: string; kind: string; code: string; status?: number; headers?: HeaderReader }

function fieldsOf(error: unknown): Seen {
  if (typeof error !== 'object' || error === null) return { name: typeof error, kind: typeof error, code: '' }
  const fields = error as Record<string, unknown>
  const cause = fields.cause as Record<string, unknown> | undefined
  const status = fields.status ?? fields.statusCode
  return {
    name: String(fields.name ?? ''),
    kind: error.constructor.name,
    code: String(fields.code ?? cause?.code ?? ''),
    status: typeof status === 'number' ? status : undefined,
    headers: readerOf(fields.headers) ?? readerOf((fields.rawResponse as Record<string, unknown>)?.headers),
  }
}

function readerOf(value: unknown): HeaderReader | undefined {
  return typeof (value as HeaderReader | undefined)?.get === 'function' ? (value as HeaderReader) : undefined
}
