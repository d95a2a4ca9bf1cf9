// The machines that were seen in the last days, by address, so that one that is off has a name. Each writes itself
// into a list in Redis when it starts and once an hour, and each writes when another one has gone.

import { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import type { Store } from './store.ts'
import type { Vault } from './vault.ts'

/** A machine that is away for longer is gone for good. */
const keepMs = 7 * 86_400_000
const writeEveryMs = 3_600_000
const readEveryMs = 60_000
/** Lines of the list: 10 machines write 1 680 in a week. */
const mostLines = 5_000

const lineSchema = z.object({ url: z.string(), wallMs: z.number() })
export type Away = { url: string; lastSeenWallMs: number }

export class SeenMachines {
  /** When each was last seen, by the wall clock. */
  private readonly seen = new Map<string, number>()
  private readonly key: string
  private living: readonly string[] = []
  private lastId = '0'
  private writtenMs = Number.NEGATIVE_INFINITY
  private readMs = Number.NEGATIVE_INFINITY

  constructor(
    private readonly options: { store: Pick<Store, 'append' | 'lines'>; vault: Vault; clock: Clock },
  ) {
    this.key = `${options.vault.prefix}machines`
  }

  /** With each heartbeat. @param own address of this machine @param living addresses of the others */
  async beat(own: string, living: readonly string[]): Promise<void> {
    const { clock } = this.options
    for (const url of this.living) if (!living.includes(url)) this.write(url)
    this.living = living
    for (const url of [own, ...living]) this.seen.set(url, clock.wallMs())
    if (clock.now() - this.writtenMs >= writeEveryMs) {
      this.writtenMs = clock.now()
      this.write(own)
    }
    if (clock.now() - this.readMs >= readEveryMs) await this.read()
  }

  /** Those that do not live now, the last seen first. @param living addresses */
  away(living: readonly string[]): Away[] {
    const { clock } = this.options
    return [...this.seen]
      .filter(([url, wallMs]) => !living.includes(url) && clock.wallMs() - wallMs < keepMs)
      .map(([url, lastSeenWallMs]) => ({ url, lastSeenWallMs }))
      .sort((a, b) => b.lastSeenWallMs - a.lastSeenWallMs)
  }

  private write(url: string): void {
    const { store, vault, clock } = this.options
    const line = vault.seal({ url, wallMs: this.seen.get(url) ?? clock.wallMs() }, this.key)
    store.append(this.key, line, { ttlMs: keepMs, keep: mostLines })
  }

  private async read(): Promise<void> {
    const { store, vault, clock } = this.options
    const lines = await store.lines(this.key, this.lastId)
    if (lines === undefined) return
    this.readMs = clock.now()
    for (const { id, line } of lines) {
      this.lastId = id
      const found = lineSchema.safeParse(vault.open(line, this.key)).data
      if (found) this.seen.set(found.url, Math.max(found.wallMs, this.seen.get(found.url) ?? 0))
    }
  }
}
