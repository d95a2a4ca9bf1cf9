// The operator's hands on the phrases: which there are, hear one, read the assets again, change a text. A change is
// spoken by the voice in use, checked, stored and swapped in, or nothing of it remains.

import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesOf } from '../audio/pcm.ts'
import { errorText } from '../base/errors.ts'
import type { PhraseCache } from './cache.ts'
import { makeRecording, type PhraseSpeaker } from './generate.ts'
import { readIndex, writeIndex } from './recordings.ts'
import { type Reloaded, reloadPhrases } from './reload.ts'
import { type Phrase, type PhraseTexts, phrasesOf } from './texts.ts'

export type PhraseInfo = {
  /** `welcome`, `ok.2` for the second wording, `number-06`. */
  name: string
  language: string
  text: string
  durationMs: number
  /** The voice of its recording, or `live` when it has none and is spoken when needed. */
  source: string
  generation: number
  bytes: number
}

/** `problems` name what is broken, one sentence each; nothing has changed then. */
export type PhraseChange =
  | { ok: true; generation: number; phrases: number }
  | { ok: false; problems: readonly string[] }

export type PhraseDesk = {
  /** The texts in use, by language. */
  readonly texts: readonly PhraseTexts[]
  list(): readonly PhraseInfo[]
  /** 8 kHz mono on shared memory; undefined when there is no such phrase or it has no recording. */
  samples(name: string, language: string): Int16Array | undefined
  reload(): Promise<PhraseChange>
  put(name: string, language: string, text: string): Promise<PhraseChange>
}

export type PhraseDeskOptions = {
  assetsDir: string
  cache: PhraseCache
  speaker: PhraseSpeaker
  /** Listed first: the language of the desk. */
  language: string
  /** After each change: the texts for calls to come, and what has no recording. */
  onLoaded: (loaded: Reloaded) => void
}

/** Longer than this is no phrase. */
const maxChars = 400

/**
 * Loads the phrases for the first time.
 *
 * @throws {ConfigError} `badTexts`, {@link PhraseError} `badRecordings` naming every broken file
 */
export async function openPhraseDesk(options: PhraseDeskOptions): Promise<PhraseDesk> {
  const desk = new Desk(options)
  await desk.load()
  return desk
}

class Desk implements PhraseDesk {
  texts: readonly PhraseTexts[] = []
  private generation = 0
  private voices = new Map<string, string>()
  /** One change at a time. */
  private busy: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: PhraseDeskOptions) {}

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
      const view = this.options.cache.look(phrase.text, phrase.language)
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
    return phrase && this.options.cache.look(phrase.text, language)?.samples
  }

  reload(): Promise<PhraseChange> {
    return this.inTurn(async () => this.changed(await this.load()))
  }

  put(name: string, language: string, text: string): Promise<PhraseChange> {
    return this.inTurn(async () => {
      const phrase = this.phrase(name, language)
      if (!phrase) return refuse(`there is no phrase ${name} in ${language}`)
      const clean = text.normalize('NFC').replace(/\s+/g, ' ').trim()
      if (clean === '' || clean.length > maxChars) return refuse(`a text has 1 to ${maxChars} characters`)
      if (/[\p{Cc}<>{}]/u.test(clean)) return refuse('a text has no control characters and none of < > { }')
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

  private async inTurn(work: () => Promise<PhraseChange>): Promise<PhraseChange> {
    const turn = this.busy.then(work).catch((error: unknown) => refuse(errorText(error)))
    this.busy = turn
    return turn
  }
}

const refuse = (problem: string): PhraseChange => ({ ok: false, problems: problem.split('; ') })

/** `fr.ok.2.raw` is `ok.2`. */
const nameOf = (phrase: Phrase): string => phrase.file.slice(phrase.language.length + 1, -'.raw'.length)

/** The file of texts with one sentence changed, everything else as it was. */
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

/** Whoever reads it sees the old file or the new one. */
async function replace(path: string, content: string | Uint8Array): Promise<void> {
  await Bun.write(`${path}.part`, content)
  await rename(`${path}.part`, path)
}

/** All of a sentence from a voice that answers in pieces, for a {@link PhraseSpeaker}. */
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
