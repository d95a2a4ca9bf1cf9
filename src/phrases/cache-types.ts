// What the phrase cache offers to the rest of the program. Types only.

import type { Metrics } from '../base/metrics.ts'
import type { Arena } from './arena.ts'
import type { PhraseHash } from './hash.ts'
import type { CallPhrases, PhraseFinder, PhraseView } from './types.ts'

export type PhraseCacheOptions = {
  /** PHRASE_CACHE_MB: recordings and live phrases together; evicted buffers that a call still plays are extra. */
  megabytes: number
  /** `Tts.voiceKey` of the voice in use. */
  voice: string
  metrics?: Metrics
  hash?: PhraseHash
}

/** What another thread needs to read the phrases; see reader.ts. */
export type PhraseShare = {
  /** One word: the current version. When it differs from `version`, this share is out of date. */
  current: SharedArrayBuffer
  version: number
  voices: readonly string[]
  /** In the order in which they are searched. */
  arenas: readonly SharedArrayBuffer[]
}

export type OwnSet = {
  /** Sentences that the recordings have in another voice only. */
  arena?: Arena
  /** Whether calls that begin now hear the voice in use and no other. */
  onAir: boolean
}

export type PhraseState = {
  hits: number
  misses: number
  /** Live phrases not kept: longer than a generation, or the recordings left no room. */
  refused: number
  /** Generations evicted. */
  evicted: number
  bytes: number
  recordings: number
  /** Live phrases kept. */
  kept: number
  generation: number
}

export type PhraseCache = PhraseFinder & {
  /** Kept under `voice` when given: for a fallback voice that spoke instead of the one in use. */
  keep(text: string, language: string, samples: Int16Array, voice?: string): void
  useVoice(voice: string): void
  /** Where sentences go that other machines may get. @param give must return at once */
  shareWith(give: NonNullable<CallPhrases['share']>): void
  /** The phrases for a call that begins now. */
  forCall(): CallPhrases
  /**
   * Looks a text up without counting a hit or miss: for the operator's list, and for a set just loaded, so that the
   * views exist before the first call needs them. It also absorbs the first look-up, 150 µs before it is compiled.
   */
  peek(text: string, language: string): PhraseView | undefined
  /** A generation number for the next set of recordings. */
  nextGeneration(): number
  /**
   * Replaces the set of recordings, at once for every look-up that follows.
   *
   * @param voices of the recordings
   * @param preferred voices that a look-up tries before the one in use: the sounds of people
   * @param own what the voice in use spoke of the sentences
   * @throws {PhraseError} `tooBig` when the set exceeds the limit of the cache; `late` when a set of a later
   *   generation is already in use, as after two reloads at once. The old set then stays
   */
  install(recordings: Arena, voices: readonly string[], preferred?: readonly string[], own?: OwnSet): void
  /** Throws what `install` would throw, and changes nothing. */
  check(recordings: Arena, own?: OwnSet): void
  share(): PhraseShare
  readonly state: PhraseState
}
