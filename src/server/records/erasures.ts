// An erasure reaches every machine: those that live are asked at once, and each that was off or cut off reads the list
// of erasures in Redis from where it stopped, before it is ready. The list is kept longer than any recording.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { errorText } from '../../base/errors.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import type { Erased } from '../../recording/forgotten.ts'
import type { ServerContext } from '../context.ts'

/** `open`: machines that are off or did not answer; they read the list later. */
export type ErasedEverywhere = Erased & { open: string[] }

const dayMs = 86_400_000
/** Erasures that are kept at most. */
const mostErasures = 100_000
/** A start waits this long for Redis; then the machine is ready, and reads the list when Redis is there. */
const startMs = 3_000
/** After Redis was gone: what waited on the other machines is in the list by then. */
const othersMs = 5_000
/** Other machines may have many recordings to look through. */
const eraseMs = 30_000
const erasedSchema = z.object({
  erased: z.array(z.string()),
  recordings: z.number(),
  live: z.array(z.string()),
  unmatched: z.number(),
})
/** Tells a machine that did not answer in time to read the list. */
const messageSchema = z.object({ kind: z.literal('erased') })
/** `calls`: calls of the caller that were found; a part of one on another machine may not hold the number. */
const lineSchema = z.object({ phone: z.string(), calls: z.array(z.string()).default([]) })
/** A request has room for so many of them. */
const mostCalls = 1_000

export class Erasures {
  /** Whether everything that was erased elsewhere is erased here, or Redis did not say in time what that is. */
  isReady = false
  private readonly key: string
  private readonly file: string
  private reading: Promise<void> | undefined

  constructor(
    private readonly context: Pick<ServerContext, 'config' | 'clock' | 'log'>,
    private readonly cluster: Pick<Cluster, 'store' | 'vault' | 'members' | 'peers' | 'messages'>,
    private readonly eraseHere: (phone: string, also?: readonly string[]) => Promise<Erased>,
  ) {
    this.key = `${cluster.vault.prefix}erasures`
    this.file = join(context.config.DATA_DIR, 'cluster-erasures')
    const { clock } = context
    cluster.store.onUp(() => {
      void this.catchUp()
      clock.at(clock.now() + othersMs, () => void this.catchUp())
    })
    cluster.messages.listen((message) => {
      if (messageSchema.safeParse(message).success) void this.catchUp()
    })
    clock.at(clock.now() + startMs, () => {
      this.isReady = true
    })
  }

  /** Erases on all machines: the calls with this number, then what other parts they have. @param phone national form */
  async everywhere(phone: string): Promise<ErasedEverywhere> {
    const found = await this.eraseAll(phone, [])
    if (found.erased.length === 0) return found
    const parts = await this.eraseAll(phone, found.erased.slice(0, mostCalls))
    const open = [...new Set([...found.open, ...parts.open])]
    return { ...together(found, parts), unmatched: parts.unmatched, open }
  }

  private async eraseAll(phone: string, calls: readonly string[]): Promise<ErasedEverywhere> {
    const { vault, store, members, peers, messages } = this.cluster
    const { RECORDINGS_DAYS, TRANSCRIPTS_DAYS } = this.context.config
    const ttlMs = (Math.max(RECORDINGS_DAYS, TRANSCRIPTS_DAYS) + 7) * dayMs
    store.append(this.key, vault.seal({ phone, calls }, this.key), { ttlMs, keep: mostErasures })
    const ask = { method: 'POST', body: { phone, calls }, withinMs: eraseMs }
    const asked = members.others()
    const [own, others] = await Promise.all([
      this.eraseHere(phone, calls),
      peers.askAll('/cluster/erase', ask),
    ])
    void messages.tell({ kind: 'erased' })
    const answered = new Set(others.map(({ member }) => member.id))
    const silent = asked.filter(({ id }) => !answered.has(id))
    const open = [...new Set([...silent, ...members.away()].map(({ url }) => url))]
    const theirs = others.flatMap(({ json }) => erasedSchema.safeParse(json).data ?? [])
    return { ...[own, ...theirs].reduce(together), open }
  }

  /** Carries out what was erased while this machine did not hear of it. */
  private catchUp(): Promise<void> {
    this.reading ??= this.read()
      .catch((error: unknown) =>
        this.context.log.error('erasures of other machines were not carried out', {
          error: errorText(error),
        }),
      )
      .finally(() => {
        this.reading = undefined
      })
    return this.reading
  }

  private async read(): Promise<void> {
    const lines = await this.cluster.store.lines(this.key, this.lastId())
    if (lines === undefined) return
    for (const { id, line } of lines) {
      const erasure = lineSchema.safeParse(this.cluster.vault.open(line, this.key)).data
      if (erasure !== undefined) await this.eraseHere(erasure.phone, erasure.calls)
      // Only now: a machine that dies in between erases once more.
      await Bun.write(this.file, id)
    }
    this.isReady = true
  }

  /** The last erasure that was carried out; `0` for all. */
  private lastId(): string {
    try {
      return /^\d+-\d+$/.exec(readFileSync(this.file, 'utf8'))?.[0] ?? '0'
    } catch {
      return '0'
    }
  }
}

const together = (a: Erased, b: Erased): Erased => ({
  erased: [...new Set([...a.erased, ...b.erased])].sort(),
  recordings: a.recordings + b.recordings,
  live: [...new Set([...a.live, ...b.live])],
  unmatched: a.unmatched + b.unmatched,
})
