// Ready-made audio in one SharedArrayBuffer that any thread can read without a copy. One thread writes and only
// appends; a published phrase never changes, for as long as the buffer is referenced.
//
// Layout, little-endian, in 32-bit words unless said otherwise:
//
//   header, 16 words   0 magic 'WPHR'   1 layout (1)   2 generation   3 slots, a power of two
//                      4 offset of the samples in bytes   5 room for samples   6 entries   7 samples used
//                      8–15 zero
//   index, 8 words a slot, open addressing from place & (slots − 1), next slot when taken
//                      0 state: 0 free, 1 published   1–2 place   3–4 check   5 length of the text
//                      6 first sample   7 samples
//   samples            s16, mono, 8 kHz, phrases one after the other
//
// An entry is published by one atomic store of its state, after its samples and its other words are written.

import { AppError } from '../base/errors.ts'
import { keyWords, type PhraseKey } from './hash.ts'

/**
 * A phrase or a set of phrases that cannot be used: `badArena`, `badRecordings`, `tooBig`, `late`, `silent`, and those
 * of upload.ts.
 */
export class PhraseError extends AppError {
  override name = 'PhraseError'
}

const arenaMagic = 0x52485057
const arenaLayout = 1
const headerWords = 16
const slotWords = 8

const free = 0
const published = 1

export type ArenaSize = {
  generation: number
  /** Capacity in phrases. */
  entries: number
  /** Capacity in samples, over all phrases. */
  samples: number
}

/** Size in bytes of an arena of this capacity. */
export function arenaBytes(size: { entries: number; samples: number }): number {
  return samplesOffset(slotsFor(size.entries)) + size.samples * 2
}

export class Arena {
  readonly generation: number
  private readonly words: Int32Array
  private readonly audio: Int16Array
  private readonly slots: number

  /**
   * Opens an arena made by {@link Arena.create}, on this thread or another.
   *
   * @throws {PhraseError} `badArena` when the buffer is not an arena of this layout
   */
  constructor(readonly buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer, 0, Math.min(headerWords, buffer.byteLength >> 2))
    const [magic, layout, generation, slots, offset, room] = this.words
    const fits = offset + room * 2 <= buffer.byteLength && offset === samplesOffset(slots)
    if (magic !== arenaMagic || layout !== arenaLayout || !fits) {
      throw new PhraseError('badArena', 'the buffer is not a phrase arena of layout 1')
    }
    this.generation = generation
    this.slots = slots
    this.words = new Int32Array(buffer, 0, headerWords + slots * slotWords)
    this.audio = new Int16Array(buffer, offset, room)
  }

  static create(size: ArenaSize): Arena {
    const slots = slotsFor(size.entries)
    const buffer = new SharedArrayBuffer(arenaBytes(size))
    const offset = samplesOffset(slots)
    const header = [arenaMagic, arenaLayout, size.generation, slots, offset, size.samples]
    new Int32Array(buffer, 0, headerWords).set(header)
    return new Arena(buffer)
  }

  /** Number of phrases stored. Any thread. */
  get entries(): number {
    return Atomics.load(this.words, 6)
  }

  get usedSamples(): number {
    return Atomics.load(this.words, 7)
  }

  /**
   * Any thread; allocates nothing.
   *
   * @returns the slot of the phrase, or -1
   */
  find(key: PhraseKey): number {
    const { words, slots } = this
    for (let probe = 0; probe < slots; probe++) {
      const slot = (key[0] + probe) & (slots - 1)
      const at = headerWords + slot * slotWords
      if (Atomics.load(words, at) === free) return -1
      if (
        words[at + 1] === key[0] &&
        words[at + 2] === key[1] &&
        words[at + 3] === key[2] &&
        words[at + 4] === key[3] &&
        words[at + 5] === key[4]
      ) {
        return slot
      }
    }
    return -1
  }

  /** A view of the samples of a published slot; allocates the view but copies nothing. Any thread. */
  samples(slot: number): Int16Array {
    const at = headerWords + slot * slotWords
    const start = this.words[at + 6]
    return this.audio.subarray(start, start + this.words[at + 7])
  }

  /**
   * Appends a phrase and publishes it. The writing thread only.
   *
   * @param samples slin8, copied
   * @returns whether the phrase is stored, now or before; false when no samples or entries are left for it
   */
  add(key: PhraseKey, samples: Int16Array): boolean {
    if (key.length < keyWords) throw new RangeError(`a key has ${keyWords} words, not ${key.length}`)
    if (this.find(key) >= 0) return true
    const { words, audio, slots } = this
    const start = words[7]
    if (start + samples.length > audio.length) return false
    if (words[6] >= slots >> 1) return false
    let slot = key[0] & (slots - 1)
    while (words[headerWords + slot * slotWords] !== free) slot = (slot + 1) & (slots - 1)
    const at = headerWords + slot * slotWords
    audio.set(samples, start)
    words.set(key.subarray(0, keyWords), at + 1)
    words[at + 6] = start
    words[at + 7] = samples.length
    Atomics.store(words, 7, start + samples.length)
    Atomics.store(words, at, published)
    Atomics.add(words, 6, 1)
    return true
  }
}

/** Half of the slots stay free, so that a look-up takes 1.5 probes on average and always terminates. */
function slotsFor(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(4, entries * 2)))
}

function samplesOffset(slots: number): number {
  return (headerWords + slots * slotWords) * 4
}
