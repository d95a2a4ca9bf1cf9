// Loads texts and audio from disk into a new arena, beside the one in use, and swaps it in at the end. The site's
// changes lie over the shipped assets. A start takes what is sound and names the rest; a reload refuses a set in which
// anything is broken, because a better one is in use.

import { join } from 'node:path'
import { samplesOf } from '../audio/pcm.ts'
import { errorText } from '../base/errors.ts'
import type { PhraseTexts } from '../desk/texts.ts'
import { audioName, emptyState, type SiteFault, type SiteSound, type SiteState } from '../site/generation.ts'
import { Arena, PhraseError } from './arena.ts'
import type { PhraseCache } from './cache.ts'
import { hashPhrase, keyWords } from './hash.ts'
import { layOver } from './overlay.ts'
import { compare, type Fault, readIndex, readRecording, textHash } from './recordings.ts'
import { idOf, loadTexts, type Phrase, phrasesOf } from './texts.ts'

/** What is read of the site folder (site/store.ts). */
export type SiteSource = {
  readonly state: SiteState
  readonly faults: readonly SiteFault[]
  content(name: string): Promise<Uint8Array>
}

export type Reloaded = {
  texts: PhraseTexts[]
  recordings: number
  bytes: number
  generation: number
  /** Sentences without a recording of their present text, which are spoken live, and recordings without a sentence. */
  incomplete: Fault[]
  /** What was left out because it is broken; empty after a reload. */
  broken: Fault[]
  /** The voice of each recorded sentence, by {@link idOf}. */
  voices: Map<string, string>
}

/** A whole set, not in use yet. */
export type PhraseSet = Omit<Reloaded, 'recordings' | 'bytes' | 'generation'> & {
  arena: Arena
  /** Sounds of people, which are preferred to all voices, and then the voices of the recordings. */
  speakers: string[]
  recordedVoices: string[]
}

/**
 * Reads `phrases/*.json` and `cache/` of the assets folder, and the site's changes. It awaits the disk for each file,
 * so that calls continue.
 *
 * @param generation of the arena
 * @throws {ConfigError} `badTexts` when the shipped texts cannot be used; broken audio is listed and left out
 */
export async function readPhrases(
  assetsDir: string,
  generation: number,
  site: SiteSource = noSite,
): Promise<PhraseSet> {
  const folder = join(assetsDir, 'cache')
  const shippedTexts = await loadTexts(join(assetsDir, 'phrases'))
  const overlay = layOver(shippedTexts, site.state.phrases)
  const { recordings, faults } = await readIndex(folder)
  const compared = await compare(folder, recordings, shippedTexts.flatMap(phrasesOf))
  const broken = [
    ...site.faults.map(siteFault),
    ...overlay.faults.filter(({ kind }) => kind === 'broken'),
    ...faults,
  ]

  const sounds = new Map<string, Sound>()
  for (const recording of recordings) {
    const samples = await readRecording(folder, recording)
    if (!(samples instanceof Int16Array)) broken.push(samples)
    else
      sounds.set(recording.file, { samples, text: recording.text, voice: recording.voice, isSpeaker: false })
  }
  const unused = overlay.faults.filter(({ kind }) => kind === 'incomplete')
  const phrases = overlay.texts.flatMap(phrasesOf)
  for (const phrase of phrases) {
    const sound = site.state.phrases[idOf(phrase)]?.sound
    if (!sound) continue
    if (sound.says !== phrase.text) {
      unused.push({
        file: idOf(phrase),
        kind: 'incomplete',
        reason: "does not use the site's audio of an older text",
      })
      continue
    }
    const samples = await readSound(site, idOf(phrase), sound)
    if (samples instanceof Int16Array)
      sounds.set(phrase.file, { ...sound, samples, text: textHash(sound.says) })
    else broken.push(samples)
  }
  const used = phrases.flatMap((phrase) => {
    const sound = sounds.get(phrase.file)
    return sound?.text === textHash(phrase.text) ? { phrase, ...sound } : []
  })
  return {
    texts: overlay.texts,
    arena: arenaOf(used, generation),
    broken,
    incomplete: [...incompleteOf(compared.faults, phrases, used, broken), ...unused],
    voices: new Map(used.map(({ phrase, voice }) => [idOf(phrase), voice])),
    speakers: unique(used.filter(({ isSpeaker }) => isSpeaker).map(({ voice }) => voice)),
    recordedVoices: unique(used.map(({ voice }) => voice)),
  }
}

/**
 * Swaps a set in. A call that is playing an old phrase plays it to its end, and phrases kept from live voices stay.
 *
 * @throws {PhraseError} `tooBig`, `late`; nothing has changed then
 */
export function installPhrases(set: PhraseSet, cache: PhraseCache): Reloaded {
  const { arena, speakers, recordedVoices, ...rest } = set
  cache.install(arena, recordedVoices, speakers)
  for (const { text, language } of set.texts.flatMap(phrasesOf)) cache.peek(text, language)
  const { entries: recordings, generation } = arena
  return { ...rest, recordings, generation, bytes: arena.buffer.byteLength }
}

/**
 * Reads everything again and swaps it in.
 *
 * @throws {ConfigError} `badTexts`; {@link PhraseError} `badRecordings` naming each broken file and why, `tooBig`,
 *   `late`. After an error nothing has changed
 */
export async function reloadPhrases(
  assetsDir: string,
  cache: PhraseCache,
  site?: SiteSource,
): Promise<Reloaded> {
  const set = await readPhrases(assetsDir, cache.nextGeneration(), site)
  if (set.broken.length > 0) {
    const list = set.broken.map(({ file, reason }) => `${file} ${reason}`).join('; ')
    throw new PhraseError(
      'badRecordings',
      `the phrases were not loaded: ${list}; \`bun run phrases\` makes missing recordings, ` +
        'with ASSETS_DIR and DATA_DIR as the server has them',
    )
  }
  return installPhrases(set, cache)
}

type Sound = { samples: Int16Array; text: string; voice: string; isSpeaker: boolean }

const noSite: SiteSource = {
  state: emptyState,
  faults: [],
  content: (name) => Promise.reject(new PhraseError('badRecordings', `there is no ${name}`)),
}

const unique = (names: string[]): string[] => [...new Set(names)]

const siteFault = ({ what, reason }: SiteFault): Fault => ({ file: `site: ${what}`, kind: 'broken', reason })

async function readSound(site: SiteSource, id: string, sound: SiteSound): Promise<Int16Array | Fault> {
  const broken = (reason: string): Fault => ({
    file: id,
    kind: 'broken',
    reason: `has broken audio: ${reason}`,
  })
  try {
    const bytes = await site.content(audioName(sound))
    return bytes.length === sound.samples * 2 ? samplesOf(bytes) : broken('its length differs')
  } catch (error) {
    return broken(errorText(error))
  }
}

function arenaOf(used: readonly (Sound & { phrase: Phrase })[], generation: number): Arena {
  const samples = used.reduce((sum, one) => sum + one.samples.length, 0)
  const arena = Arena.create({ generation, entries: used.length, samples })
  const key = new Int32Array(keyWords)
  for (const { phrase, voice, samples: audio } of used) {
    hashPhrase(voice, phrase.language, phrase.text, key)
    arena.add(key, audio)
  }
  return arena
}

/** Faults of the shipped recordings that the site does not make up for, and changed sentences without audio. */
function incompleteOf(
  shipped: readonly Fault[],
  phrases: readonly Phrase[],
  used: readonly { phrase: Phrase }[],
  broken: readonly Fault[],
): Fault[] {
  const spoken = new Set(used.map(({ phrase }) => phrase.file))
  const named = new Set([...shipped, ...broken].map(({ file }) => file))
  const silent = phrases.filter(
    ({ file, ...phrase }) => !spoken.has(file) && !named.has(file) && !named.has(idOf({ file, ...phrase })),
  )
  return [
    ...shipped.filter(({ file }) => !spoken.has(file)),
    ...silent.map(
      ({ file }): Fault => ({ file, kind: 'incomplete', reason: 'has a changed text but no audio' }),
    ),
  ]
}
