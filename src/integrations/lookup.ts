// Asks the operator's own system who a line belongs to (LOOKUP_URL), while the caller hears the welcome. The answer
// comes in time or not at all: a system that is slow, dead, or answers anything else than its JSON changes no call.

import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { latencyBoundsMs, type Metrics } from '../base/metrics.ts'
import { Breaker } from '../providers/breaker.ts'
import { type Customer, customerSchema } from './customer.ts'

export type LookupQuestion = { callId: string; callerNumber: string; dialled: string | null }

export type Lookup = {
  /** @returns undefined when nothing is known of the line, in time. Never rejects */
  find(question: LookupQuestion): Promise<Customer | undefined>
}

type Send = (url: string, init: RequestInit) => Promise<Response>

export type LookupOptions = {
  url: string
  /** Sent as a bearer token; empty sends none. */
  token: string
  /** Ignore answers that come later than this, body included. */
  deadlineMs: number
  clock: Clock
  log: Log
  metrics: Metrics
  fetch?: Send
}

/** A customer's JSON has some hundred bytes; more than this is not read. */
const maxBytes = 65_536
/** Requests at once; a call beyond that begins without an answer. */
const maxAtOnce = 64

type Result = 'found' | 'unknown' | 'late' | 'failed' | 'skipped'
const results: readonly Result[] = ['found', 'unknown', 'late', 'failed', 'skipped']

export function createLookup(options: LookupOptions): Lookup {
  const { url, token, deadlineMs, clock, log, metrics, fetch: send = fetch } = options
  const total = (result: Result) =>
    metrics.counter('lookups_total', 'Look-ups of callers by result (LOOKUP_URL)', { result })
  for (const result of results) total(result)
  const tookMs = metrics.histogram('lookup_ms', 'Milliseconds until a look-up answered', latencyBoundsMs)
  const breaker = new Breaker('lookup', metrics)
  let atOnce = 0
  let isFailing = false

  const ask = async (question: LookupQuestion, signal: AbortSignal): Promise<Customer | undefined> => {
    const response = await send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token !== '' && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(question),
      // Another host would get number and token.
      redirect: 'manual',
      signal,
    })
    if (response.status === 404 || response.status === 204) {
      await response.body?.cancel()
      return undefined
    }
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`answered ${response.status}`)
    }
    return customerSchema.parse(JSON.parse(await shortText(response)))
  }

  return {
    async find(question) {
      const permit = atOnce < maxAtOnce ? breaker.enter() : undefined
      if (permit === undefined) {
        total('skipped').add()
        return undefined
      }
      atOnce++
      const over = new AbortController()
      const startedMs = clock.now()
      let isLate = false
      const late = Promise.withResolvers<never>()
      const timer = clock.at(startedMs + deadlineMs, () => {
        isLate = true
        late.reject(new Error(`no answer within ${deadlineMs} ms`))
        over.abort()
      })
      try {
        // A fetch that does not obey its signal does not hold the call.
        const found = await Promise.race([ask(question, over.signal), late.promise])
        permit.succeeded()
        isFailing = false
        tookMs.observe(clock.now() - startedMs)
        total(found === undefined ? 'unknown' : 'found').add()
        return found
      } catch (error) {
        permit.failed()
        total(isLate ? 'late' : 'failed').add()
        // Once for each outage. What was answered may hold anything, so only the kind of fault is logged.
        if (!isFailing)
          log.warn('the look-up of callers failed', { url: hostOf(url), error: reasonOf(error) })
        isFailing = true
        return undefined
      } finally {
        timer.cancel()
        atOnce--
      }
    },
  }
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? ''

/** Texts of JSON and schema errors quote the answer. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'the answer is not JSON'
  if (error instanceof Error && 'issues' in error) return 'the answer does not fit the schema'
  return errorText(error)
}

/** @throws {Error} when the body is too long, which is seen before all of it was read */
async function shortText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  // The declared length may be a lie in either direction.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    // Leaving the loop cancels the body.
    if (bytes > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
