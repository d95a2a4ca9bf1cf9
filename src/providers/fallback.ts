// Which adapter is asked, how often, and for how long. One request goes down an ordered list: an adapter is asked
// again once after a back-off when that may help, then the next one is. What differs for a model, a voice and a
// recogniser is in fallback-llm, fallback-tts and fallback-stt.

import { type Clock, waitMs } from '../base/clock.ts'
import { type Counter, type Histogram, latencyBoundsMs, type Metrics } from '../base/metrics.ts'
import { Breaker, type BreakerOptions, type Permit } from './breaker.ts'
import { ProviderFailure, providerCodes, thrownFailure } from './errors.ts'
import { within } from './watchdog.ts'

export type ChainDeps = { clock: Clock; random: () => number; metrics: Metrics }

export type Patience = {
  /** From being asked to the first text or audio; no wait, a vendor's `retry-after` included, goes beyond. */
  deadlineMs: number
  /** One attempt; so much is also kept in hand for the next adapter. */
  attemptMs: number
  /** First wait before asking the same adapter again; ±50 % at random, doubled each time. */
  backoffMs: number
  /** How often the same adapter is asked again. */
  retries: number
}

/** One adapter of a chain with what is known about it, shared by all calls. */
export type Member<T> = {
  adapter: T
  /** Name in metrics: `groq/openai/gpt-oss-20b`. */
  label: string
  breaker: Breaker
  /** The vendor asked us to stay away until then, on the chain's clock. */
  notBeforeMs: number
}

export function createMembers<T>(
  adapters: readonly T[],
  labelOf: (adapter: T) => string,
  metrics: Metrics,
  breaker: Partial<BreakerOptions> = {},
): Member<T>[] {
  return adapters.map((adapter) => {
    const label = labelOf(adapter)
    for (const outcome of outcomes) requestCounter(metrics, label, outcome)
    firstMs(metrics, label)
    return {
      adapter,
      label,
      breaker: new Breaker(label, metrics, breaker),
      notBeforeMs: Number.NEGATIVE_INFINITY,
    }
  })
}

export type Asked<T, R> = {
  members: readonly Member<T>[]
  /** The first member to ask. */
  from: number
  patience: Patience
  /** When the deadline is, on the chain's clock. */
  deadlineAtMs: number
  signal: AbortSignal
  /** `signal` ends this attempt alone. */
  request: (adapter: T, signal: AbortSignal) => Promise<R>
}

/**
 * Asks one member after the other until one begins to answer.
 *
 * @returns what `request` resolved with, and whose answer it is
 * @throws {ProviderFailure} the last failure, when nobody answered before the deadline; `aborted`
 */
export async function attempt<T, R>(
  asked: Asked<T, R>,
  deps: ChainDeps,
): Promise<{ result: R; index: number }> {
  const { members, patience, deadlineAtMs, signal } = asked
  const { clock, random, metrics } = deps
  let last = new ProviderFailure('unavailable', 'no adapter is left to ask', { retryable: true })
  for (let index = asked.from; index < members.length; index++) {
    const member = members[index]
    const reserveMs = index + 1 < members.length ? patience.attemptMs : 0
    const fits = (delayMs: number) => clock.now() + delayMs + reserveMs < deadlineAtMs
    for (let tries = 0; tries <= patience.retries; tries++) {
      const stayAwayMs = member.notBeforeMs - clock.now()
      if (stayAwayMs > 0) {
        last = new ProviderFailure('limited', `${member.label} is to be left alone`, {
          retryable: true,
          retryAfterMs: stayAwayMs,
        })
        if (!fits(stayAwayMs)) break
        await waitMs(clock, stayAwayMs, signal)
      }
      if (signal.aborted) throw new ProviderFailure('aborted', 'the request was ended')
      if (clock.now() >= deadlineAtMs) throw last
      const permit = member.breaker.enter()
      if (!permit) {
        if (last.code !== 'limited')
          last = new ProviderFailure('unavailable', `${member.label} is switched off for now`)
        break
      }
      const startMs = clock.now()
      const outcome = await once(asked, member, Math.min(startMs + patience.attemptMs, deadlineAtMs), clock)
      if ('result' in outcome) {
        permit.succeeded()
        countRequest(metrics, member.label, 'ok')
        firstMs(metrics, member.label).observe(clock.now() - startMs)
        return { result: outcome.result, index }
      }
      last = outcome.failure
      settle(permit, last)
      countRequest(metrics, member.label, last.code)
      if (signal.aborted || last.code === 'aborted') throw last
      if (last.code === 'limited') {
        member.notBeforeMs = clock.now() + (last.retryAfterMs ?? 1_000)
        continue
      }
      // Silence has cost its time already: somebody else is asked, if there is anybody.
      if (!last.retryable || tries === patience.retries || (last.code === 'timeout' && reserveMs > 0)) break
      const delayMs = patience.backoffMs * 2 ** tries * (0.5 + random())
      if (!fits(delayMs)) break
      await waitMs(clock, delayMs, signal)
    }
  }
  throw last
}

async function once<T, R>(
  asked: Asked<T, R>,
  member: Member<T>,
  atMs: number,
  clock: Clock,
): Promise<{ result: R } | { failure: ProviderFailure }> {
  const control = new AbortController()
  const signal = AbortSignal.any([asked.signal, control.signal])
  try {
    const watch = { clock, who: member.label, signal: asked.signal }
    return { result: await within(asked.request(member.adapter, signal), atMs, watch) }
  } catch (error) {
    control.abort()
    return { failure: thrownFailure(member.label, error, false, clock.wallMs()) }
  }
}

/** Tells the breaker what a failure says about the adapter: a wrong request or a full quota say nothing. */
export function settle(permit: Permit, failure: ProviderFailure): void {
  const gone = failure.code === 'refused' && failure.status === 404
  if (!gone && ['aborted', 'limited', 'refused'].includes(failure.code)) permit.dropped()
  else permit.failed()
}

/** An answer that had begun broke off: counts it against the adapter. */
export function brokeOff<T>(member: Member<T>, failure: ProviderFailure, metrics: Metrics): void {
  countRequest(metrics, member.label, failure.code)
  const permit = member.breaker.enter()
  if (permit) settle(permit, failure)
}

/** What is counted of an adapter, each from the start on, so that the first failure shows in a rate. */
const outcomes = ['ok', ...providerCodes.filter((code) => code !== 'aborted')]

/** @param outcome `ok` or a ProviderCode; a request that we ended ourselves is neither, and not counted */
export function countRequest(metrics: Metrics, adapter: string, outcome: string): void {
  if (outcome !== 'aborted') requestCounter(metrics, adapter, outcome).add()
}

function requestCounter(metrics: Metrics, adapter: string, outcome: string): Counter {
  const help = 'Requests to an adapter by how they began or broke off'
  return metrics.counter('provider_requests_total', help, { adapter, outcome })
}

function firstMs(metrics: Metrics, adapter: string): Histogram {
  const help = 'From the request to the first text or audio'
  return metrics.histogram('provider_first_ms', help, latencyBoundsMs, { adapter })
}
