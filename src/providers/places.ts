// How many streams of a vendor's account may be open at once, over all machines. The vendor refuses one more, so a call
// that finds no place is heard by the next recogniser from its first word on. voice-places.ts has the same for voices.
//
// A machine leases places for some seconds: those that it uses, and its part of the free ones. So a call never waits
// for an answer. While no answer comes, each machine has its part of the limit.

import type { Clock, Timer } from '../base/clock.ts'
import type { Counter, Gauge, Metrics } from '../base/metrics.ts'
import type { SharedPlaces } from './shared-limits.ts'
import type { Stt } from './stt.ts'

const renewEveryMs = 1_000

/** `account`: whose streams count together. `most`: 0 sets no limit. */
export type StreamLimit = { account: string; most: number }

export type PlacesOptions = StreamLimit & {
  /** Begins the names of the metrics. */
  service: 'stt' | 'tts'
  clock: Clock
  metrics: Metrics
  /** Left out where there is one machine. */
  shared?: SharedPlaces | undefined
}

/** Of the two metrics. */
const helps = {
  stt: ['Calls that have a place at a limited account', 'Calls for which an account had no place'],
  tts: ['Sentences that have a place at a limited account', 'Times that a sentence found no place'],
} as const

export class Places {
  private used = 0
  private leased = { places: 0, untilMs: Number.NEGATIVE_INFINITY }
  private isAsking = false
  private timer: Timer | undefined
  private readonly streams: Gauge
  private readonly refused: Counter

  constructor(private readonly options: PlacesOptions) {
    const { metrics, account, shared, service } = options
    const [taken, refused] = helps[service]
    this.streams = metrics.gauge(`${service}_streams`, taken, { account })
    this.refused = metrics.counter(`${service}_no_place_total`, refused, { account })
    if (shared) this.renewAndRepeat()
  }

  /** @returns false when no place is left */
  take(): boolean {
    const hasPlace = this.used < this.allowed
    if (hasPlace) this.streams.value = ++this.used
    else this.refused.add()
    void this.renew()
    return hasPlace
  }

  release(): void {
    this.streams.value = --this.used
  }

  close(): void {
    this.timer?.cancel()
  }

  private get allowed(): number {
    const { clock, most, shared } = this.options
    if (shared === undefined) return most
    if (clock.now() < this.leased.untilMs) return this.leased.places
    return Math.max(1, Math.floor(most / shared.machines()))
  }

  private renewAndRepeat(): void {
    const { clock } = this.options
    void this.renew()
    this.timer = clock.at(clock.now() + renewEveryMs, () => this.renewAndRepeat())
  }

  private async renew(): Promise<void> {
    const { clock, shared, account, most } = this.options
    if (shared === undefined || this.isAsking) return
    this.isAsking = true
    const askedMs = clock.now()
    const lease = await shared.lease(account, this.used, most)
    this.isAsking = false
    // It ends here before it ends there.
    if (lease) this.leased = { places: lease.places, untilMs: askedMs + lease.forMs }
  }
}

/**
 * The recognisers, of which each call gets those that have a place for it.
 *
 * @param limits places of an account, and the names of the recognisers that take them
 */
export function withPlaces<Ring>(
  stt: Stt<Ring>,
  limits: readonly { places: Places; names: readonly string[] }[],
): Stt<Ring> {
  if (limits.length === 0) return stt
  return {
    name: stt.name,
    hearsWords: stt.hearsWords,
    open(asked) {
      const taken = limits.filter(({ places }) => places.take())
      const without = limits.flatMap((limit) => (taken.includes(limit) ? [] : limit.names))
      const session = stt.open({ ...asked, without })
      const close = session.close.bind(session)
      let isClosed = false
      // The recognisers close it by this method too.
      session.close = () => {
        if (!isClosed) for (const { places } of taken) places.release()
        isClosed = true
        close()
      }
      return session
    },
    close() {
      stt.close()
      for (const { places } of limits) places.close()
    },
  }
}
