// What the operator does with the phrases: list them, hear one, reload the assets, change a text. A changed text is
// spoken by the voice in use, checked, stored and swapped in; if any step fails, everything stays as it was.

import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesOf } from '../audio/pcm.ts'
import { errorText } from '../base/errors.ts'
import type { PhraseTexts } from '../desk/texts.ts'
import type { PhraseCache } from './cache.ts'
import { makeRecording, type PhraseSpeaker } from './generate.ts'
import { readIndex, writeIndex } from './recordings.ts'
import { type Reloaded, reloadPhrases } from './reload.ts'
import { type Phrase, phrasesOf } from './texts.ts'
import type { PhraseChange, PhraseInfo } from './types.ts'

export type PhraseEditor = {
  /** The texts in use, one entry per language. */
  readonly texts: readonly PhraseTexts[]
  list(): readonly PhraseInfo[]
  /** 8 kHz mono on shared memory; undefined when there is no such phrase or it has no recording. */
  samples(name: string, language: string): Int16Array | undefined
  /** Reads the assets again and swaps the whole set in one step. */
  reload(): Promise<PhraseChange>
  /** Changes one text: speaks it with the voice in use, checks, stores and swaps it in. */
  put(name: string, language: string, text: string): Promise<PhraseChange>
}

export type PhraseEditorOptions = {
  assetsDir: string
  cache: PhraseCache
  speaker: PhraseSpeaker
  /** The language the bot speaks; its phrases are listed first. */
  language: string
  /** Called after each load: with the texts for future calls, and the phrases without a recording. */
  onLoaded: (loaded: Reloaded) => void
}

/** Longest text of a phrase, in characters. */
const maxChars = 400

/**
 * Loads the phrases for the first time.
 *
 * @throws {ConfigError} `badTexts`, {@link PhraseError} `badRecordings` naming every broken file
 */
export async function openPhraseEditor(options: PhraseEditorOptions): Promise<PhraseEditor> {
  const editor = new Editor(options)
  await editor.load()
  return editor
}

class Editor implements PhraseEditor {
  texts: readonly PhraseTexts[] = []
  private generation = 0
  private voices = new Map<string, string>()
  /** The last change that was started; the next one waits for it. */
  private lastChange: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: PhraseEditorOptions) {}

  async load(): Promise<Reloaded> {
    const { assetsDir, cache, onLoaded } = this.options
    const loaded = await reloadPhrases(assetsDir, cache)
    const { recordings } = await readIndex(this.folder)
    this.voices = new Map(recordings.map(({ file, voice }) => [file, voice]))
    this.texts = loaded.texts
    this.generation = loaded.generation
    onLoaded(loaded)
    return loaded
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
        source: this.voices.get(phrase.file) ?? 'live',
        generation: view?.generation ?? this.generation,
        bytes: view?.samples.byteLength ?? 0,
      }
    })
  }

  samples(name: string, language: string): Int16Array | undefined {
    const phrase = this.phrase(name, language)
    return phrase && this.options.cache.peek(phrase.text, language)?.samples
  }

  reload(): Promise<PhraseChange> {
    return this.oneAtATime(async () => this.changed(await this.load()))
  }

  put(name: string, language: string, text: string): Promise<PhraseChange> {
    return this.oneAtATime(async () => {
      const phrase = this.phrase(name, language)
      if (!phrase) return refuse(`there is no phrase ${name} in ${language}`)
      const clean = text.normalize('NFC').replace(/\s+/g, ' ').trim()
      if (clean === '' || clean.length > maxChars)
        return refuse(`a text must have 1 to ${maxChars} characters`)
      if (/[\p{Cc}<>{}]/u.test(clean)) return refuse('a text must not contain control characters or < > { }')
      return this.change({ ...phrase, text: clean })
    })
  }

  private async change(phrase: Phrase): Promise<PhraseChange> {
    const rawPath = join(this.folder, phrase.file)
    const jsonPath = join(this.options.assetsDir, 'phrases', `${phrase.language}.json`)
    const before = {
      index: await readIndex(this.folder),
      json: await Bun.file(jsonPath).text(),
      raw: await bytes(rawPath),
    }
    try {
      const recording = await makeRecording(this.folder, phrase, this.options.speaker)
      const others = before.index.recordings.filter(({ file }) => file !== phrase.file)
      await replace(jsonPath, withText(before.json, phrase))
      await writeIndex(this.folder, [...others, recording])
      return this.changed(await this.load())
    } catch (error) {
      if (before.raw) await replace(rawPath, before.raw)
      await replace(jsonPath, before.json)
      await writeIndex(this.folder, before.index.recordings)
      return refuse(errorText(error))
    }
  }

  private changed(loaded: Reloaded): PhraseChange {
    return { ok: true, generation: loaded.generation, phrases: loaded.recordings }
  }

  private phrase(name: string, language: string): Phrase | undefined {
    const texts = this.texts.find((one) => one.language === language)
    return texts && phrasesOf(texts).find((phrase) => nameOf(phrase) === name)
  }

  private get folder(): string {
    return join(this.options.assetsDir, 'cache')
  }

  private async oneAtATime(work: () => Promise<PhraseChange>): Promise<PhraseChange> {
    const change = this.lastChange.then(work).catch((error: unknown) => refuse(errorText(error)))
    this.lastChange = change
    return change
  }
}

const refuse = (problem: string): PhraseChange => ({ ok: false, problems: problem.split('; ') })

/** `fr.ok.2.raw` is `ok.2`. */
const nameOf = (phrase: Phrase): string => phrase.file.slice(phrase.language.length + 1, -'.raw'.length)

/** The JSON text file with one sentence changed and everything else as it was. */
function withText(json: string, phrase: Phrase): string {
  const all = JSON.parse(json) as PhraseTexts
  const [name, variant] = nameOf(phrase).split('.')
  const number = name.match(/^number-(\d+)$/)?.[1]
  const old = all.lines[name]
  if (number !== undefined) all.numbers[number] = phrase.text
  else if (Array.isArray(old)) old[Number(variant) - 1] = phrase.text
  else all.lines[name] = phrase.text
  return `${JSON.stringify(all, null, 2)}\n`
}

async function bytes(path: string): Promise<Uint8Array | undefined> {
  const file = Bun.file(path)
  return (await file.exists()) ? file.bytes() : undefined
}

/** Replaces a file in one step: a reader sees the old content or the new, never half. */
async function replace(path: string, content: string | Uint8Array): Promise<void> {
  await Bun.write(`${path}.part`, content)
  await rename(`${path}.part`, path)
}

/** Joins the audio of a voice that streams a sentence in pieces, for a {@link PhraseSpeaker}. */
export async function collect(pieces: AsyncIterable<Int16Array>): Promise<Int16Array> {
  const parts: Uint8Array[] = []
  for await (const samples of pieces) parts.push(bytesOf(samples.slice()))
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return new Int16Array(whole.buffer)
}
