// Recordings for the tests of the cache.

import { expect } from 'bun:test'
import { Arena } from '../../src/phrases/arena.ts'
import { createPhraseCache, type PhraseCache } from '../../src/phrases/cache.ts'
import { hashPhrase, keyWords } from '../../src/phrases/hash.ts'
import { pattern } from './support.ts'

/** A set of recordings by one voice. */
export function recordings(generation: number, voice: string, phrases: Record<string, Int16Array>): Arena {
  const all = Object.values(phrases)
  const samples = all.reduce((sum, one) => sum + one.length, 0)
  const arena = Arena.create({ generation, entries: all.length, samples })
  const key = new Int32Array(keyWords)
  for (const [text, audio] of Object.entries(phrases)) {
    hashPhrase(voice, 'fr', text, key)
    arena.add(key, audio)
  }
  return arena
}

export const house = pattern(1, 160)

/** A cache that is full: recordings of the house, and `phrase 0` to `phrase 47` of 50 s each. */
export function cacheOf48(): PhraseCache {
  const cache = createPhraseCache({ megabytes: 50, voice: 'aura' })
  cache.install(recordings(cache.nextGeneration(), 'pico-1', { Bonjour: house }), ['pico-1'])
  const long = pattern(1, 400_000)
  for (let n = 0; n < 48; n++) cache.keep(`phrase ${n}`, 'fr', long)
  expect(cache.state).toMatchObject({ kept: 48, evicted: 0, refused: 0 })
  return cache
}
