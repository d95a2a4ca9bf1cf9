// What the operator does with the phrases: list them, hear one, hear what a new text would sound like, change a text,
// upload the sound of a person, go back. A change is spoken or decoded, checked and read as a whole set; only then is
// it committed to the site folder and swapped in. If any step fails, everything stays as it was.

import { bytesOf } from '../audio/pcm.ts'
import type { PhraseTexts } from '../desk/texts.ts'
import { voiceNameOf } from '../providers/voice-key.ts'
import {
  applyItems,
  SiteError,
  type SiteFault,
  type SiteItem,
  type SitePhrase,
  type SiteState,
} from '../site/generation.ts'
import type { Site } from '../site/store.ts'
import type { PhraseCache } from './cache.ts'
import { type Finish, finishHere, type PhraseSpeaker, speakPhrase } from './generate.ts'
import { historyEntries } from './history.ts'
import { type PhraseSet, type Reloaded, readPhrases, type Wanted } from './read.ts'
import { cleaned, type Refusal, refusal, unknown } from './refusals.ts'
import { installPhrases, reloadPhrases } from './reload.ts'
import { shippedTexts } from './repair.ts'
import { idOf, type Phrase, phrasesOf } from './texts.ts'
import type { Editing, HistoryEntry, PhraseChange, PhraseEditor, PhraseInfo, PhrasePreview } from './types.ts'
import { finishUpload } from './upload.ts'

export type PhraseEditorOptions = {
  assetsDir: string
  site: Site
  cache: PhraseCache
  speaker: PhraseSpeaker
  /** Decodes an uploaded file to 8 kHz mono. @throws {Error} when it is not audio, damaged or cut */
  decode: (file: Uint8Array) => Promise<Int16Array>
  /** On another thread, because a minute of sound takes 0.2 s, ten frames of every call; default: on this one. */
  finish?: Finish
  /** The language the bot speaks; its phrases are listed first. */
  language: string
  /** The languages that are loaded, and the voice that is to speak the whole desk; default: all, and none. */
  wanted?: Wanted
  /**
   * Reads the site's documents for a state, before its phrases are swapped in. @param isRefused whether a broken one of
   * this name is an error @returns puts them in use
   */
  documents?: (state: SiteState, isRefused: (id: string) => boolean) => Promise<() => void>
  /** Called after each load: with the texts for future calls, what is broken, and the phrases without a recording. */
  onLoaded: (loaded: Reloaded) => void
}

/**
 * Loads the phrases for the first time. Broken audio and broken changes of the site are left out and named in
 * `onLoaded`: the server must start.
 *
 * @throws {ConfigError} `badTexts` when the shipped texts cannot be used; {@link PhraseError} `tooBig`
 */
export async function openPhraseEditor(options: PhraseEditorOptions): Promise<PhraseEditor> {
  const editor = new Editor(options)
  await editor.start()
  return editor
}

class Editor implements PhraseEditor {
  texts: readonly PhraseTexts[] = []
  private generation = 0
  private voices: ReadonlyMap<string, string> = new Map()
  /** The last change that was started; the next one waits for it. */
  private lastChange: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: PhraseEditorOptions) {}

  async start(): Promise<PhraseChange> {
    const { state, faults } = this.site
    const useDocuments = await this.documents(state, () => false)
    const started = this.use(installPhrases(await this.read(state, faults), this.options.cache))
    useDocuments()
    return started
  }

  renew(): Promise<PhraseChange> {
    return this.oneAtATime(() => this.catchUp())
  }

  list(): readonly PhraseInfo[] {
    const { language } = this.options
    const first = this.texts.toSorted(
      (a, b) => Number(b.language === language) - Number(a.language === language),
    )
    return first.flatMap(phrasesOf).map((phrase) => {
      const view = this.options.cache.peek(phrase.text, phrase.language)
      return {
        name: nameOf(phrase),
        language: phrase.language,
        text: phrase.text,
        durationMs: Math.round((view?.samples.length ?? 0) / 8),
        source: voiceNameOf(this.voices.get(idOf(phrase)) ?? 'live'),
        generation: view?.generation ?? this.generation,
        bytes: view?.samples.byteLength ?? 0,
        version: this.versionOf(phrase),
      }
    })
  }

  samples(name: string, language: string): Int16Array | undefined {
    const phrase = this.phrase(name, language)
    return phrase && this.options.cache.peek(phrase.text, language)?.samples
  }

  reload(): Promise<PhraseChange> {
    return this.oneAtATime(async () => {
      await this.site.refresh()
      const { assetsDir, cache, wanted } = this.options
      const useDocuments = await this.documents(this.site.state, () => true)
      const change = this.use(await reloadPhrases(assetsDir, cache, this.site, wanted))
      useDocuments()
      return change
    })
  }

  async preview(name: string, language: string, text: string): Promise<PhrasePreview> {
    const phrase = this.phrase(name, language)
    if (!phrase) return unknown(name, language)
    const clean = cleaned(text)
    if (typeof clean !== 'string') return clean
    return audible(() => this.spoken({ ...phrase, text: clean }))
  }

  put(name: string, language: string, text: string, editing: Editing): Promise<PhraseChange> {
    return this.change(name, language, editing, 'text', (phrase) => this.spokenText(phrase, text))
  }

  previewSound(file: Uint8Array): Promise<PhrasePreview> {
    return audible(() => this.decoded(file))
  }

  putSound(name: string, language: string, file: Uint8Array, editing: Editing): Promise<PhraseChange> {
    return this.change(name, language, editing, 'sound', async ({ text }) => {
      const samples = await this.decoded(file)
      return { text, sound: { samples, voice: speakerVoice, isSpeaker: true } }
    })
  }

  async history(limit: number): Promise<HistoryEntry[]> {
    return historyEntries(await this.site.history(limit), this.site)
  }

  undo(generation: number, by: string): Promise<PhraseChange> {
    return this.oneAtATime(async () => {
      const items = await this.site.undoing(generation)
      return this.commit({ by, action: 'undo', undoes: generation, items })
    })
  }

  itemOf(name: string, language: string, text: string): Promise<SiteItem | Refusal> {
    const phrase = this.phrase(name, language)
    if (!phrase) return Promise.resolve(unknown(name, language))
    return this.made(phrase, (one) => this.spokenText(one, text)).catch(refusal)
  }

  publish(items: readonly SiteItem[], by: string, base: number): Promise<PhraseChange> {
    return this.oneAtATime(async () => {
      const { generation } = this.site.state
      if (generation !== base) throw new SiteError('conflict', `change ${generation} was made since`)
      return this.commit({ by, action: 'draft', items: [...items] })
    })
  }

  putDocument(id: string, text: string | null, { by, version }: Editing): Promise<PhraseChange> {
    return this.oneAtATime(async () => {
      const before = this.site.state.documents[id] ?? null
      if (version !== undefined && version !== (before?.version ?? 0)) return this.conflict(id)
      const bytes = new TextEncoder().encode(text ?? '')
      const after =
        text === null
          ? null
          : { sha256: await this.site.store(bytes, 'txt'), bytes: bytes.length, version: 1 }
      return this.commit({ by, action: 'document', items: [{ kind: 'document', id, before, after }] })
    })
  }

  private spoken(phrase: Phrase): Promise<Int16Array> {
    return speakPhrase(phrase, this.options.speaker, this.options.finish)
  }

  private async spokenText(phrase: Phrase, text: string): Promise<NewPhrase | Refusal> {
    const clean = cleaned(text)
    if (typeof clean !== 'string') return clean
    const samples = await this.spoken({ ...phrase, text: clean })
    return { text: clean, sound: { samples, voice: this.options.speaker.voice, isSpeaker: false } }
  }

  private async decoded(file: Uint8Array): Promise<Int16Array> {
    return finishUpload(await this.options.decode(file), this.options.finish ?? finishHere)
  }

  /** One phrase gets another text or sound. @param make what it becomes, or why not */
  private change(
    name: string,
    language: string,
    { by, version }: Editing,
    action: 'text' | 'sound',
    make: (phrase: Phrase) => Promise<NewPhrase | Refusal>,
  ): Promise<PhraseChange> {
    return this.oneAtATime(async () => {
      const phrase = this.phrase(name, language)
      if (!phrase) return unknown(name, language)
      if (version !== undefined && version !== this.versionOf(phrase)) return this.conflict(idOf(phrase))
      const item = await this.made(phrase, make)
      return 'ok' in item ? item : this.commit({ by, action, items: [item] })
    })
  }

  /** What a phrase becomes; its sound is stored. */
  private async made(
    phrase: Phrase,
    make: (phrase: Phrase) => Promise<NewPhrase | Refusal>,
  ): Promise<SiteItem | Refusal> {
    const made = await make(phrase)
    if ('ok' in made) return made
    const { samples, ...sound } = made.sound
    const sha256 = await this.site.store(bytesOf(samples), 'raw')
    const shipped = (await shippedTexts(this.options.assetsDir)).get(idOf(phrase))
    const after: SitePhrase = {
      text: made.text === shipped ? null : made.text,
      sound: { ...sound, sha256, samples: samples.length, says: made.text },
      version: 1,
    }
    const before = this.site.state.phrases[idOf(phrase)] ?? null
    return { kind: 'phrase', id: idOf(phrase), shipped: shipped ?? null, before, after }
  }

  /** Reads the set that the change would give, and makes the change only when that set can be used. */
  private async commit(change: Parameters<Site['commit']>[0]): Promise<PhraseChange> {
    const { cache } = this.options
    const state = applyItems(this.site.state, change.items, this.site.state.generation + 1)
    const ids = new Set(change.items.map(({ id }) => id))
    const useDocuments = await this.documents(state, (id) => ids.has(id))
    const set = await this.read(state)
    const faults = set.broken
      .filter(({ file }) => ids.has(file))
      .map(({ file, reason }) => `${file} ${reason}`)
    if (faults.length > 0) return { ok: false, problems: faults }
    cache.check(set.arena)
    try {
      await this.site.commit(change)
    } catch (error) {
      // Another process, such as a second server, was faster: its change is shown, and the next try begins with it.
      if (error instanceof SiteError && error.code === 'conflict') await this.catchUp()
      throw error
    }
    const done = this.use(installPhrases(set, cache))
    useDocuments()
    return done
  }

  private documents(state: SiteState, isRefused: (id: string) => boolean): Promise<() => void> {
    return this.options.documents?.(state, isRefused) ?? Promise.resolve(() => {})
  }

  /** Reads the newest change of the site and takes what is sound, as a start does. */
  private async catchUp(): Promise<PhraseChange> {
    await this.site.refresh()
    return this.start()
  }

  private read(state: SiteState, faults: readonly SiteFault[] = []): Promise<PhraseSet> {
    const { assetsDir, cache } = this.options
    const { site } = this
    const source = {
      state,
      faults,
      content: (name: string) => site.content(name),
      book: (voice: string) => site.book(voice),
    }
    return readPhrases(assetsDir, cache.nextGeneration(), source, this.options.wanted)
  }

  private use(loaded: Reloaded): PhraseChange & { ok: true } {
    this.voices = loaded.voices
    this.texts = loaded.texts
    this.generation = loaded.generation
    this.options.onLoaded(loaded)
    return { ok: true, generation: loaded.generation, phrases: loaded.recordings }
  }

  private phrase(name: string, language: string): Phrase | undefined {
    const texts = this.texts.find((one) => one.language === language)
    return texts && phrasesOf(texts).find((phrase) => nameOf(phrase) === name)
  }

  private versionOf(phrase: Phrase): number {
    return this.site.state.phrases[idOf(phrase)]?.version ?? 0
  }

  private async conflict(id: string): Promise<Refusal> {
    const last = (await this.site.history(50)).find(({ items }) => items.some((item) => item.id === id))
    const who = last ? ` by ${last.by} at ${last.at}` : ''
    const problem = `${id} was changed meanwhile${who}: look at the new text, then save again`
    return { ok: false, code: 'conflict', problems: [problem] }
  }

  private get site(): Site {
    return this.options.site
  }

  private oneAtATime(work: () => Promise<PhraseChange>): Promise<PhraseChange> {
    const change = this.lastChange.then(work).catch(refusal)
    this.lastChange = change
    return change
  }
}

type NewPhrase = { text: string; sound: { samples: Int16Array; voice: string; isSpeaker: boolean } }

/** The voice of uploaded sounds, as the list names it. */
const speakerVoice = 'speaker'

/** `fr.ok.2.raw` is `ok.2`. */
const nameOf = (phrase: Phrase): string => idOf(phrase).slice(phrase.language.length + 1)

async function audible(make: () => Promise<Int16Array>): Promise<PhrasePreview> {
  try {
    return { ok: true, samples: await make() }
  } catch (error) {
    return refusal(error)
  }
}
