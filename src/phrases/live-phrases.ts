// What voices said live, in generations: arenas that are filled one after the other. When the youngest is full a
// new one begins, and where the room is used up, the one that was longest without a hit goes.

import { Arena, arenaBytes } from './arena.ts'
import type { PhraseKey } from './hash.ts'
import type { PhraseView } from './types.ts'

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

/** An arena with the views that were asked of it, so that each is made once. */
export class Shelf {
  lastUse = 0
  private readonly views: (PhraseView | undefined)[] = []

  constructor(readonly arena: Arena) {}

  look(key: PhraseKey): PhraseView | undefined {
    const slot = this.arena.find(key)
    if (slot < 0) return undefined
    this.views[slot] ??= { samples: this.arena.samples(slot), generation: this.arena.generation }
    return this.views[slot]
  }
}

export class KeptPhrases {
  bytes = 0
  /** Generations given up for room. */
  evicted = 0
  /** Youngest first. */
  private shelves: Shelf[] = []
  private uses = 0

  get entries(): number {
    return this.shelves.reduce((sum, { arena }) => sum + arena.entries, 0)
  }

  get buffers(): SharedArrayBuffer[] {
    return this.shelves.map(({ arena }) => arena.buffer)
  }

  /** Counts as a use of the generation it is found in; allocates nothing from the second time on. */
  look(key: PhraseKey): PhraseView | undefined {
    for (let i = 0; i < this.shelves.length; i++) {
      const view = this.shelves[i].look(key)
      if (!view) continue
      this.shelves[i].lastUse = ++this.uses
      return view
    }
    return undefined
  }

  /**
   * @param roomBytes what all generations together may take
   * @param nextGeneration asked for a number when a generation begins
   * @returns whether the phrase is there now, and whether arenas came or went for it
   */
  add(
    key: PhraseKey,
    samples: Int16Array,
    roomBytes: number,
    nextGeneration: () => number,
  ): { kept: boolean; changed: boolean } {
    if (this.shelves.some(({ arena }) => arena.find(key) >= 0)) return { kept: true, changed: false }
    if (this.shelves[0]?.arena.add(key, samples)) return { kept: true, changed: false }
    const bytes = Math.min(generationBytes, Math.floor(roomBytes / leastGenerations))
    const entries = Math.ceil(bytes / 2 / samplesPerEntry)
    const audio = Math.floor((bytes - arenaBytes({ entries, samples: 0 })) / 2)
    if (bytes < leastBytes || samples.length > audio) return { kept: false, changed: false }
    this.shrink(roomBytes - bytes)
    const shelf = new Shelf(Arena.create({ generation: nextGeneration(), entries, samples: audio }))
    shelf.lastUse = ++this.uses
    this.shelves.unshift(shelf)
    this.bytes += shelf.arena.buffer.byteLength
    return { kept: shelf.arena.add(key, samples), changed: true }
  }

  /** Gives generations up until the rest takes at most `roomBytes`. */
  shrink(roomBytes: number): void {
    while (this.shelves.length > 0 && this.bytes > roomBytes) {
      const oldest = this.shelves.reduce((a, b) => (b.lastUse < a.lastUse ? b : a))
      this.shelves = this.shelves.filter((one) => one !== oldest)
      this.bytes -= oldest.arena.buffer.byteLength
      this.evicted++
    }
  }
}
