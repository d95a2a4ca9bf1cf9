// What the machines share about vendors: one bucket of tokens for each model, places of an account for streams, a
// vendor's wish to be left alone, and hints that an adapter's breaker has opened. Its form is that of SharedLimits in
// providers/shared-limits.ts.

import { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Members } from './members.ts'
import type { Messages } from './messages.ts'
import type { Spending, Store } from './store.ts'
import type { Vault } from './vault.ts'

/** A request to a model waits this long for the machines' bucket. */
const spendMs = 50
/** A machine that does not renew its lease has lost its places. */
const leaseMs = 5_000
/** The longest time that a machine believes another one. */
const mostStopMs = 600_000
/** Openings of one adapter's breaker that come within this time belong together. */
const suspicionMs = 15_000
/** Machines whose breakers must have opened. */
const suspecting = 2

const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stop'), adapter: z.string(), forMs: z.number().nonnegative() }),
  z.object({ kind: z.literal('opened'), adapter: z.string(), by: z.string() }),
])
const keptSchema = z.object({ untilWallMs: z.number() })

type Listener = { stopped(forMs: number): void; suspected(): void }

export type LimitsOptions = {
  clock: Clock
  metrics: Metrics
  store: Pick<Store, 'isUp' | 'spend' | 'lease' | 'onUp'>
  vault: Pick<Vault, 'key' | 'put' | 'get'>
  members: Pick<Members, 'id' | 'others'>
  messages: Pick<Messages, 'tell' | 'listen'>
}

export class Limits {
  readonly tokens
  readonly places
  private readonly listeners = new Map<string, Set<Listener>>()
  /** Adapter, machine, and when its breaker opened. */
  private readonly suspicions = new Map<string, Map<string, number>>()
  private readonly stops
  private readonly hints

  constructor(private readonly options: LimitsOptions) {
    const { store, vault, members, messages, metrics } = options
    const machines = () => members.others().length + 1
    this.places = {
      machines,
      async lease(account: string, used: number, most: number) {
        const wanted = { used, most, machines: machines(), ttlMs: leaseMs }
        const places = await store.lease(vault.key('places', account), members.id, wanted)
        return places === undefined ? undefined : { places, forMs: leaseMs }
      },
    }
    this.tokens = {
      get isUp() {
        return store.isUp
      },
      machines,
      spend: (model: string, spending: Spending) =>
        store.spend(vault.key('tokens', model), spending, spendMs),
    }
    this.stops = metrics.counter(
      'cluster_vendor_stops_total',
      'Times another machine told that a vendor wants no requests for a while',
    )
    this.hints = metrics.counter(
      'cluster_breaker_hints_total',
      'Times the breakers of two other machines counted as a failure here',
    )
    messages.listen((message) => this.told(message))
    // A message may have been lost, or told before this machine began.
    store.onUp(() => void Promise.all([...this.listeners.keys()].map((adapter) => this.readStop(adapter))))
  }

  stop(adapter: string, forMs: number): void {
    const { vault, messages, clock } = this.options
    const ttlMs = Math.round(Math.min(forMs, mostStopMs))
    if (ttlMs < 1) return
    const version = Math.round(clock.wallMs() + ttlMs)
    vault.put('stop', adapter, { untilWallMs: version }, { ttlMs, version })
    void messages.tell({ kind: 'stop', adapter, forMs: ttlMs })
  }

  opened(adapter: string): void {
    const { messages, members } = this.options
    void messages.tell({ kind: 'opened', adapter, by: members.id })
  }

  listen(adapter: string, listener: Listener): void {
    const listeners = this.listeners.get(adapter) ?? new Set()
    this.listeners.set(adapter, listeners)
    listeners.add(listener)
    if (this.options.store.isUp) void this.readStop(adapter)
  }

  private told(json: unknown): void {
    const message = messageSchema.safeParse(json).data
    if (message === undefined) return
    if (message.kind === 'stop') this.stopHere(message.adapter, message.forMs)
    else this.suspect(message.adapter, message.by)
  }

  private stopHere(adapter: string, forMs: number): void {
    const listeners = this.listeners.get(adapter)
    if (listeners === undefined) return
    this.stops.add()
    for (const listener of listeners) listener.stopped(Math.min(forMs, mostStopMs))
  }

  private suspect(adapter: string, by: string): void {
    const listeners = this.listeners.get(adapter)
    if (listeners === undefined) return
    const nowMs = this.options.clock.now()
    const suspicions = this.suspicions.get(adapter) ?? new Map<string, number>()
    this.suspicions.set(adapter, suspicions)
    suspicions.set(by, nowMs)
    for (const [machine, atMs] of suspicions) if (nowMs - atMs > suspicionMs) suspicions.delete(machine)
    if (suspicions.size < suspecting) return
    suspicions.clear()
    this.hints.add()
    for (const listener of listeners) listener.suspected()
  }

  private async readStop(adapter: string): Promise<void> {
    const kept = keptSchema.safeParse(await this.options.vault.get('stop', adapter)).data
    const leftMs = (kept?.untilWallMs ?? 0) - this.options.clock.wallMs()
    if (leftMs > 0) this.stopHere(adapter, leftMs)
  }
}
