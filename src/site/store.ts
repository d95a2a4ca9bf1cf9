// The site folder, DATA_DIR/site: what this site has changed, laid over the shipped assets.
//
//   generations/000007.json   a whole state and the change that led to it; the newest one is in use
//   content/<sha256>.raw      audio, named by its content; .txt for documents
//   voices/<hash>.json        what a voice has spoken of the desk's sentences (voice-book.ts)
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
import { addToBook, readBook, type Spoken, type VoiceBook } from './voice-book.ts'

export type SiteOptions = {
  dir: string
  /** Wall-clock ms, for the history. */
  wallMs: () => number
  disk?: SiteDisk
}

export type NewChange = Pick<SiteChange, 'by' | 'action' | 'undoes' | 'items'> & { earlier?: SiteChange[] }

export type Site = {
  readonly dir: string
  readonly state: SiteState
  /** What is broken in the folder, as of the last read. */
  readonly faults: readonly SiteFault[]
  /** Reads the newest generation: at the start, and when another process may have changed it. */
  refresh(): Promise<void>
  /**
   * Stores audio or a document under its own hash, before the change that names it.
   *
   * @param extension `raw` for audio, `txt` for documents
   * @returns the SHA-256
   */
  store(bytes: Uint8Array, extension: 'raw' | 'txt'): Promise<string>
  /** @param name as `audioName` and `documentName` give it @throws {SiteError} `content`: missing or changed */
  content(name: string): Promise<Uint8Array>
  /**
   * Makes a change the state in use. Its content must have been stored.
   *
   * @throws {SiteError} `conflict` when another process has changed the folder since the last read; errors of the disk
   */
  commit(change: NewChange): Promise<SiteState>
  /** What a voice has spoken. @param voice `Tts.voiceKey` */
  book(voice: string): Promise<VoiceBook>
  /** Adds to what a voice has spoken; the audio must have been stored. @throws errors of the disk */
  addToBook(voice: string, spoken: Spoken): Promise<void>
  /** Newest first. */
  history(limit: number): Promise<SiteChange[]>
  /** Whether a change of the history can be taken back: nothing of it was changed again since. */
  canUndo(change: SiteChange): boolean
  /**
   * What would take a change back.
   *
   * @throws {SiteError} `unknown` generation; `changed` when something of it was changed again since
   */
  undoing(generation: number): Promise<SiteItem[]>
  /** Deletes what only very old changes need. For the start of the server. */
  collect(): Promise<void>
}

/** Opens the folder; it need not exist. Never throws: what cannot be read is listed in `faults`. */
export async function openSite(options: SiteOptions): Promise<Site> {
  const site = new SiteFolder(options)
  await site.refresh()
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

  constructor({ dir, wallMs, disk = createSiteDisk() }: SiteOptions) {
    this.dir = dir
    this.wallMs = wallMs
    this.disk = disk
  }

  async refresh(): Promise<void> {
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
    const path = join(this.dir, 'generations', fileOf(generation))
    if (!(await this.disk.create(path, new TextEncoder().encode(text))))
      throw new SiteError(
        'conflict',
        'the site folder was changed by another program meanwhile: look at the phrases again, then try again',
      )
    this.newest = generation
    this.state = state
    // What could not be read is not part of the new state.
    this.faults = []
    return state
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

const versioned = <T extends { version: number } | null>(after: T, version: number): T =>
  after === null ? after : { ...after, version }

/** Whether both say and sound the same, whenever they were set. */
function isSame<T extends { version: number }>(one: T | null, other: T | null): boolean {
  return Bun.deepEquals(one && { ...one, version: 0 }, other && { ...other, version: 0 })
}
