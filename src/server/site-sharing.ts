// One site on several machines. Redis holds the newest generation of the site folder; a change is made by replacing
// exactly the generation that it began with, so that of two operators at once the second learns of it. Every machine
// takes over what another one changed: its content first, checked by hash, then the generation, then it goes on air.

import { z } from 'zod'
import type { Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { audioName, contentOf, documentName, parseGeneration, SiteError } from '../site/generation.ts'
import type { NextGeneration, Site, SiteOthers } from '../site/types.ts'
import type { ServerContext } from './context.ts'

/** A message may be lost: each machine looks this often. */
const lookEveryMs = 10_000
/** A start waits this long for Redis; then the machine is ready, and catches up when Redis is there. */
const startMs = 3_000
/** An operator waits this long until the content of a change is in Redis. */
const contentMs = 2_000
/** After this time content comes from the machines that have it. */
const contentTtlMs = 30 * 86_400_000

const generationSchema = z.object({ generation: z.int().min(1), text: z.string() })
type Shared = z.infer<typeof generationSchema>
const messageSchema = z.object({ kind: z.literal('site'), generation: z.number() })
const contentSchema = z.object({ content: z.string() })
const contentName = /^[0-9a-f]{64}\.(raw|txt)$/

/** The path on which another machine gives content of the site. */
const contentPath = (name: string) => `/cluster/site/${name}`

export class SiteSharing implements SiteOthers {
  /** Whether this machine has what the others have, or Redis did not say in time what that is. */
  isReady = false
  private readonly key: string
  private site: Site | undefined
  private renew: () => Promise<unknown> = async () => {}
  private looking: Promise<void> | undefined
  private timer: Timer | undefined
  private isClosed = false

  constructor(
    private readonly context: Pick<ServerContext, 'clock' | 'log' | 'degraded'>,
    private readonly cluster: Pick<Cluster, 'store' | 'vault' | 'members' | 'peers' | 'messages'>,
  ) {
    this.key = `${cluster.vault.prefix}site`
  }

  /** From now on what others change goes on air here. @param renew reads the site again and puts it in use */
  follow(site: Site, renew: () => Promise<unknown>): void {
    const { clock } = this.context
    this.site = site
    this.renew = renew
    this.cluster.store.onUp(() => void this.look())
    this.cluster.messages.listen((message) => {
      const told = messageSchema.safeParse(message).data
      if (told !== undefined && told.generation !== site.state.generation) void this.look()
    })
    const lookLater = () => {
      this.timer = clock.at(clock.now() + lookEveryMs, () => {
        void this.look()
        lookLater()
      })
    }
    lookLater()
    clock.at(clock.now() + startMs, () => {
      this.isReady = true
    })
  }

  close(): void {
    this.isClosed = true
    this.timer?.cancel()
  }

  /** Content of the site for another machine, in Base64; undefined when it is not here. */
  async contentOf(name: string): Promise<string | undefined> {
    if (!contentName.test(name)) return undefined
    const bytes = await this.site?.content(name).catch(() => undefined)
    return bytes && Buffer.from(bytes).toString('base64')
  }

  async agree({ number, before, text, change }: NextGeneration): Promise<void> {
    const shared = await this.shared()
    if (shared === undefined) throw noRedis()
    if (shared !== null && shared.generation !== before) throw changedElsewhere()
    for (const { after } of change.items) if (after !== null) await this.offer(namesIn(after))
    const isFirst = await this.swap({ generation: number, text }, shared?.generation ?? 0)
    if (isFirst === undefined) throw noRedis()
    if (!isFirst) throw changedElsewhere()
  }

  async catchUp(site: Site): Promise<void> {
    const { degraded, log } = this.context
    try {
      const shared = await this.shared()
      if (shared !== undefined) await this.compare(site, shared)
      degraded.delete('site')
    } catch (error) {
      const reason = errorText(error)
      if (!degraded.has('site')) log.warn('a change of another machine is not on air here yet', { reason })
      degraded.set('site', `site: a change of another machine is not on air here yet (${reason})`)
    }
  }

  /** A machine that is ahead with the same past tells the others; else what Redis has is what is on air there. */
  private async compare(site: Site, shared: Shared | null): Promise<void> {
    const own = site.state.generation
    const text = await site.textOf(own)
    const isInPast = shared !== null && (await site.textOf(shared.generation)) === shared.text
    if (shared !== null && isInPast && shared.generation === own) return
    if (shared === null || (isInPast && shared.generation < own)) {
      if (text !== undefined && own > 0) await this.tell(site, { generation: own, text }, shared)
    } else if (shared.generation > own) await this.takeOver(site, shared)
    else {
      // A machine with a past of its own: what the others have comes after it.
      const next = renumbered(shared, own + 1)
      await this.takeContent(site, next)
      if (await this.swap(next, shared.generation)) await site.adopt(next.generation, next.text)
    }
  }

  private async tell(site: Site, own: Shared, before: Shared | null): Promise<void> {
    const { state } = parseGeneration(own.text, own.generation, 'the own generation')
    await this.offer(contentOf({ state, change: undefined }), site)
    await this.swap(own, before?.generation ?? 0)
  }

  private async takeOver(site: Site, shared: Shared): Promise<void> {
    await this.takeContent(site, shared)
    await site.adopt(shared.generation, shared.text)
    this.context.log.info('the site of another machine is taken over', { generation: shared.generation })
  }

  /** @throws {SiteError} `content` when something that is on air there cannot be had */
  private async takeContent(site: Site, { generation, text }: Shared): Promise<void> {
    const { state, change } = parseGeneration(text, generation, 'the shared generation')
    const needed = contentOf({ state, change: undefined })
    for (const name of contentOf({ state, change })) {
      const isThere = await site.content(name).then(
        () => true,
        () => false,
      )
      if (isThere) continue
      const bytes = await this.ask(name)
      if (bytes !== undefined) await site.store(bytes, name.endsWith('.raw') ? 'raw' : 'txt')
      // What the change replaced is wanted for its undo only.
      else if (needed.has(name)) throw new SiteError('content', `no machine that answers has content/${name}`)
    }
  }

  /** From Redis, else from the machines that have it. */
  private async ask(name: string): Promise<Uint8Array | undefined> {
    const { vault, peers } = this.cluster
    const kept = await vault.get('content', name)
    const others = () => peers.askAll(contentPath(name), { withinMs: contentMs })
    const answers = typeof kept === 'string' ? [{ json: { content: kept } }] : await others()
    for (const { json } of answers) {
      const found = contentSchema.safeParse(json).data
      if (found === undefined) continue
      const bytes = Buffer.from(found.content, 'base64')
      if (new Bun.CryptoHasher('sha256').update(bytes).digest('hex') === name.slice(0, 64)) return bytes
    }
    return undefined
  }

  /** Puts content into Redis, so that it can be had while this machine is off. */
  private async offer(names: Iterable<string>, site = this.site): Promise<void> {
    const { vault } = this.cluster
    for (const name of names) {
      const bytes = await site?.content(name)
      if (bytes === undefined) continue
      vault.put('content', name, Buffer.from(bytes).toString('base64'), { ttlMs: contentTtlMs })
      await vault.written('content', name, contentMs)
    }
  }

  private async swap(next: Shared, from: number): Promise<boolean | undefined> {
    const { store, vault, messages } = this.cluster
    const sealed = vault.seal(next, this.key)
    const isDone = await store.swap(this.key, sealed, { from, to: next.generation })
    if (isDone) void messages.tell({ kind: 'site', generation: next.generation })
    return isDone
  }

  /** @returns null when Redis has none, undefined when it did not answer */
  private async shared(): Promise<Shared | null | undefined> {
    const { store, vault } = this.cluster
    const sealed = await store.get(this.key)
    if (typeof sealed !== 'string') return sealed
    return generationSchema.parse(vault.open(sealed, this.key))
  }

  private look(): Promise<void> {
    this.looking ??= this.lookOnce()
      .catch((error: unknown) =>
        this.context.log.warn('the site was not compared', { reason: errorText(error) }),
      )
      .finally(() => {
        this.looking = undefined
      })
    return this.looking
  }

  private async lookOnce(): Promise<void> {
    const shared = await this.shared()
    if (shared === undefined || this.site === undefined || this.isClosed) return
    const isSame = shared !== null && (await this.site.textOf(this.site.state.generation)) === shared.text
    const isEmpty = shared === null && this.site.state.generation === 0
    if (!isSame && !isEmpty) await this.renew()
    this.isReady = true
  }
}

/** The name of the audio or the document. */
function namesIn(after: Parameters<typeof documentName>[0] | { sound: { sha256: string } | null }): string[] {
  if ('sound' in after) return after.sound === null ? [] : [audioName(after.sound)]
  return [documentName(after)]
}

function renumbered({ text }: Shared, generation: number): Shared {
  const file = JSON.parse(text) as { change?: { generation?: number } }
  const change = { ...file.change, generation }
  return { generation, text: `${JSON.stringify({ ...file, change }, null, 1)}\n` }
}

const changedElsewhere = () =>
  new SiteError(
    'conflict',
    'the site was changed on another machine meanwhile: look at the phrases again, then try again',
  )

const noRedis = () =>
  new SiteError(
    'noRedis',
    'Redis does not answer, so the other machines would not hear of the change: try again when it does',
  )
