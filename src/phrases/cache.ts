// The phrases in memory: the house's recordings, loaded as one set and swapped as one, and beside them what
// voices said live, so that it is ready next time.
//
// A fixed sentence has its house recording whatever voice the calls use, because it is there, at once and free;
// `bun run phrases` remakes the recordings with another voice. So a look-up goes through two voices, the one in
// use and then the one of the recordings, and for each asks the recordings before what was kept: a recording
// that the operator remakes is heard from the next look-up on.
//
// What is kept lies in generations, arenas of 1 MB. When the youngest is full a new one begins, and where the room
// is used up, the generation that was longest without a hit goes; who still plays from it holds its buffer.

import { type Counter, Metrics } from '../base/metrics.ts'
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
  /**
   * Looks a text up without counting it and makes its view, so that the first call that needs it allocates
   * nothing. Also the look-up's own first run, 150 µs before it is compiled, is spent here.
   */
  prepare(text: string, language: string): void
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

/**
 * 65 s of speech. New shared memory of 1 MB took 20 µs, 0.5 ms at most; of 12 MB 1.1 ms, 17 ms at most, which is
 * most of a frame (60 of each, two busy cores).
 */
const generationBytes = 1_048_576
/** At least so many generations, however small the cache. */
const leastGenerations = 4
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
  private readonly hits: Counter
  private readonly misses: Counter
  private readonly refused: Counter
  private readonly evicted: Counter
  private readonly metrics: Metrics

  constructor(private readonly options: PhraseCacheOptions) {
    this.metrics = options.metrics ?? new Metrics()
    this.hits = this.metrics.counter('phrase_hits_total', 'Sentences that lay ready in the phrase cache')
    this.misses = this.metrics.counter('phrase_misses_total', 'Sentences that had to be spoken live')
    this.refused = this.metrics.counter('phrase_refused_total', 'Sentences not kept for want of room')
    this.evicted = this.metrics.counter('phrase_evicted_total', 'Generations of sentences given up for room')
    this.budget = Math.floor(options.megabytes * 1_048_576)
    this.hash = options.hash ?? hashPhrase
    this.voices = [options.voice]
    this.publish()
  }

  find(text: string, language: string): PhraseView | undefined {
    const view = this.search(text, language)
    if (view) this.hits.value++
    else this.misses.value++
    return view
  }

  prepare(text: string, language: string): void {
    this.search(text, language)
  }

  keep(text: string, language: string, samples: Int16Array, voice = this.options.voice): void {
    if (samples.length === 0) return
    this.hash(voice, language, text, this.key)
    if (this.recordings.arena.find(this.key) >= 0) return
    for (const { arena } of this.kept) if (arena.find(this.key) >= 0) return
    const fits = () => this.kept[0]?.arena.add(this.key, samples) ?? false
    if (!fits() && !(this.rotate(samples.length) && fits())) this.refused.value++
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
    return {
      hits: this.hits.value,
      misses: this.misses.value,
      refused: this.refused.value,
      evicted: this.evicted.value,
      bytes: this.bytes,
      recordings: this.recordings.arena.entries,
      kept: this.kept.reduce((sum, { arena }) => sum + arena.entries, 0),
      generation: this.generation,
    }
  }

  private get bytes(): number {
    return [this.recordings, ...this.kept].reduce((sum, { arena }) => sum + arena.buffer.byteLength, 0)
  }

  private search(text: string, language: string): PhraseView | undefined {
    for (let i = 0; i < this.voices.length; i++) {
      this.hash(this.voices[i], language, text, this.key)
      const recorded = this.look(this.recordings)
      if (recorded) return recorded
      for (let j = 0; j < this.kept.length; j++) {
        const spoken = this.look(this.kept[j])
        if (spoken) return spoken
      }
    }
    return undefined
  }

  private look(one: Shelf): PhraseView | undefined {
    const slot = one.arena.find(this.key)
    if (slot < 0) return undefined
    one.lastUse = ++this.uses
    one.views[slot] ??= { samples: one.arena.samples(slot), generation: one.arena.generation }
    return one.views[slot]
  }

  /** Begins a generation that has room for `samples`. */
  private rotate(samples: number): boolean {
    const left = this.budget - this.recordings.arena.buffer.byteLength
    const room = Math.min(generationBytes, Math.floor(left / leastGenerations))
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
    this.evicted.value++
  }

  private publish(): void {
    Atomics.store(new Int32Array(this.currentWord), 0, this.generation)
    const { bytes, recordings, kept, generation } = this.state
    const gauge = (name: string, help: string, value: number) => {
      this.metrics.gauge(name, help).value = value
    }
    gauge('phrase_bytes', 'Shared memory of the phrase cache', bytes)
    gauge('phrase_recordings', 'Recordings of the house in memory', recordings)
    gauge('phrase_kept', 'Sentences kept from what voices said live', kept)
    gauge('phrase_generation', 'Number of the youngest set of phrases', generation)
  }
}

function shelf(arena: Arena, lastUse = 0): Shelf {
  return { arena, views: [], lastUse }
}
