// Reads texts and audio from disk into new arenas, beside those in use; reload.ts swaps them in. The site's changes lie
// over the shipped assets, and what the voice in use has spoken stands beside them.

import { join } from 'node:path'
import { samplesOf } from '../audio/pcm.ts'
import { errorText } from '../base/errors.ts'
import type { PhraseTexts } from '../desk/texts.ts'
import { audioName, emptyState, type SiteFault, type SiteSound, type SiteState } from '../site/generation.ts'
import type { VoiceBook } from '../site/voice-book.ts'
import { Arena, PhraseError } from './arena.ts'
import { hashPhrase, keyWords } from './hash.ts'
import { layOver } from './overlay.ts'
import { noSounds, type OwnSounds, readOwnSounds, type Sound, type Used } from './own-set.ts'
import { compare, type Fault, indexFile, readIndex, readRecording, textHash } from './recordings.ts'
import { withSiteLines } from './site-lines.ts'
import { idOf, loadTexts, type Phrase, phrasesOf } from './texts.ts'

/** What is read of the site folder (site/store.ts). */
export type SiteSource = {
  readonly state: SiteState
  readonly faults: readonly SiteFault[]
  content(name: string): Promise<Uint8Array>
  /** Missing in a folder that has none. */
  book?(voice: string): Promise<VoiceBook>
}

/** What is wanted of the phrases: by default all languages, and no voice but that of the recordings. */
export type Wanted = {
  /** The languages that calls are offered. */
  languages?: readonly string[]
  /** `Tts.voiceKey` of the voice that is to speak the whole desk. */
  voice?: string
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
  /** What the voice in use has spoken. */
  own: Omit<OwnSounds, 'used'>
  /** Why that is not in use although it is whole. */
  ownRefused?: string
}

/** A whole set, not in use yet. */
export type PhraseSet = Omit<Reloaded, 'recordings' | 'bytes' | 'generation'> & {
  arena: Arena
  ownArena: Arena | undefined
  /** Sounds of people, which are preferred to all voices, and then the voices of the recordings. */
  speakers: string[]
  recordedVoices: string[]
}

/** Recordings that are read at a time: the next files come from the disk while one is checked. */
const atOnce = 16

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
  { languages, voice }: Wanted = {},
): Promise<PhraseSet> {
  const folder = join(assetsDir, 'cache')
  const isOffered = ({ language }: { language: string }) => languages?.includes(language) ?? true
  const shippedTexts = await loadTexts(join(assetsDir, 'phrases'))
  const overlay = layOver(await withSiteLines(shippedTexts, site), site.state.phrases)
  const index = await readIndex(folder)
  const { faults } = index
  const compared = await compare(folder, index.recordings, shippedTexts.flatMap(phrasesOf))
  const recordings = index.recordings.filter(isOffered)
  const broken = [
    ...site.faults.map(siteFault),
    ...overlay.faults.filter(({ kind }) => kind === 'broken'),
    ...faults,
  ]

  const sounds = new Map<string, Sound>()
  for (let at = 0; at < recordings.length; at += atOnce) {
    const some = recordings.slice(at, at + atOnce)
    const read = await Promise.all(some.map((recording) => readRecording(folder, recording)))
    for (const [i, samples] of read.entries()) {
      const { file, text, voice: by } = some[i]!
      if (samples instanceof Int16Array) sounds.set(file, { samples, text, voice: by, isSpeaker: false })
      else broken.push(samples)
    }
  }
  const unused = overlay.faults.filter(({ kind }) => kind === 'incomplete')
  const texts = overlay.texts.filter(isOffered)
  const phrases = texts.flatMap(phrasesOf)
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
  const { used: spoken, ...own } = await ownSounds(site, phrases, used, voice)
  const shipped = compared.faults.filter(
    ({ file }) => file === indexFile || isOffered({ language: file.slice(0, 2) }),
  )
  const heard = own.onAir ? [...used.filter(({ phrase }) => !own.wanted.includes(phrase)), ...spoken] : used
  return {
    texts,
    arena: arenaOf(used, generation),
    ownArena: spoken.length === 0 ? undefined : arenaOf(spoken, generation),
    own,
    broken,
    incomplete: [...incompleteOf(shipped, phrases, used, broken), ...unused],
    voices: new Map(heard.map(({ phrase, voice: by }) => [idOf(phrase), by])),
    speakers: unique(used.filter(({ isSpeaker }) => isSpeaker).map(({ voice }) => voice)),
    recordedVoices: unique(used.map(({ voice }) => voice)),
  }
}

/** What the voice in use has spoken of these phrases, where a voice is to speak the whole desk. */
async function ownSounds(
  site: SiteSource,
  phrases: readonly Phrase[],
  used: readonly Used[],
  voice: string | undefined,
): Promise<OwnSounds> {
  if (voice === undefined) return noSounds
  const right = new Set(
    used.filter((one) => one.isSpeaker || one.voice === voice).map(({ phrase }) => phrase),
  )
  const book = (await site.book?.(voice)) ?? { whole: [], sounds: {} }
  return readOwnSounds(
    voice,
    book,
    phrases,
    (phrase) => right.has(phrase),
    (name) => site.content(name),
  )
}

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

function arenaOf(used: readonly Used[], generation: number): Arena {
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
