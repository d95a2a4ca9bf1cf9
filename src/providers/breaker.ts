// One circuit breaker per adapter, shared by all calls: after a few failures in a row an adapter is skipped for a
// while, then one request probes it. The states are cockatiel's, whose clock is `Date.now`. A call never waits for
// another call's probe; it goes to the next adapter.

import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
} from 'cockatiel'
import type { Metrics } from '../base/metrics.ts'
import { number } from '../base/setting.ts'

export type BreakerOptions = { failures: number; openMs: number }
export const breakerDefaults = { failures: 3, openMs: 15_000 } as const satisfies BreakerOptions
export const breakerSettings = {
  BREAKER_FAILURES: number(
    breakerDefaults.failures,
    'failures',
    1,
    100,
    'failures in a row after which an adapter is skipped for a while',
  ),
  BREAKER_OPEN_MS: number(
    breakerDefaults.openMs,
    'ms',
    1_000,
    600_000,
    'how long it is skipped before one request probes it',
  ),
}

export type BreakerState = 'closed' | 'halfOpen' | 'open'

/** Permission for one request; report its outcome exactly once. */
export type Permit = {
  succeeded(): void
  failed(): void
  /** The request says nothing about the adapter: the caller hung up, or the request itself was wrong. */
  dropped(): void
}

/** For a request whose outcome no breaker counts. */
export const uncounted: Permit = { succeeded() {}, failed() {}, dropped() {} }

export class Breaker {
  private readonly policy: CircuitBreakerPolicy
  private readonly failures: number
  private probing = false

  constructor(
    readonly name: string,
    metrics: Metrics,
    options: Partial<BreakerOptions> = {},
    onOpen: () => void = () => {},
  ) {
    const { failures, openMs } = { ...breakerDefaults, ...options }
    this.failures = failures
    this.policy = circuitBreaker(handleAll, {
      halfOpenAfter: openMs,
      breaker: new ConsecutiveBreaker(failures),
    })
    const gauge = metrics.gauge('provider_breaker_state', '0 closed, 1 half-open, 2 open', { adapter: name })
    const opened = metrics.counter(
      'provider_breaker_opened_total',
      'Times the circuit breaker of an adapter opened',
      {
        adapter: name,
      },
    )
    this.policy.onStateChange((state) => {
      gauge.value = state === CircuitState.Closed ? 0 : state === CircuitState.HalfOpen ? 1 : 2
      if (state !== CircuitState.Open) return
      opened.add()
      onOpen()
    })
  }

  get state(): BreakerState {
    if (this.policy.state === CircuitState.Closed) return 'closed'
    return this.policy.state === CircuitState.HalfOpen ? 'halfOpen' : 'open'
  }

  /** Counts as a failure what others have seen; never opens a breaker that one failure opens. */
  strike(): void {
    if (this.failures > 1 && this.state === 'closed') this.enter()?.failed()
  }

  /** @returns undefined while the adapter must be skipped, or while another request probes it */
  enter(): Permit | undefined {
    if (this.probing) return undefined
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let begun = false
    this.policy
      .execute(() => {
        begun = true
        return promise
      })
      // The caller learns of a failure or an open breaker from the return value; here cockatiel only counts it.
      .catch(() => undefined)
    // `execute` runs the task before it returns, unless the breaker is open.
    if (!begun) return undefined
    const probe = this.state === 'halfOpen'
    this.probing = probe
    const settle = (how: () => void) => {
      if (probe) this.probing = false
      how()
    }
    const failed = () => settle(() => reject(new Error('failed')))
    return {
      succeeded: () => settle(resolve),
      failed,
      // Not counted and not settled; but a probe without an answer must leave the breaker open.
      dropped: () => {
        if (probe) failed()
      },
    }
  }
}
