// Loads texts and recordings from disk into a new arena, beside the one in use, and swaps it in at the end. Either the
// whole set is sound and replaces the old one, or nothing changes and every bad file is named.

import { join } from 'node:path'
import type { PhraseTexts } from '../desk/texts.ts'
import { Arena, PhraseError } from './arena.ts'
import type { PhraseCache } from './cache.ts'
import { hashPhrase, keyWords } from './hash.ts'
import { compare, type Fault, readIndex, readRecording } from './recordings.ts'
import { loadTexts, phrasesOf } from './texts.ts'

export type Reloaded = {
  texts: PhraseTexts[]
  recordings: number
  bytes: number
  generation: number
  /** Sentences without a recording of their present text, which are spoken live, and recordings without a sentence. */
  incomplete: Fault[]
}

/**
 * Loads `phrases/*.json` and `cache/` of the assets folder into `cache`. A call that is playing an old phrase plays it
 * to its end, and phrases kept from live voices stay. It awaits the disk for each file, so that calls continue.
 *
 * @throws {ConfigError} `badTexts`; {@link PhraseError} `badRecordings` naming each broken file and why, `tooBig`,
 *   `late`. After an error nothing has changed
 */
export async function reloadPhrases(assetsDir: string, cache: PhraseCache): Promise<Reloaded> {
  const folder = join(assetsDir, 'cache')
  const texts = await loadTexts(join(assetsDir, 'phrases'))
  const { recordings, faults } = await readIndex(folder)
  const compared = await compare(folder, recordings, texts.flatMap(phrasesOf))
  const broken = [...faults]
  const arena = Arena.create({
    generation: cache.nextGeneration(),
    entries: recordings.length,
    samples: recordings.reduce((sum, recording) => sum + recording.samples, 0),
  })
  const phraseOf = new Map(compared.current.map(({ recording, phrase }) => [recording, phrase]))
  const key = new Int32Array(keyWords)
  for (const recording of recordings) {
    const samples = await readRecording(folder, recording)
    if (!(samples instanceof Int16Array)) {
      broken.push(samples)
      continue
    }
    const phrase = phraseOf.get(recording)
    if (!phrase) continue
    hashPhrase(recording.voice, phrase.language, phrase.text, key)
    arena.add(key, samples)
  }
  if (broken.length > 0) {
    const list = broken.map(({ file, reason }) => `${file} ${reason}`).join('; ')
    throw new PhraseError(
      'badRecordings',
      `the recordings in ${folder} were not loaded: ${list}; \`bun run phrases\` makes missing ones`,
    )
  }
  cache.install(arena, [...new Set(compared.current.map(({ recording }) => recording.voice))])
  for (const { phrase } of compared.current) cache.peek(phrase.text, phrase.language)
  return {
    texts,
    recordings: arena.entries,
    bytes: arena.buffer.byteLength,
    generation: arena.generation,
    incomplete: compared.faults,
  }
}
