// Which adapter gets a request, how often, and how long it may take. A request goes down an ordered list: when a retry
// may help, the same adapter is tried again after a backoff, then the next adapter. The differences between model,
// voice and recogniser are in fallback-llm, fallback-tts and fallback-stt.

import { type Clock, waitMs } from '../base/clock.ts'
import { type Counter, type Histogram, latencyBoundsMs, type Metrics } from '../base/metrics.ts'
import { Breaker, type BreakerOptions, type Permit, uncounted } from './breaker.ts'
import { ProviderFailure, providerCodes, thrownFailure } from './errors.ts'
import type { SharedLimits } from './shared-limits.ts'
import { Trouble } from './trouble.ts'
import { within } from './watchdog.ts'

export type ChainDeps = {
  clock: Clock
  random: () => number
  metrics: Metrics
  /** The bot's own: a refusal of another one is remembered for that one. */
  language?: string
  /** Called once when an adapter begins to refuse all requests, with the reason, and with undefined when it is well. */
  onTrouble?: (label: string, reason: string | undefined) => void
  /** Adapters whose trouble was reported before this process or thread began. */
  troubled?: readonly string[]
  /** What several machines share; left out where there is one. */
  limits?: SharedLimits
}

export type RetryPolicy = {
  /** From the request to the first text or audio; no wait may exceed it, not even a vendor's `retry-after`. */
  deadlineMs: number
  /** Limit of one attempt; the same time is also reserved for the next adapter. */
  attemptMs: number
  /** First wait before a retry of the same adapter; ±50 % at random, doubled each time. */
  backoffMs: number
  /** How often the same adapter is retried. */
  retries: number
}

/** One adapter of a chain and its state, shared by all calls. */
export type Member<T> = {
  adapter: T
  /** Name in metrics: `groq/openai/gpt-oss-20b`. */
  label: string
  breaker: Breaker
  /** The vendor accepts no request before this time, on the chain's clock. */
  notBeforeMs: number
  /** What it refuses until the operator does something. */
  trouble: Trouble
}

export function createMembers<T>(
  adapters: readonly T[],
  labelOf: (adapter: T) => string,
  { metrics, clock, language, limits }: Pick<ChainDeps, 'metrics' | 'clock' | 'language' | 'limits'>,
  breaker: Partial<BreakerOptions> = {},
): Member<T>[] {
  return adapters.map((adapter) => {
    const label = labelOf(adapter)
    for (const outcome of outcomes) requestCounter(metrics, label, outcome)
    firstMs(metrics, label)
    const member: Member<T> = {
      adapter,
      label,
      breaker: new Breaker(label, metrics, breaker, () => limits?.opened(label)),
      notBeforeMs: Number.NEGATIVE_INFINITY,
      trouble: new Trouble(clock, language),
    }
    limits?.listen(label, {
      stopped(forMs) {
        member.notBeforeMs = Math.max(member.notBeforeMs, clock.now() + forMs)
      },
      suspected: () => member.breaker.strike(),
    })
    return member
  })
}

export type Asked<T, R> = {
  members: readonly Member<T>[]
  /** The first member to ask. */
  from: number
  policy: RetryPolicy
  /** Of the request, for adapters that are told one: a refusal of one language is no refusal of another. */
  language?: string
  /** When the deadline is, on the chain's clock. */
  deadlineAtMs: number
  signal: AbortSignal
  /**
   * `signal` ends only this attempt. `alive` says that the adapter works on its answer: the attempt then gets its whole
   * time again, within the deadline.
   */
  request: (adapter: T, signal: AbortSignal, alive: () => void) => Promise<R>
  /** No call waits for the answer: breakers neither stop the request nor count it. */
  isInAdvance?: boolean
  /** Asks the last member even when its breaker is open: without an answer the call would end. */
  insists?: boolean
  /** The reader judges the answer, settles the permit and counts the outcome. */
  isJudgedLater?: boolean
}

/**
 * Tries one member after the other until one begins to answer.
 *
 * @returns what `request` resolved with, the index of the member that answered, and its permit, which is settled unless
 *   the answer is judged later
 * @throws {ProviderFailure} the last failure, when no member answered before the deadline; `aborted`
 */
export async function attempt<T, R>(
  asked: Asked<T, R>,
  deps: ChainDeps,
): Promise<{ result: R; index: number; permit: Permit }> {
  const { members, policy, language, deadlineAtMs, signal } = asked
  const { clock, random, metrics } = deps
  let last = new ProviderFailure('unavailable', 'no adapter is left to try', { retryable: true })
  for (let index = asked.from; index < members.length; index++) {
    const member = members[index]
    const reserveMs = index + 1 < members.length ? policy.attemptMs : 0
    const fits = (delayMs: number) => clock.now() + delayMs + reserveMs < deadlineAtMs
    if (member.trouble.isOff(language)) {
      const text = `${member.label} is switched off: ${member.trouble.text}`
      last = new ProviderFailure('unavailable', text, { isReported: true })
      continue
    }
    for (let tries = 0; tries <= policy.retries; tries++) {
      const stayAwayMs = member.notBeforeMs - clock.now()
      if (stayAwayMs > 0) {
        last = new ProviderFailure('limited', `${member.label} asked us to wait`, {
          retryable: true,
          retryAfterMs: stayAwayMs,
        })
        if (!fits(stayAwayMs)) break
        await waitMs(clock, stayAwayMs, signal)
      }
      if (signal.aborted) throw new ProviderFailure('aborted', 'the request was aborted')
      if (clock.now() >= deadlineAtMs) throw last
      const permit = permitOf(asked, index)
      if (!permit) {
        if (last.code !== 'limited')
          last = new ProviderFailure('unavailable', `${member.label} is switched off for now`)
        break
      }
      const startMs = clock.now()
      const outcome = await once(asked, member, clock)
      if ('result' in outcome) {
        if (!asked.isJudgedLater) succeeded(member, permit, deps, language)
        firstMs(metrics, member.label).observe(clock.now() - startMs)
        return { result: outcome.result, index, permit }
      }
      last = outcome.failure
      settle(permit, last, language)
      countRequest(metrics, member.label, last.code)
      noteRefusal(member, last, deps, language)
      if (signal.aborted || last.code === 'aborted') throw last
      if (last.code === 'limited') {
        const stopMs = last.retryAfterMs ?? 1_000
        member.notBeforeMs = clock.now() + stopMs
        // Without a status it is our own limiter's.
        if (last.status !== undefined) deps.limits?.stop(member.label, stopMs)
        continue
      }
      // A timeout has used its time already: try the next adapter, if there is one.
      if (!last.retryable || tries === policy.retries || (last.code === 'timeout' && reserveMs > 0)) break
      const delayMs = policy.backoffMs * 2 ** tries * (0.5 + random())
      if (!fits(delayMs)) break
      await waitMs(clock, delayMs, signal)
    }
  }
  throw last
}

function permitOf<T, R>(asked: Asked<T, R>, index: number): Permit | undefined {
  if (asked.isInAdvance) return uncounted
  const isLast = index === asked.members.length - 1
  return asked.members[index].breaker.enter() ?? (asked.insists && isLast ? uncounted : undefined)
}

/** Counts the vendor's reason, says once what the adapter refuses, and switches it off when waiting does not help. */
export function noteRefusal<T>(
  { label, trouble }: Member<T>,
  failure: ProviderFailure,
  { metrics, onTrouble }: ChainDeps,
  language?: string,
): void {
  if (failure.reason !== undefined) countReason(metrics, label, failure.reason)
  if (!failure.isPermanent && failure.code !== 'refused') return
  const reason = trouble.refuse(failure, language)
  if (reason !== undefined) onTrouble?.(label, reason)
}

/** The adapter works: what it refused is over. */
export function noteSuccess<T>(
  { label, trouble }: Member<T>,
  { onTrouble }: ChainDeps,
  language?: string,
): void {
  const change = trouble.works(language)
  if (change) onTrouble?.(label, change.reason)
}

/** Reports and counts an answer that is good. */
export function succeeded<T>(member: Member<T>, permit: Permit, deps: ChainDeps, language?: string): void {
  permit.succeeded()
  noteSuccess(member, deps, language)
  countRequest(deps.metrics, member.label, 'ok')
}

async function once<T, R>(
  asked: Asked<T, R>,
  member: Member<T>,
  clock: Clock,
): Promise<{ result: R } | { failure: ProviderFailure }> {
  const { policy, deadlineAtMs } = asked
  const attemptEnd = () => Math.min(clock.now() + policy.attemptMs, deadlineAtMs)
  let atMs = attemptEnd()
  const alive = () => {
    atMs = attemptEnd()
  }
  const control = new AbortController()
  const signal = AbortSignal.any([asked.signal, control.signal])
  try {
    const watch = { clock, who: member.label, signal: asked.signal }
    return { result: await within(asked.request(member.adapter, signal, alive), () => atMs, watch) }
  } catch (error) {
    control.abort()
    return { failure: thrownFailure(member.label, error, false, clock.wallMs()) }
  }
}

/** Reports a failure to the breaker; a wrong request or a used-up quota says nothing about the adapter. */
export function settle(permit: Permit, failure: ProviderFailure, language?: string): void {
  // Where a language was asked for, it may be only that one which is not there.
  const gone = failure.code === 'refused' && failure.status === 404 && language === undefined
  if (!gone && ['aborted', 'limited', 'refused'].includes(failure.code)) permit.dropped()
  else permit.failed()
}

/** Counts an answer that broke off against its adapter. @param begun the permit with which it began */
export function brokeOff<T>(
  member: Member<T>,
  failure: ProviderFailure,
  metrics: Metrics,
  begun?: Permit,
): void {
  countRequest(metrics, member.label, failure.code)
  const permit = begun === uncounted ? begun : member.breaker.enter()
  if (permit) settle(permit, failure)
}

/** The outcomes counted per adapter. All exist from the start, so that the first failure shows in a rate. */
const outcomes = ['ok', ...providerCodes.filter((code) => code !== 'aborted')]

/** @param outcome `ok` or a ProviderCode; `aborted`, a request that we ended ourselves, is not counted */
export function countRequest(metrics: Metrics, adapter: string, outcome: string): void {
  if (outcome !== 'aborted') requestCounter(metrics, adapter, outcome).add()
}

function requestCounter(metrics: Metrics, adapter: string, outcome: string): Counter {
  const help = 'Requests to an adapter by how they began or broke off'
  return metrics.counter('provider_requests_total', help, { adapter, outcome })
}

/** Reasons beyond this many per process are counted as `other`: a vendor could invent a new one for each request. */
const mostReasons = 40
const knownReasons = new Set<string>()

/** @param reason the vendor's machine-readable reason */
function countReason(metrics: Metrics, adapter: string, reason: string): void {
  const isKnown = knownReasons.has(reason) || knownReasons.size < mostReasons
  if (isKnown) knownReasons.add(reason)
  const help = 'Refused requests by the vendor’s own reason'
  metrics.counter('provider_refusals_total', help, { adapter, reason: isKnown ? reason : 'other' }).add()
}

function firstMs(metrics: Metrics, adapter: string): Histogram {
  const help = 'From the request to the first text or audio'
  return metrics.histogram('provider_first_ms', help, latencyBoundsMs, { adapter })
}
