// The draft of a change: phrases, prompts, hours and files of the desk are kept beside what is on air, rehearsed on the
// newest recorded calls, and published as one generation.

import type { DraftEditor } from '../../admin/draft-types.ts'
import { faultText } from '../../base/errors.ts'
import { historyEntries } from '../../phrases/history.ts'
import { refusal } from '../../phrases/refusals.ts'
import type { PhraseChange, PhraseEditor } from '../../phrases/types.ts'
import { createSiteDisk, type SiteDisk } from '../../site/disk.ts'
import { documentText } from '../../site/document-text.ts'
import { type Draft, onState, readDraft, withItems, writeDraft } from '../../site/draft.ts'
import type { SiteItem } from '../../site/generation.ts'
import type { Site } from '../../site/store.ts'
import type { ServerContext } from '../context.ts'
import type { DeskParts } from '../desk/desk.ts'
import { documentFault } from '../desk/documents.ts'
import { RunningRehearsal } from './draft-rehearsal.ts'
import { startRehearsal } from './rehearsal-thread.ts'
import { withSaying } from './saying-file.ts'

export type DraftNeeds = {
  site: Site
  phraseEditor: Pick<PhraseEditor, 'itemOf' | 'publish'>
  desk: Pick<DeskParts, 'reload'>
  disk?: SiteDisk
}

type Refused = PhraseChange & { ok: false }
type Context = Pick<ServerContext, 'config' | 'clock' | 'memories'>

/** Reading a draft takes about a second, more on a busy machine. */
const checkLimitMs = 60_000

const refused = (problem: string, code?: Refused['code']): Refused => ({
  ok: false,
  problems: [problem],
  code,
})

export function createDraft(context: Context, needs: DraftNeeds): DraftEditor {
  const draft = new DraftOfSite(context, needs)
  context.memories.add((callId) => draft.forget(callId))
  return draft
}

class DraftOfSite implements DraftEditor {
  private rehearsal: RunningRehearsal | undefined
  private readonly disk: SiteDisk
  /** The last change that was started; the next one waits for it. */
  private lastChange: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly context: Context,
    private readonly needs: DraftNeeds,
  ) {
    this.disk = needs.disk ?? createSiteDisk()
  }

  async read() {
    const { site } = this.needs
    const { base, items } = await this.load()
    const change = { generation: 0, at: '', by: '', action: 'draft' as const }
    const shown = onState(items, site.state)
    // One entry for each, because an entry shows only the first items of a large change.
    const entries = await historyEntries(
      shown.map((item) => ({ ...change, items: [item] })),
      site,
    )
    const rehearsal = this.rehearsal ? { ...this.rehearsal.state } : null
    return { base, generation: site.state.generation, items: entries.flatMap((one) => one.items), rehearsal }
  }

  putText(name: string, language: string, text: string) {
    return this.put(() => this.needs.phraseEditor.itemOf(name, language, text))
  }

  putDocument(id: string, text: string | null) {
    return this.put(() => this.documentItem(id, text))
  }

  putSaying(said: string, means: string | null, language = this.context.config.LANGUAGE) {
    return this.put(async () => {
      const { site } = this.needs
      const id = `desk/${language}.yaml`
      const { items } = await this.load()
      const drafted = withItems(site, items)
      const before = (await documentText(drafted, id)) ?? ''
      try {
        const text = withSaying(before, said, means)
        return await this.documentItem(id, text === '' ? null : text)
      } catch (error) {
        return refused(`${id}: ${faultText(error)}`)
      }
    })
  }

  remove(id: string) {
    return this.oneAtATime(async () => {
      const { base, items } = await this.load()
      const rest = items.filter((item) => item.id !== id)
      if (rest.length === items.length) return false
      await this.write({ base, items: rest })
      return true
    })
  }

  discard() {
    return this.oneAtATime(() => this.write({ base: this.needs.site.state.generation, items: [] }))
  }

  rehearse(last: number) {
    return this.oneAtATime(async () => {
      if (this.rehearsal?.state.phase === 'running') return false
      const { items } = await this.load()
      await this.write({ base: this.needs.site.state.generation, items })
      this.rehearsal = new RunningRehearsal(this.context, last)
      return true
    })
  }

  differences() {
    return this.rehearsal?.differences ?? { differ: [], left: [] }
  }

  publish(by: string) {
    return this.oneAtATime(() => this.publishNow(by)).catch(refusal)
  }

  forget(callId: string): void {
    this.rehearsal?.forget(callId)
  }

  private async documentItem(id: string, text: string | null): Promise<SiteItem | Refused> {
    const fault = text === null ? undefined : documentFault(id, text)
    if (fault !== undefined) return refused(`${id}: ${fault}`)
    const { site } = this.needs
    const before = site.state.documents[id] ?? null
    if (text === null) return { kind: 'document', id, before, after: null }
    const bytes = new TextEncoder().encode(text)
    const sha256 = await site.store(bytes, 'txt')
    return { kind: 'document', id, before, after: { sha256, bytes: bytes.length, version: 1 } }
  }

  private async publishNow(by: string): Promise<PhraseChange> {
    const { site, phraseEditor, desk } = this.needs
    const { base, items } = await this.load()
    if (items.length === 0) return refused('the draft is empty')
    const { generation } = site.state
    if (generation !== base)
      return refused(
        `change ${generation} was published since change ${base}, on which the draft was made: rehearse it again`,
        'conflict',
      )
    const fault = await this.fault()
    if (fault !== undefined) return refused(fault)
    const change = await phraseEditor.publish(onState(items, site.state), by, base)
    if (!change.ok) return change
    await this.write({ base: site.state.generation, items: [] })
    if (!items.some(({ id }) => id.startsWith('desk/'))) return change
    const read = await desk.reload()
    return read.ok ? change : { ok: false, problems: read.problems }
  }

  /** What does not fit together in the draft, as the thread of the rehearsal reads it. */
  private fault(): Promise<string | undefined> {
    const { config, clock } = this.context
    return new Promise((resolve) => {
      const stop = startRehearsal({ config, last: 0, wallMs: clock.wallMs() }, (message) => {
        if (message.kind !== 'done' && message.kind !== 'failed') return
        late.cancel()
        resolve(message.kind === 'failed' ? message.reason : undefined)
      })
      const late = clock.at(clock.now() + checkLimitMs, () => {
        stop()
        resolve('reading the draft took too long: try again')
      })
    })
  }

  private put(make: () => Promise<SiteItem | Refused>): Promise<{ ok: true } | Refused> {
    return this.oneAtATime(async () => {
      const item = await make()
      if ('ok' in item) return item
      const { base, items } = await this.load()
      await this.write({ base, items: [...items.filter(({ id }) => id !== item.id), item] })
      return { ok: true as const }
    }).catch(refusal)
  }

  private async load(): Promise<Draft> {
    const { site } = this.needs
    return (await readDraft(site.dir)) ?? { base: site.state.generation, items: [] }
  }

  /** A rehearsal was of the draft before. */
  private async write(draft: Draft): Promise<void> {
    await writeDraft(this.needs.site.dir, this.disk, draft)
    this.rehearsal?.stop()
    this.rehearsal = undefined
  }

  private oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const change = this.lastChange.then(work)
    this.lastChange = change.catch(() => {})
    return change
  }
}
