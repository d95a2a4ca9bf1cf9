// Reads the phrases from another thread: the same arenas, read in place. No thread of the server uses it yet; the
// recorder's thread will.

import { Arena } from './arena.ts'
import type { PhraseShare } from './cache.ts'
import { hashPhrase, keyWords } from './hash.ts'

export type PhraseReader = {
  /** @returns slin8 on shared memory, or undefined; allocates the view */
  find(text: string, language: string): Int16Array | undefined
  /** Whether phrases were swapped since the share was made; found samples stay valid, but ask for a new share. */
  readonly stale: boolean
}

/**
 * Opens a share that was posted to this thread; works on any thread.
 *
 * @throws {PhraseError} `badArena` when a buffer has another layout
 */
export function openPhrases(share: PhraseShare): PhraseReader {
  const arenas = share.arenas.map((buffer) => new Arena(buffer))
  const current = new Int32Array(share.current)
  const key = new Int32Array(keyWords)
  return {
    find(text, language) {
      for (const voice of share.voices) {
        hashPhrase(voice, language, text, key)
        for (const arena of arenas) {
          const slot = arena.find(key)
          if (slot >= 0) return arena.samples(slot)
        }
      }
      return undefined
    },
    get stale() {
      return Atomics.load(current, 0) !== share.version
    },
  }
}
