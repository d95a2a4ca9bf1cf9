import { expect, test } from 'bun:test'
import {
  httpFailure,
  type ProviderCode,
  ProviderFailure,
  retryAfterMs,
  thrownFailure,
} from '../../src/providers/errors.ts'

const nowMs = Date.UTC(2026, 10, 23, 9, 0, 0)
const waits: [headers: Record<string, string>, ms: number | undefined][] = [
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': '300' }, 300_000],
  [{ 'retry-after-ms': '150', 'retry-after': '1' }, 150],
  [{ 'retry-after': 'Mon, 23 Nov 2026 09:00:10 GMT' }, 10_000],
  [{ 'retry-after': 'Mon, 23 Nov 2026 08:00:00 GMT' }, 0],
  [{ 'retry-after': '-5' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{}, undefined],
  [{ 'x-ratelimit-reset-tokens': '7.66s' }, 7_660],
  [{ 'retry-after': '2', 'x-ratelimit-reset-tokens': '7.66s' }, 2_000],
  [{ 'x-ratelimit-reset-tokens': '120ms', 'x-ratelimit-reset-requests': '2m59.56s' }, 120],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '2m59.56s' }, 179_560],
  [{ 'x-ratelimit-reset-tokens': 'soon' }, undefined],
]
test.each(waits)('%j asks to wait %p ms', (headers, ms) => {
  expect(retryAfterMs(new Headers(headers), nowMs)).toBe(ms as number)
})

const statuses: [status: number, code: ProviderCode, retryable: boolean][] = [
  [400, 'refused', false],
  [401, 'auth', false],
  [402, 'auth', false],
  [403, 'auth', false],
  [404, 'refused', false],
  [408, 'timeout', true],
  [409, 'unavailable', true],
  [413, 'refused', false],
  [422, 'refused', false],
  [429, 'limited', true],
  [498, 'limited', true],
  [500, 'unavailable', true],
  [502, 'unavailable', true],
  [503, 'unavailable', true],
  [504, 'timeout', true],
  [529, 'unavailable', true],
]
test.each(statuses)('HTTP %d is %s, retryable: %p', (status, code, retryable) => {
  expect(httpFailure('groq', status)).toMatchObject({ code, retryable, status })
})

class APIConnectionTimeoutError extends Error {}
class APIUserAbortError extends Error {}
const named = (name: string) => Object.assign(new Error('secret'), { name })
const coded = (code: string) => Object.assign(new TypeError('secret'), { code })

const thrown: [what: string, error: unknown, begun: boolean, code: ProviderCode][] = [
  ['a reset before the answer', coded('ECONNRESET'), false, 'unavailable'],
  ['a reset in it', coded('ECONNRESET'), true, 'cut'],
  ['a refused connection', coded('ECONNREFUSED'), false, 'unavailable'],
  ['a reset as the cause', new Error('secret', { cause: coded('ECONNRESET') }), false, 'unavailable'],
  ['invalid JSON', new SyntaxError('secret'), true, 'malformed'],
  ['an abort', named('AbortError'), true, 'aborted'],
  ['the SDKs’ abort', new APIUserAbortError('secret'), false, 'aborted'],
  ['the SDKs’ time-out', new APIConnectionTimeoutError('secret'), false, 'timeout'],
  ['a status', Object.assign(new Error('secret'), { status: 503 }), false, 'unavailable'],
  ['Deepgram’s status', Object.assign(new Error('secret'), { statusCode: 401 }), false, 'auth'],
  ['a code that is a sentence', coded('my secret key'), false, 'unavailable'],
  ['a string', 'secret', false, 'unavailable'],
  ['nothing', undefined, true, 'cut'],
]
test.each(thrown)('%s gets its code, and nothing of its text is kept', (_what, error, begun, code) => {
  const failure = thrownFailure('groq', error, begun)
  expect(failure.code).toBe(code)
  expect(`${failure.message} ${String(failure.cause)}`).not.toContain('secret')
})

test('a ProviderFailure stays as it is', () => {
  const failure = new ProviderFailure('limited', 'x', { retryAfterMs: 5 })
  expect(thrownFailure('groq', failure, true)).toBe(failure)
})

test('the headers of an SDK’s error say how long to wait', () => {
  const error = Object.assign(new Error('x'), { status: 429, headers: new Headers({ 'retry-after': '7' }) })
  expect(thrownFailure('groq', error, false)).toMatchObject({ code: 'limited', retryAfterMs: 7_000 })
  const deepgram = Object.assign(new Error('x'), {
    statusCode: 429,
    rawResponse: { headers: new Headers({ 'retry-after': '9' }) },
  })
  expect(thrownFailure('aura', deepgram, false)).toMatchObject({ code: 'limited', retryAfterMs: 9_000 })
})
