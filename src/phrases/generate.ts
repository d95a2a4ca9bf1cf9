// Makes the recordings of the fixed sentences that are missing or out of date. `checkPhrases` only lists what is out
// of date, for a build.

import { rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { finishPhrase } from '../audio/finish.ts'
import { gatedDb } from '../audio/levels.ts'
import { bytesOf } from '../audio/pcm.ts'
import { PhraseError } from './arena.ts'
import {
  compare,
  type Fault,
  indexFile,
  type Recording,
  rawFiles,
  readIndex,
  readRecording,
  sha256,
  textHash,
  writeIndex,
} from './recordings.ts'
import { loadTexts, type Phrase, phrasesOf } from './texts.ts'

/** Speaks whole sentences; the embedded voice by default. */
export type PhraseSpeaker = {
  /** `Tts.voiceKey`; a recording by another voice is made again. */
  voice: string
  /** @returns mono s16 at `rateHz` */
  speak(text: string, language: string): Promise<{ samples: Int16Array; rateHz: number }>
}

export type GenerateOptions = {
  /** The folder with `phrases/` (read) and `cache/` (written). */
  assetsDir: string
  speaker: PhraseSpeaker
  /** Only this language; recordings in other languages are left alone. */
  language?: string
  /** Makes all recordings again, current ones too. */
  force?: boolean
  onProgress?: (done: number, all: number, phrase: Phrase) => void
}

export type Generated = {
  made: string[]
  current: number
  removed: string[]
  bytes: number
}

/**
 * Makes the recordings that are missing, damaged, of an older text or by another voice, and removes those without a
 * text. A run that fails half way keeps what it has made.
 *
 * @throws {ConfigError} `badTexts`; {@link PhraseError} `silent` when the voice returns no sound for a text; errors
 *   of the speaker
 */
export async function generatePhrases(options: GenerateOptions): Promise<Generated> {
  const { assetsDir, speaker, language, onProgress } = options
  const folder = join(assetsDir, 'cache')
  const wanted = (await loadTexts(join(assetsDir, 'phrases'))).flatMap(phrasesOf)
  const known = new Map((await readIndex(folder)).recordings.map((one) => [one.file, one]))
  const kept = new Map<string, Recording>()
  const todo: Phrase[] = []
  for (const phrase of wanted) {
    const recording = known.get(phrase.file)
    const mine = language === undefined || phrase.language === language
    if (recording && (!mine || (!options.force && (await isCurrent(folder, recording, phrase, speaker))))) {
      kept.set(phrase.file, recording)
    } else if (mine) todo.push(phrase)
  }
  const current = kept.size
  const save = () => writeIndex(folder, [...kept.values()])
  try {
    for (const [i, phrase] of todo.entries()) {
      onProgress?.(i, todo.length, phrase)
      kept.set(phrase.file, await makeRecording(folder, phrase, speaker))
    }
  } finally {
    // A folder in which everything is current may be read-only.
    if (todo.length > 0 || kept.size !== known.size) await save()
  }
  const removed = (await rawFiles(folder)).filter((file) => !kept.has(file))
  for (const file of removed) await unlink(join(folder, file))
  const bytes = [...kept.values()].reduce((sum, recording) => sum + recording.samples * 2, 0)
  return { made: todo.map((phrase) => phrase.file), current, removed, bytes }
}

/** Lists what a normal run would repair: one fault per file; empty when texts and recordings agree. */
export async function checkPhrases(assetsDir: string, language?: string): Promise<Fault[]> {
  const folder = join(assetsDir, 'cache')
  const phrases = (await loadTexts(join(assetsDir, 'phrases'))).flatMap(phrasesOf)
  const { recordings, faults } = await readIndex(folder)
  const compared = await compare(folder, recordings, phrases)
  const all = [...faults, ...compared.faults]
  for (const recording of recordings) {
    const read = await readRecording(folder, recording)
    if (!(read instanceof Int16Array)) all.push(read)
  }
  return all.filter(
    ({ file }) => language === undefined || file === indexFile || file.startsWith(`${language}.`),
  )
}

async function isCurrent(
  folder: string,
  recording: Recording,
  phrase: Phrase,
  speaker: PhraseSpeaker,
): Promise<boolean> {
  if (recording.text !== textHash(phrase.text) || recording.voice !== speaker.voice) return false
  return (await readRecording(folder, recording)) instanceof Int16Array
}

/**
 * Speaks one sentence and stores its recording. It does not write the index: the caller adds the returned entry.
 *
 * @throws {PhraseError} `silent` when the voice returns no sound for the text; errors of the speaker
 */
export async function makeRecording(
  folder: string,
  phrase: Phrase,
  speaker: PhraseSpeaker,
): Promise<Recording> {
  const samples = await speakPhrase(phrase, speaker)
  const bytes = bytesOf(samples)
  // Written aside and renamed, so that a server that is reloading never reads half a file.
  const path = join(folder, phrase.file)
  await Bun.write(`${path}.part`, bytes)
  await rename(`${path}.part`, path)
  return {
    file: phrase.file,
    language: phrase.language,
    name: phrase.name,
    voice: speaker.voice,
    text: textHash(phrase.text),
    samples: samples.length,
    sha256: sha256(bytes),
  }
}

/** Trims and levels what was spoken, see audio/finish.ts; a server does it on another thread. */
export type Finish = (
  spoken: Int16Array,
  rateHz: number,
) => Promise<{
  /** slin8 in whole 20 ms frames; empty when there is no sound. */
  samples: Int16Array
  /** Level of what was spoken, dB of full scale. */
  levelDb: number
}>

export const finishHere: Finish = async (spoken, rateHz) => ({
  samples: finishPhrase(spoken, rateHz),
  levelDb: gatedDb(spoken),
})

/**
 * Speaks one sentence, finished as a recording; stores nothing.
 *
 * @returns slin8 in whole 20 ms frames
 * @throws {PhraseError} `silent` when the voice returns no sound for the text; errors of the speaker
 */
export async function speakPhrase(
  phrase: Phrase,
  speaker: PhraseSpeaker,
  finish: Finish = finishHere,
): Promise<Int16Array> {
  const spoken = await speaker.speak(phrase.text, phrase.language)
  const { samples } = await finish(spoken.samples, spoken.rateHz)
  if (samples.length === 0) throw new PhraseError('silent', `the voice returned no sound for ${phrase.file}`)
  return samples
}
