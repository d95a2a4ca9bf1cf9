// The phrases in memory: the house's recordings, loaded as one set and swapped as one, and beside them what
// voices said live, so that it is ready next time.
//
// A fixed sentence has its house recording whatever voice the calls use, because it is there, at once and free;
// `bun run phrases` remakes the recordings with another voice. So a look-up goes through two voices, the one in
// use and then the one of the recordings, and for each asks the recordings before what was kept: a recording
// that the operator remakes is heard from the next look-up on.
//
// What is kept lies in up to four generations, each an arena of a quarter of what the recordings leave. When the
// youngest is full, the generation that was longest without a hit goes; who still plays from it holds its buffer.

import type { Metrics } from '../base/metrics.ts'
import { Arena, arenaBytes, PhraseError } from './arena.ts'
import type { PhraseFinder, PhraseView } from './face.ts'
import { hashPhrase, keyWords, type PhraseHash } from './hash.ts'

export type PhraseCacheOptions = {
  /** PHRASE_CACHE_MB: recordings and kept phrases together; buffers that a call still plays from come on top. */
  megabytes: number
  /** `Tts.voice` of the voice in use. */
  voice: string
  metrics?: Metrics
  hash?: PhraseHash
}

/** What another thread needs to read the phrases: see reader.ts. */
export type PhraseShare = {
  /** One word, the generation that is current; another value than `generation` says that this share is old. */
  current: SharedArrayBuffer
  generation: number
  voices: readonly string[]
  /** In the order of looking. */
  arenas: readonly SharedArrayBuffer[]
}

export type PhraseState = {
  hits: number
  misses: number
  /** Phrases not kept, because they are longer than a generation or no room was left by the recordings. */
  refused: number
  /** Generations given up for room. */
  evicted: number
  bytes: number
  recordings: number
  kept: number
  generation: number
}

export type PhraseCache = PhraseFinder & {
  /** Kept under `voice` when given, which is for a stand-in voice that spoke instead of the one in use. */
  keep(text: string, language: string, samples: Int16Array, voice?: string): void
  useVoice(voice: string): void
  /** A generation number for a set of recordings to come. */
  nextGeneration(): number
  /**
   * Puts a set of recordings in the place of the one before, at once for every look-up that follows.
   *
   * @throws {PhraseError} `tooBig` when it is larger than the cache may be; the set before stays
   */
  install(recordings: Arena, voices: readonly string[]): void
  share(): PhraseShare
  readonly state: PhraseState
}

const generations = 4
/** Below this a generation would hold a sentence or two. */
const leastBytes = 128 * 1_024
/** Kept sentences take 2 s on average; room in the index for four times as many. */
const samplesPerEntry = 4_000

type Shelf = { arena: Arena; views: (PhraseView | undefined)[]; lastUse: number }

/** Lives on one thread, the only one that writes. */
export function createPhraseCache(options: PhraseCacheOptions): PhraseCache {
  return new Cache(options)
}

class Cache implements PhraseCache {
  private readonly budget: number
  private readonly hash: PhraseHash
  private readonly key = new Int32Array(keyWords)
  private readonly currentWord = new SharedArrayBuffer(4)
  private recordings: Shelf = shelf(Arena.create({ generation: 0, entries: 0, samples: 0 }))
  /** Youngest first. */
  private kept: Shelf[] = []
  private voices: string[]
  private recordedVoices: readonly string[] = []
  private generation = 0
  private uses = 0
  private hits = 0
  private misses = 0
  private refused = 0
  private evicted = 0

  constructor(private readonly options: PhraseCacheOptions) {
    this.budget = Math.floor(options.megabytes * 1_048_576)
    this.hash = options.hash ?? hashPhrase
    this.voices = [options.voice]
    this.publish()
  }

  find(text: string, language: string): PhraseView | undefined {
    for (let i = 0; i < this.voices.length; i++) {
      this.hash(this.voices[i], language, text, this.key)
      const recorded = this.look(this.recordings)
      if (recorded) return recorded
      for (let j = 0; j < this.kept.length; j++) {
        const spoken = this.look(this.kept[j])
        if (spoken) return spoken
      }
    }
    this.misses++
    return undefined
  }

  keep(text: string, language: string, samples: Int16Array, voice = this.options.voice): void {
    if (samples.length === 0) return
    this.hash(voice, language, text, this.key)
    if (this.recordings.arena.find(this.key) >= 0) return
    for (const { arena } of this.kept) if (arena.find(this.key) >= 0) return
    if (this.kept[0]?.arena.add(this.key, samples)) return
    if (!this.rotate(samples.length) || !this.kept[0].arena.add(this.key, samples)) this.refused++
    this.publish()
  }

  useVoice(voice: string): void {
    this.options.voice = voice
    this.voices = [...new Set([voice, ...this.recordedVoices])]
    this.publish()
  }

  nextGeneration(): number {
    return ++this.generation
  }

  install(recordings: Arena, voices: readonly string[]): void {
    if (recordings.buffer.byteLength > this.budget) {
      const needed = Math.ceil(recordings.buffer.byteLength / 1_048_576)
      throw new PhraseError(
        'tooBig',
        `the recordings need PHRASE_CACHE_MB=${needed} at least, it is ${this.options.megabytes}`,
      )
    }
    this.recordings = shelf(recordings)
    this.recordedVoices = voices
    while (this.bytes > this.budget) this.evict()
    this.useVoice(this.options.voice)
  }

  share(): PhraseShare {
    const arenas = [this.recordings, ...this.kept].map((one) => one.arena.buffer)
    const generation = Atomics.load(new Int32Array(this.currentWord), 0)
    return { current: this.currentWord, generation, voices: [...this.voices], arenas }
  }

  get state(): PhraseState {
    const { hits, misses, refused, evicted, bytes, generation } = this
    const recordings = this.recordings.arena.entries
    const kept = this.kept.reduce((sum, { arena }) => sum + arena.entries, 0)
    return { hits, misses, refused, evicted, bytes, recordings, kept, generation }
  }

  private get bytes(): number {
    return [this.recordings, ...this.kept].reduce((sum, { arena }) => sum + arena.buffer.byteLength, 0)
  }

  private look(one: Shelf): PhraseView | undefined {
    const slot = one.arena.find(this.key)
    if (slot < 0) return undefined
    this.hits++
    one.lastUse = ++this.uses
    one.views[slot] ??= { samples: one.arena.samples(slot), generation: one.arena.generation }
    return one.views[slot]
  }

  /** Begins a generation that has room for `samples`. */
  private rotate(samples: number): boolean {
    const room = Math.floor((this.budget - this.recordings.arena.buffer.byteLength) / generations)
    if (room < leastBytes) return false
    const entries = Math.ceil(room / 2 / samplesPerEntry)
    const audio = Math.floor((room - arenaBytes({ entries, samples: 0 })) / 2)
    if (samples > audio) return false
    while (this.kept.length > 0 && this.bytes + room > this.budget) this.evict()
    const arena = Arena.create({ generation: ++this.generation, entries, samples: audio })
    this.kept.unshift(shelf(arena, ++this.uses))
    return true
  }

  private evict(): void {
    const oldest = this.kept.reduce((a, b) => (b.lastUse < a.lastUse ? b : a))
    this.kept = this.kept.filter((one) => one !== oldest)
    this.evicted++
  }

  private publish(): void {
    Atomics.store(new Int32Array(this.currentWord), 0, this.generation)
  }
}

function shelf(arena: Arena, lastUse = 0): Shelf {
  return { arena, views: [], lastUse }
}
