// Phrases that voices spoke live, kept in generations: arenas that are filled one after the other. When the newest is
// full, another is created; when the memory is used up, the least recently used generation is evicted.

import { Arena, arenaBytes } from './arena.ts'
import type { PhraseKey } from './hash.ts'
import type { PhraseView } from './types.ts'

/**
 * 65 s of speech. Allocating 1 MB of shared memory took 20 µs on average, 0.5 ms at most; 12 MB took 1.1 ms, 17 ms at
 * most, which is most of a frame (60 allocations of each size, two busy cores).
 */
const generationBytes = 1_048_576
/** Smallest number of generations, however small the cache is. */
const minGenerations = 4
/** A smaller generation would hold only a sentence or two. */
const minGenerationBytes = 128 * 1_024
/** A kept sentence lasts 2 s (16 000 samples) on average; the index has entries for four times as many. */
const samplesPerEntry = 4_000

/** An arena and the views that were read from it, so that each view is created once. */
export class Generation {
  lastUse = 0
  private readonly views: (PhraseView | undefined)[] = []

  constructor(readonly arena: Arena) {}

  find(key: PhraseKey): PhraseView | undefined {
    const slot = this.arena.find(key)
    if (slot < 0) return undefined
    this.views[slot] ??= { samples: this.arena.samples(slot), generation: this.arena.generation }
    return this.views[slot]
  }
}

export class LivePhrases {
  bytes = 0
  /** Generations evicted so far. */
  evicted = 0
  /** Newest first. */
  private generations: Generation[] = []
  private uses = 0

  get entries(): number {
    return this.generations.reduce((sum, { arena }) => sum + arena.entries, 0)
  }

  get buffers(): SharedArrayBuffer[] {
    return this.generations.map(({ arena }) => arena.buffer)
  }

  /** Marks the generation that holds the phrase as used; allocates only the first time a phrase is found. */
  find(key: PhraseKey): PhraseView | undefined {
    for (let i = 0; i < this.generations.length; i++) {
      const view = this.generations[i].find(key)
      if (!view) continue
      this.generations[i].lastUse = ++this.uses
      return view
    }
    return undefined
  }

  /**
   * @param roomBytes limit for all generations together
   * @param nextGeneration returns the number of a new generation
   * @returns whether the phrase is stored now, and whether arenas were created or evicted for it
   */
  add(
    key: PhraseKey,
    samples: Int16Array,
    roomBytes: number,
    nextGeneration: () => number,
  ): { kept: boolean; changed: boolean } {
    if (this.generations.some(({ arena }) => arena.find(key) >= 0)) return { kept: true, changed: false }
    if (this.generations[0]?.arena.add(key, samples)) return { kept: true, changed: false }
    const bytes = Math.min(generationBytes, Math.floor(roomBytes / minGenerations))
    const entries = Math.ceil(bytes / 2 / samplesPerEntry)
    const audio = Math.floor((bytes - arenaBytes({ entries, samples: 0 })) / 2)
    if (bytes < minGenerationBytes || samples.length > audio) return { kept: false, changed: false }
    this.evictDownTo(roomBytes - bytes)
    const arena = Arena.create({ generation: nextGeneration(), entries, samples: audio })
    const newest = new Generation(arena)
    newest.lastUse = ++this.uses
    this.generations.unshift(newest)
    this.bytes += arena.buffer.byteLength
    return { kept: arena.add(key, samples), changed: true }
  }

  /** Evicts least recently used generations until the rest takes at most `roomBytes`. */
  evictDownTo(roomBytes: number): void {
    while (this.generations.length > 0 && this.bytes > roomBytes) {
      const oldest = this.generations.reduce((a, b) => (b.lastUse < a.lastUse ? b : a))
      this.generations = this.generations.filter((one) => one !== oldest)
      this.bytes -= oldest.arena.buffer.byteLength
      this.evicted++
    }
  }
}
