// The phrases in memory: the recordings from disk, what the voice in use spoke of the same sentences (revoicing.ts),
// both loaded and swapped as one set, and the sentences that voices spoke live, kept so that they are ready next time.
//
// Until the voice in use has spoken the whole desk, calls hear the fixed sentences from their recordings, because a
// recording costs nothing and starts at once. Afterwards the voice is on air: calls that begin then hear the sounds of
// people and that one voice. A call keeps what it began with; when another voice has to stand in, the call hears that
// one instead. For each voice a look-up tries the sets before the live phrases: a recording that the operator has made
// again is used from the next look-up on.
//
// Evicting a set of recordings or a generation of live phrases only drops the reference: a call that is still playing
// from it holds its buffer, and nothing writes to that buffer again.

import { type Counter, type Gauge, Metrics } from '../base/metrics.ts'
import { Arena, PhraseError } from './arena.ts'
import type { OwnSet, PhraseCache, PhraseCacheOptions, PhraseShare, PhraseState } from './cache-types.ts'
import { hashPhrase, keyWords, type PhraseHash } from './hash.ts'
import { Generation, LivePhrases } from './live-phrases.ts'
import { Sightings } from './sightings.ts'
import type { CallPhrases, PhraseView } from './types.ts'

export type { OwnSet, PhraseCache, PhraseCacheOptions, PhraseShare, PhraseState } from './cache-types.ts'

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
  private own: Generation | undefined
  private onAir = false
  private recordedVoices: readonly string[] = []
  private preferredVoices: readonly string[] = []
  private readonly live = new LivePhrases()
  private readonly sightings: Sightings
  private give: CallPhrases['share']
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
    this.sightings = new Sightings(this.hash)
    this.voice = options.voice
    this.voices = [options.voice]
    this.updateGauges()
  }

  find(text: string, language: string): PhraseView | undefined {
    return this.counted(this.search(text, language, this.voices))
  }

  peek(text: string, language: string): PhraseView | undefined {
    return this.search(text, language, this.voices)
  }

  forCall(): CallPhrases {
    const { onAir } = this
    let heard = this.voice
    let [voices, version] = [[] as readonly string[], -1]
    return {
      find: (text, language) => {
        const now = Atomics.load(this.current, 0)
        if (version !== now) {
          const before = onAir ? [] : this.recordedVoices
          voices = [...new Set([...this.preferredVoices, ...before, heard])]
          version = now
        }
        return this.counted(this.search(text, language, voices))
      },
      keep: (text, language, samples, voice) => this.keep(text, language, samples, voice),
      changeVoice: (key) => {
        heard = key
        version = -1
      },
      share: (text, language, samples, voice) => this.give?.(text, language, samples, voice),
      isRepeated: (text, language) => this.sightings.note(text, language),
    }
  }

  keep(text: string, language: string, samples: Int16Array, voice = this.voice): void {
    if (samples.length === 0) return
    this.hash(voice, language, text, this.key)
    if (this.recordings.arena.find(this.key) >= 0 || (this.own?.arena.find(this.key) ?? -1) >= 0) return
    const room = this.budget - this.setBytes
    const { kept, changed } = this.live.add(this.key, samples, room, () => this.nextGeneration())
    if (!kept) this.refused.value++
    if (changed) this.publish()
    this.updateGauges()
  }

  shareWith(give: NonNullable<CallPhrases['share']>): void {
    this.give = give
  }

  useVoice(voice: string): void {
    this.voice = voice
    this.voices = [...new Set([...this.preferredVoices, voice, ...this.recordedVoices])]
    this.publish()
  }

  nextGeneration(): number {
    return ++this.generation
  }

  install(
    recordings: Arena,
    voices: readonly string[],
    preferred: readonly string[] = [],
    own: OwnSet = { onAir: false },
  ): void {
    this.check(recordings, own)
    this.recordings = new Generation(recordings)
    this.own = own.arena && new Generation(own.arena)
    this.onAir = own.onAir
    this.recordedVoices = voices
    this.preferredVoices = preferred
    this.live.evictDownTo(this.budget - this.setBytes)
    this.useVoice(this.voice)
    this.updateGauges()
  }

  check(recordings: Arena, { arena }: OwnSet = { onAir: false }): void {
    const bytes = recordings.buffer.byteLength + (arena?.buffer.byteLength ?? 0)
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
      arenas: [this.recordings, ...(this.own ? [this.own] : [])]
        .map(({ arena }) => arena.buffer)
        .concat(this.live.buffers),
    }
  }

  get state(): PhraseState {
    return {
      hits: this.hits.value,
      misses: this.misses.value,
      refused: this.refused.value,
      evicted: this.live.evicted,
      bytes: this.setBytes + this.live.bytes,
      recordings: this.recordings.arena.entries + (this.own?.arena.entries ?? 0),
      kept: this.live.entries,
      generation: this.generation,
    }
  }

  private get setBytes(): number {
    return this.recordings.arena.buffer.byteLength + (this.own?.arena.buffer.byteLength ?? 0)
  }

  private counted(view: PhraseView | undefined): PhraseView | undefined {
    if (view) this.hits.value++
    else this.misses.value++
    return view
  }

  private search(text: string, language: string, voices: readonly string[]): PhraseView | undefined {
    for (let i = 0; i < voices.length; i++) {
      this.hash(voices[i], language, text, this.key)
      const view = this.recordings.find(this.key) ?? this.own?.find(this.key) ?? this.live.find(this.key)
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
