// The phrases in memory: the house's recordings, loaded as one set and swapped as one, and beside them what
// voices said live, so that it is ready next time.
//
// A fixed sentence has its house recording whatever voice the calls use, because it is there, at once and free;
// `bun run phrases` remakes the recordings with another voice. So a look-up goes through two voices, the one in
// use and then the one of the recordings, and for each asks the recordings before what was kept: a recording
// that the operator remakes is heard from the next look-up on.
//
// What goes, a set of recordings or a generation of kept phrases, goes by being forgotten: who still plays from it
// holds its buffer, and nobody writes to it again.

import { type Counter, type Gauge, Metrics } from '../base/metrics.ts'
import { Arena, PhraseError } from './arena.ts'
import { hashPhrase, keyWords, type PhraseHash } from './hash.ts'
import { KeptPhrases, Shelf } from './live-phrases.ts'
import type { PhraseFinder, PhraseView } from './types.ts'

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
  /** One word, the version that is current; another value than `version` says that this share is old. */
  current: SharedArrayBuffer
  version: number
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
   * Looks a text up without counting it: for the operator's list, and for a set just loaded, so that the first call
   * that needs it finds its view made. Also the look-up's own first run, 150 µs before it is compiled, is spent here.
   */
  look(text: string, language: string): PhraseView | undefined
  /** A generation number for a set of recordings to come. */
  nextGeneration(): number
  /**
   * Puts a set of recordings in the place of the one before, at once for every look-up that follows.
   *
   * @throws {PhraseError} `tooBig` when it is larger than the cache may be, `late` when a set of a later
   *   generation is in use, which two reloads at once may bring about; the set before stays
   */
  install(recordings: Arena, voices: readonly string[]): void
  share(): PhraseShare
  readonly state: PhraseState
}

/** Lives on one thread, the only one that writes. */
export function createPhraseCache(options: PhraseCacheOptions): PhraseCache {
  return new Cache(options)
}

class Cache implements PhraseCache {
  private readonly budget: number
  private readonly hash: PhraseHash
  private readonly key = new Int32Array(keyWords)
  private readonly current = new Int32Array(new SharedArrayBuffer(4))
  private recordings = new Shelf(Arena.create({ generation: 0, entries: 0, samples: 0 }))
  private recordedVoices: readonly string[] = []
  private readonly kept = new KeptPhrases()
  private voice: string
  private voices: string[]
  private generation = 0
  private readonly hits: Counter
  private readonly misses: Counter
  private readonly refused: Counter
  private readonly gauges: Record<'bytes' | 'recordings' | 'kept' | 'evicted' | 'generation', Gauge>

  constructor(options: PhraseCacheOptions) {
    const metrics = options.metrics ?? new Metrics()
    this.hits = metrics.counter('phrase_hits_total', 'Sentences that lay ready in the phrase cache')
    this.misses = metrics.counter('phrase_misses_total', 'Sentences that had to be spoken live')
    this.refused = metrics.counter('phrase_refused_total', 'Sentences not kept for want of room')
    this.gauges = {
      bytes: metrics.gauge('phrase_bytes', 'Shared memory of the phrase cache'),
      recordings: metrics.gauge('phrase_recordings', 'Recordings of the house in memory'),
      kept: metrics.gauge('phrase_kept', 'Sentences kept from what voices said live'),
      evicted: metrics.gauge('phrase_evicted', 'Generations of sentences given up for room since start'),
      generation: metrics.gauge('phrase_generation', 'Number of the youngest set of phrases'),
    }
    this.budget = Math.floor(options.megabytes * 1_048_576)
    this.hash = options.hash ?? hashPhrase
    this.voice = options.voice
    this.voices = [options.voice]
    this.tell()
  }

  find(text: string, language: string): PhraseView | undefined {
    const view = this.search(text, language)
    if (view) this.hits.value++
    else this.misses.value++
    return view
  }

  look(text: string, language: string): PhraseView | undefined {
    return this.search(text, language)
  }

  keep(text: string, language: string, samples: Int16Array, voice = this.voice): void {
    if (samples.length === 0) return
    this.hash(voice, language, text, this.key)
    if (this.recordings.arena.find(this.key) >= 0) return
    const room = this.budget - this.recordings.arena.buffer.byteLength
    const { kept, changed } = this.kept.add(this.key, samples, room, () => this.nextGeneration())
    if (!kept) this.refused.value++
    if (changed) this.publish()
    this.tell()
  }

  useVoice(voice: string): void {
    this.voice = voice
    this.voices = [...new Set([voice, ...this.recordedVoices])]
    this.publish()
  }

  nextGeneration(): number {
    return ++this.generation
  }

  install(recordings: Arena, voices: readonly string[]): void {
    const bytes = recordings.buffer.byteLength
    if (bytes > this.budget) {
      const [needed, given] = [bytes, this.budget].map((one) => one / 1_048_576)
      throw new PhraseError(
        'tooBig',
        `the recordings need PHRASE_CACHE_MB=${Math.ceil(needed)} at least, it is ${given}`,
      )
    }
    if (recordings.generation < this.recordings.arena.generation) {
      throw new PhraseError('late', 'a set of recordings that was begun later is already in use')
    }
    this.recordings = new Shelf(recordings)
    this.recordedVoices = voices
    this.kept.shrink(this.budget - bytes)
    this.useVoice(this.voice)
    this.tell()
  }

  share(): PhraseShare {
    return {
      current: this.current.buffer as SharedArrayBuffer,
      version: Atomics.load(this.current, 0),
      voices: [...this.voices],
      arenas: [this.recordings.arena.buffer, ...this.kept.buffers],
    }
  }

  get state(): PhraseState {
    return {
      hits: this.hits.value,
      misses: this.misses.value,
      refused: this.refused.value,
      evicted: this.kept.evicted,
      bytes: this.recordings.arena.buffer.byteLength + this.kept.bytes,
      recordings: this.recordings.arena.entries,
      kept: this.kept.entries,
      generation: this.generation,
    }
  }

  private search(text: string, language: string): PhraseView | undefined {
    for (let i = 0; i < this.voices.length; i++) {
      this.hash(this.voices[i], language, text, this.key)
      const view = this.recordings.look(this.key) ?? this.kept.look(this.key)
      if (view) return view
    }
    return undefined
  }

  /** Other arenas or voices than before: whoever holds a share is told so by one atomic store. */
  private publish(): void {
    Atomics.add(this.current, 0, 1)
  }

  private tell(): void {
    const { state, gauges } = this
    gauges.bytes.value = state.bytes
    gauges.recordings.value = state.recordings
    gauges.kept.value = state.kept
    gauges.evicted.value = state.evicted
    gauges.generation.value = state.generation
  }
}
