// The phrases in memory: the recordings from disk, loaded and swapped as one set, and the sentences that voices spoke
// live, kept so that they are ready next time.
//
// A fixed sentence plays from its recording whatever voice the calls use, because a recording costs nothing and starts
// at once; `bun run phrases` makes the recordings again with another voice. So a look-up tries the uploaded sounds of
// people, the voice in use, then the voices of the recordings, and for each voice the recordings before the live
// phrases: a recording that the operator has made again is used from the next look-up on.
//
// Evicting a set of recordings or a generation of live phrases only drops the reference: a call that is still playing
// from it holds its buffer, and nothing writes to that buffer again.

import { type Counter, type Gauge, Metrics } from '../base/metrics.ts'
import { Arena, PhraseError } from './arena.ts'
import { hashPhrase, keyWords, type PhraseHash } from './hash.ts'
import { Generation, LivePhrases } from './live-phrases.ts'
import type { PhraseFinder, PhraseView } from './types.ts'

export type PhraseCacheOptions = {
  /** PHRASE_CACHE_MB: recordings and live phrases together; evicted buffers that a call still plays are extra. */
  megabytes: number
  /** `Tts.voice` of the voice in use. */
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
   * @throws {PhraseError} `tooBig` when the set exceeds the limit of the cache; `late` when a set of a later
   *   generation is already in use, as after two reloads at once. The old set then stays
   */
  install(recordings: Arena, voices: readonly string[], preferred?: readonly string[]): void
  /** Throws what `install` would throw, and changes nothing. */
  check(recordings: Arena): void
  share(): PhraseShare
  readonly state: PhraseState
}

/** Belongs to one thread, which is the only one that writes. */
export function createPhraseCache(options: PhraseCacheOptions): PhraseCache {
  return new Cache(options)
}

class Cache implements PhraseCache {
  private readonly budget: number
  private readonly hash: PhraseHash
  private readonly key = new Int32Array(keyWords)
  private readonly current = new Int32Array(new SharedArrayBuffer(4))
  private recordings = new Generation(Arena.create({ generation: 0, entries: 0, samples: 0 }))
  private recordedVoices: readonly string[] = []
  private preferredVoices: readonly string[] = []
  private readonly live = new LivePhrases()
  private voice: string
  private voices: string[]
  private generation = 0
  private readonly hits: Counter
  private readonly misses: Counter
  private readonly refused: Counter
  private readonly gauges: Record<'bytes' | 'recordings' | 'kept' | 'evicted' | 'generation', Gauge>

  constructor(options: PhraseCacheOptions) {
    const metrics = options.metrics ?? new Metrics()
    this.hits = metrics.counter('phrase_hits_total', 'Sentences found in the phrase cache')
    this.misses = metrics.counter('phrase_misses_total', 'Sentences that had to be spoken live')
    this.refused = metrics.counter(
      'phrase_refused_total',
      'Sentences not kept in the cache because no room was left',
    )
    this.gauges = {
      bytes: metrics.gauge('phrase_bytes', 'Shared memory of the phrase cache, in bytes'),
      recordings: metrics.gauge('phrase_recordings', 'Recorded sentences in memory'),
      kept: metrics.gauge('phrase_kept', 'Sentences spoken live and kept in memory'),
      evicted: metrics.gauge('phrase_evicted', 'Generations of kept sentences evicted since start'),
      generation: metrics.gauge('phrase_generation', 'Number of the newest generation of phrases'),
    }
    this.budget = Math.floor(options.megabytes * 1_048_576)
    this.hash = options.hash ?? hashPhrase
    this.voice = options.voice
    this.voices = [options.voice]
    this.updateGauges()
  }

  find(text: string, language: string): PhraseView | undefined {
    const view = this.search(text, language)
    if (view) this.hits.value++
    else this.misses.value++
    return view
  }

  peek(text: string, language: string): PhraseView | undefined {
    return this.search(text, language)
  }

  keep(text: string, language: string, samples: Int16Array, voice = this.voice): void {
    if (samples.length === 0) return
    this.hash(voice, language, text, this.key)
    if (this.recordings.arena.find(this.key) >= 0) return
    const room = this.budget - this.recordings.arena.buffer.byteLength
    const { kept, changed } = this.live.add(this.key, samples, room, () => this.nextGeneration())
    if (!kept) this.refused.value++
    if (changed) this.publish()
    this.updateGauges()
  }

  useVoice(voice: string): void {
    this.voice = voice
    this.voices = [...new Set([...this.preferredVoices, voice, ...this.recordedVoices])]
    this.publish()
  }

  nextGeneration(): number {
    return ++this.generation
  }

  install(recordings: Arena, voices: readonly string[], preferred: readonly string[] = []): void {
    this.check(recordings)
    this.recordings = new Generation(recordings)
    this.recordedVoices = voices
    this.preferredVoices = preferred
    this.live.evictDownTo(this.budget - recordings.buffer.byteLength)
    this.useVoice(this.voice)
    this.updateGauges()
  }

  check(recordings: Arena): void {
    const bytes = recordings.buffer.byteLength
    if (bytes > this.budget) {
      const [needed, given] = [bytes, this.budget].map((one) => one / 1_048_576)
      throw new PhraseError(
        'tooBig',
        `the recordings need PHRASE_CACHE_MB=${Math.ceil(needed)} or more; it is ${given}`,
      )
    }
    if (recordings.generation < this.recordings.arena.generation) {
      throw new PhraseError('late', 'a set of recordings whose reload began later is already in use')
    }
  }

  share(): PhraseShare {
    return {
      current: this.current.buffer as SharedArrayBuffer,
      version: Atomics.load(this.current, 0),
      voices: [...this.voices],
      arenas: [this.recordings.arena.buffer, ...this.live.buffers],
    }
  }

  get state(): PhraseState {
    return {
      hits: this.hits.value,
      misses: this.misses.value,
      refused: this.refused.value,
      evicted: this.live.evicted,
      bytes: this.recordings.arena.buffer.byteLength + this.live.bytes,
      recordings: this.recordings.arena.entries,
      kept: this.live.entries,
      generation: this.generation,
    }
  }

  private search(text: string, language: string): PhraseView | undefined {
    for (let i = 0; i < this.voices.length; i++) {
      this.hash(this.voices[i], language, text, this.key)
      const view = this.recordings.find(this.key) ?? this.live.find(this.key)
      if (view) return view
    }
    return undefined
  }

  /** Arenas or voices have changed: marks every share as out of date with one atomic store. */
  private publish(): void {
    Atomics.add(this.current, 0, 1)
  }

  private updateGauges(): void {
    const { state, gauges } = this
    gauges.bytes.value = state.bytes
    gauges.recordings.value = state.recordings
    gauges.kept.value = state.kept
    gauges.evicted.value = state.evicted
    gauges.generation.value = state.generation
  }
}
