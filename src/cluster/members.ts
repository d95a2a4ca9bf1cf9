// Which machines live. Each says so every second; one that has not said so for 5 s is gone. While Redis is gone the
// last known list stays, so that the others can still be asked over HTTP.

import { z } from 'zod'
import type { Clock, Timer } from '../base/clock.ts'
import type { Metrics } from '../base/metrics.ts'
import { type Away, SeenMachines } from './seen-machines.ts'
import type { Store } from './store.ts'
import type { Vault } from './vault.ts'

const beatEveryMs = 1_000
const goneMs = 5_000

/** What a machine says of itself. Fields that a version does not know are ignored. */
const memberSchema = z.object({
  id: z.string(),
  /** Where its admin server answers, without a slash at the end. */
  url: z.string(),
  version: z.string(),
  /** Live calls, and how many it takes. */
  live: z.number(),
  max: z.number(),
  draining: z.boolean(),
  /** Differs where settings differ that should be the same everywhere. */
  fingerprint: z.string().catch(''),
  /** The voice in use, and the generation of the phrases. */
  voice: z.string().catch(''),
  phrases: z.number().catch(0),
  startedWallMs: z.number().catch(0),
})
export type Member = z.infer<typeof memberSchema>

export type MembersOptions = {
  store: Store
  vault: Vault
  clock: Clock
  metrics: Metrics
  /** Of this process, new at each start. */
  id: string
}

export class Members {
  readonly prefix: string
  private known = new Map<string, Member>()
  private readonly seen: SeenMachines
  private readonly gauge
  private describe: (() => Omit<Member, 'id'>) | undefined
  private upMs = 0
  private timer: Timer | undefined
  private stopped = false
  private readonly watchers = new Set<() => void>()

  constructor(private readonly options: MembersOptions) {
    this.prefix = `${options.vault.prefix}member:`
    this.seen = new SeenMachines(options)
    this.gauge = options.metrics.gauge('cluster_members', 'Machines that live, as this one sees them')
    this.gauge.value = 1
    // The list is whole with the first answer of Redis, not a second later.
    options.store.onUp(() => {
      this.upMs = options.clock.now()
      void this.tell()
    })
  }

  /** From now on this machine is in the list. @param self how it is, asked every second */
  begin(self: () => Omit<Member, 'id'>): void {
    this.describe = self
    void this.beat()
  }

  get id(): string {
    return this.options.id
  }

  /** Undefined until it begins. */
  self(): Member | undefined {
    return this.describe && { id: this.id, ...this.describe() }
  }

  /** The other machines. */
  others(): Member[] {
    return [...this.known.values()]
  }

  /** Machines that were seen in the last week and do not live now, the last seen first. */
  away(): Away[] {
    return this.seen.away([this.self(), ...this.others()].map((member) => member?.url ?? ''))
  }

  /** @param task called when another machine joined or is gone @returns unsubscribe */
  onChange(task: () => void): () => void {
    this.watchers.add(task)
    return () => this.watchers.delete(task)
  }

  get(id: string): Member | undefined {
    return id === this.id ? this.self() : this.known.get(id)
  }

  /** Says now that this machine lives, and how it is. */
  async tell(): Promise<void> {
    const { store, vault, id } = this.options
    const self = this.self()
    if (self === undefined || this.stopped) return
    const text = vault.seal(self, this.prefix + id)
    const found = await store.beat(this.prefix, id, text, goneMs)
    if (found === undefined) return
    // A Redis that came back empty has not heard from all of them yet.
    const isNew = this.options.clock.now() - this.upMs < goneMs
    const known = new Map<string, Member>(isNew ? this.known : [])
    for (const [other, sealed] of found) {
      if (other === id) continue
      const member = memberSchema.safeParse(vault.open(sealed, this.prefix + other))
      if (member.success && member.data.id === other) known.set(other, member.data)
    }
    const isChanged = known.size !== this.known.size || [...known.keys()].some((id) => !this.known.has(id))
    this.known = known
    this.gauge.value = known.size + 1
    if (isChanged) for (const task of this.watchers) task()
    await this.seen.beat(
      self.url,
      [...known.values()].map(({ url }) => url),
    )
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.timer?.cancel()
    await this.options.store.leave(this.prefix, this.id)
  }

  private async beat(): Promise<void> {
    await this.tell()
    if (this.stopped) return
    const { clock } = this.options
    this.timer = clock.at(clock.now() + beatEveryMs, () => void this.beat())
  }
}
