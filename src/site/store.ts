// The site folder, DATA_DIR/site: what this site has changed, laid over the shipped assets.
//
//   generations/000007.json   a whole state and the change that led to it; the newest one is in use
//   content/<sha256>.raw      audio, named by its content; .txt for documents
//   voices/<hash>.json        what a voice has spoken of the desk's sentences (voice-book.ts)
//   drafts/draft.json         what is kept beside what is on air, until it is published (draft.ts)
//
// A change writes its content first and then one new generation, whose name is the commit: after a kill at any moment
// the newest generation is the old one or the new one, and everything it names is on the disk.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorText } from '../base/errors.ts'
import { collectSite } from './collect.ts'
import { createSiteDisk, type SiteDisk } from './disk.ts'
import {
  applyItems,
  emptyState,
  fileOf,
  type Generation,
  generationText,
  parseGeneration,
  type SiteChange,
  SiteError,
  type SiteFault,
  type SiteItem,
  type SiteState,
} from './generation.ts'
import type { NewChange, Site, SiteOptions } from './types.ts'
import { addToBook, readBook, type Spoken, type VoiceBook } from './voice-book.ts'

export type { NewChange, NextGeneration, Site, SiteOptions, SiteOthers } from './types.ts'

/** Opens the folder; it need not exist. Never throws: what cannot be read is listed in `faults`. */
export async function openSite(options: SiteOptions): Promise<Site> {
  const site = new SiteFolder(options)
  await site.readNewest()
  return site
}

class SiteFolder implements Site {
  readonly dir: string
  state: SiteState = emptyState
  faults: SiteFault[] = []
  /** The highest number in the folder, whether its file can be read or not. */
  private newest = 0
  private readonly disk: SiteDisk
  private readonly wallMs: () => number

  constructor(private readonly options: SiteOptions) {
    this.dir = options.dir
    this.wallMs = options.wallMs
    this.disk = options.disk ?? createSiteDisk()
  }

  async refresh(): Promise<void> {
    await this.readNewest()
    await this.options.others?.catchUp(this)
  }

  async readNewest(): Promise<void> {
    const faults: SiteFault[] = []
    let numbers: number[] = []
    try {
      numbers = await this.numbers()
    } catch (error) {
      faults.push({ what: 'generations', reason: `cannot be read (${errorText(error)})` })
    }
    this.newest = numbers[0] ?? 0
    this.state = emptyState
    for (const number of numbers) {
      try {
        const generation = await this.read(number)
        this.state = generation.state
        faults.push(...generation.faults)
        break
      } catch (error) {
        const reason = error instanceof SiteError ? error.message : errorText(error)
        faults.push({ what: fileOf(number), reason: `is skipped, an older change is in use (${reason})` })
      }
    }
    this.faults = faults
  }

  async store(bytes: Uint8Array, extension: 'raw' | 'txt'): Promise<string> {
    const sha256 = new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
    await this.disk.write(join(this.dir, 'content', `${sha256}.${extension}`), bytes)
    return sha256
  }

  async content(name: string): Promise<Uint8Array> {
    let bytes: Uint8Array
    try {
      bytes = await readFile(join(this.dir, 'content', name))
    } catch (cause) {
      throw new SiteError('content', `content/${name} cannot be read`, { cause })
    }
    if (new Bun.CryptoHasher('sha256').update(bytes).digest('hex') !== name.slice(0, name.indexOf('.')))
      throw new SiteError('content', `content/${name} is damaged`)
    return bytes
  }

  async commit({ earlier = [], ...change }: NewChange): Promise<SiteState> {
    const generation = this.newest + 1
    const at = new Date(this.wallMs()).toISOString()
    const items = change.items.map((item) => ({ ...item, after: versioned(item.after, generation) }))
    const whole = { ...change, items, generation, at } as SiteChange
    const state = applyItems(this.state, whole.items, generation)
    const text = generationText({ state, change: whole, earlier })
    await this.options.others?.agree({
      number: generation,
      before: this.state.generation,
      text,
      change: whole,
    })
    await this.create(generation, text)
    this.state = state
    // What could not be read is not part of the new state.
    this.faults = []
    return state
  }

  textOf(generation: number): Promise<string | undefined> {
    return readFile(join(this.dir, 'generations', fileOf(generation)), 'utf8').catch(() => undefined)
  }

  async adopt(generation: number, text: string): Promise<void> {
    await this.readNewest()
    if (generation <= this.newest) throw conflict()
    await this.create(generation, text)
    await this.readNewest()
  }

  book(voice: string): Promise<VoiceBook> {
    return readBook(this.dir, voice)
  }

  addToBook(voice: string, spoken: Spoken): Promise<void> {
    return addToBook(this.dir, this.disk, voice, spoken)
  }

  async history(limit: number): Promise<SiteChange[]> {
    const changes: SiteChange[] = []
    for (const number of await this.numbers()) {
      if (changes.length >= limit) break
      const read = await this.read(number).catch(() => undefined)
      if (read?.change) changes.push(read.change)
      if (read) changes.push(...read.earlier)
    }
    return changes.slice(0, limit)
  }

  async undoing(generation: number): Promise<SiteItem[]> {
    const { change } = await this.read(generation).catch((cause) => {
      throw new SiteError('unknown', `there is no change ${generation}`, { cause })
    })
    if (!change) throw new SiteError('unknown', `change ${generation} cannot be read`)
    const changed = this.changedSince(change)
    if (changed.length > 0) {
      const names = changed.map(({ id }) => id).join(', ')
      throw new SiteError('changed', `changed again since: ${names}; undo the later change first`)
    }
    return change.items.map((item) => ({ ...item, before: item.after, after: item.before }) as SiteItem)
  }

  async collect(): Promise<void> {
    const numbers = await this.numbers().catch(() => [])
    const { dir, wallMs } = this
    await collectSite({ dir, wallMs, numbers, read: (number) => this.read(number) })
  }

  canUndo(change: SiteChange): boolean {
    return change.generation > 0 && this.changedSince(change).length === 0
  }

  private async create(generation: number, text: string): Promise<void> {
    const path = join(this.dir, 'generations', fileOf(generation))
    if (!(await this.disk.create(path, new TextEncoder().encode(text)))) throw conflict()
    this.newest = generation
  }

  private changedSince({ items }: SiteChange): SiteItem[] {
    return items.filter((item) => !isSame(this.present(item), item.after))
  }

  private present(item: SiteItem): SiteItem['after'] {
    return (item.kind === 'phrase' ? this.state.phrases[item.id] : this.state.documents[item.id]) ?? null
  }

  /** Of the generations in the folder, the highest first. */
  private async numbers(): Promise<number[]> {
    const names = await readdir(join(this.dir, 'generations')).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    const numbers = names.flatMap((name) => /^(\d{6,})\.json$/.exec(name)?.[1] ?? []).map(Number)
    return numbers.sort((a, b) => b - a)
  }

  private async read(number: number): Promise<Generation> {
    const name = fileOf(number)
    return parseGeneration(await readFile(join(this.dir, 'generations', name), 'utf8'), number, name)
  }
}

const conflict = () =>
  new SiteError(
    'conflict',
    'the site folder was changed by another program meanwhile: look at the phrases again, then try again',
  )

const versioned = <T extends { version: number } | null>(after: T, version: number): T =>
  after === null ? after : { ...after, version }

/** Whether both say and sound the same, whenever they were set. */
function isSame<T extends { version: number }>(one: T | null, other: T | null): boolean {
  return Bun.deepEquals(one && { ...one, version: 0 }, other && { ...other, version: 0 })
}
