// Whether new calls are taken. A drain is announced before it begins: readiness and agent port say so at once, and
// calls are still taken until load balancers have had time to hear it. Otherwise a draining server attracts calls,
// since refused callers leave at once and its place is always the emptiest.

import type { Clock, Timer } from '../base/clock.ts'
import type { Registry } from '../calls/registry.ts'
import type { Config } from '../config.ts'

/** Six of HAProxy's checks every half second. Its default, three failed checks in 6 s, needs DRAIN_ANNOUNCE_S=7. */
const balancedAnnounceMs = 3_000

/** How long a drain is announced. */
export function announceMs(config: Pick<Config, 'DRAIN_ANNOUNCE_S' | 'AGENT_PORT' | 'REDIS_URL'>): number {
  const { DRAIN_ANNOUNCE_S: seconds, AGENT_PORT: agentPort, REDIS_URL: redis } = config
  if (seconds !== 'auto') return seconds * 1_000
  return agentPort === undefined && redis === '' ? 0 : balancedAnnounceMs
}

export class DrainSwitch {
  private timer: Timer | undefined
  private begun: PromiseWithResolvers<void> | undefined

  constructor(
    private readonly clock: Clock,
    private readonly registry: Pick<Registry, 'drain'> & { readonly draining: boolean },
    readonly announceMs: number,
  ) {}

  /** From the announcement on. */
  get draining(): boolean {
    return this.timer !== undefined || this.registry.draining
  }

  /** Announces a drain. @returns when new calls are refused, or when it was taken back */
  start(): Promise<void> {
    if (this.begun) return this.begun.promise
    if (this.announceMs === 0 || this.registry.draining) {
      this.registry.drain(true)
      return Promise.resolve()
    }
    this.begun = Promise.withResolvers()
    const { promise } = this.begun
    this.timer = this.clock.at(this.clock.now() + this.announceMs, () => {
      this.registry.drain(true)
      this.settle()
    })
    return promise
  }

  /** Takes calls again. */
  stop(): void {
    this.registry.drain(false)
    this.settle()
  }

  private settle(): void {
    this.timer?.cancel()
    this.timer = undefined
    this.begun?.resolve()
    this.begun = undefined
  }
}
