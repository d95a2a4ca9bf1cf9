// What the site folder offers to the rest of the program (store.ts). Types only.

import type { SiteDisk } from './disk.ts'
import type { SiteChange, SiteFault, SiteItem, SiteState } from './generation.ts'
import type { Spoken, VoiceBook } from './voice-book.ts'

export type SiteOptions = {
  dir: string
  /** Wall-clock ms, for the history. */
  wallMs: () => number
  disk?: SiteDisk
  /** Where several machines have one site. */
  others?: SiteOthers
}

/** The other machines of the same site. */
export type SiteOthers = {
  /** Asked before a change is written. @throws {SiteError} when it may not be made */
  agree(next: NextGeneration): Promise<void>
  /** Asked whenever the folder is read again: takes over what another machine changed. Never rejects */
  catchUp(site: Site): Promise<void>
}

/** A generation as its file has it. `before`: the number of the one that it was made from. */
export type NextGeneration = { number: number; before: number; text: string; change: SiteChange }

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
  /** The text of a generation's file; undefined when it cannot be read. */
  textOf(generation: number): Promise<string | undefined>
  /**
   * Makes a generation of another machine the state in use. What it names must have been stored.
   *
   * @throws {SiteError} `conflict` when the folder has a generation of this number or a higher one
   */
  adopt(generation: number, text: string): Promise<void>
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
