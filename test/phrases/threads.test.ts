import { expect, setDefaultTimeout, test } from 'bun:test'
import { Arena } from '../../src/phrases/arena.ts'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { hashPhrase, keyWords } from '../../src/phrases/hash.ts'
import type { ReaderNews } from './reader.worker.ts'
import { pattern } from './support.ts'

setDefaultTimeout(60_000)

const fixed = Array.from({ length: 20 }, (_, n) => `fixed ${n}`)
const live = Array.from({ length: 10 }, (_, n) => `live ${n}`)
const swaps = 50

/** A different length in each generation, so that a view that mixes two generations can't look whole. */
function recordingsOf(generation: number): Arena {
  const lengths = fixed.map((_, n) => 2_000 + ((generation * 131 + n * 17) % 500))
  const samples = lengths.reduce((sum, length) => sum + length, 0)
  const arena = Arena.create({ generation, entries: fixed.length, samples })
  const key = new Int32Array(keyWords)
  for (const [n, text] of fixed.entries()) {
    hashPhrase('house', 'fr', text, key)
    arena.add(key, pattern(n, lengths[n]))
  }
  return arena
}

test('two threads look phrases up during 50 swaps and 500 additions and never read a torn phrase', async () => {
  const cache = createPhraseCache({ megabytes: 1, voice: 'aura' })
  const readers = [1, 2].map(() => new Worker(new URL('./reader.worker.ts', import.meta.url).href))
  for (let swap = 1; swap <= swaps; swap++) {
    cache.install(recordingsOf(cache.nextGeneration()), ['house'])
    for (const text of live) cache.keep(text, 'fr', pattern(swap, 3_000))
    const share = cache.share()
    // The threads read this share while the loop goes on to append to its arenas and to swap them.
    for (const reader of readers) reader.postMessage({ share, texts: [...fixed, ...live], rounds: 2 })
    for (let n = 0; n < 10; n++) cache.keep(`once ${swap} ${n}`, 'fr', pattern(n, 4_000))
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const counts = await Promise.all(
    readers.map(
      (reader) =>
        new Promise<ReaderNews>((resolve) => {
          reader.onmessage = (event: MessageEvent<ReaderNews>) => resolve(event.data)
          reader.postMessage('count')
        }),
    ),
  )
  for (const reader of readers) reader.terminate()
  for (const { whole, torn, missing, stale } of counts) {
    expect({ torn, missing }).toEqual({ torn: 0, missing: 0 })
    expect(whole).toBe(swaps * 2 * 30 + 500)
    expect(stale).toBeGreaterThan(0)
  }
  expect(cache.state.evicted).toBeGreaterThan(3)
})

test('what one thread appends, another thread finds in the share it already has', async () => {
  const cache = createPhraseCache({ megabytes: 4, voice: 'aura' })
  cache.keep('first', 'fr', pattern(1, 160))
  const share = cache.share()
  cache.keep('second', 'fr', pattern(2, 160))
  const reader = new Worker(new URL('./reader.worker.ts', import.meta.url).href)
  const counts = await new Promise<ReaderNews>((resolve) => {
    reader.onmessage = (event: MessageEvent<ReaderNews>) => resolve(event.data)
    reader.postMessage({ share, texts: ['first', 'second', 'third'], rounds: 1 })
    reader.postMessage('count')
  })
  reader.terminate()
  expect(counts).toEqual({ whole: 4, torn: 0, missing: 1, stale: 0 })
})
