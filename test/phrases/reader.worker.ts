// A thread that looks phrases up as fast as it can while the main thread appends and swaps. It counts how many
// phrases it found whole, torn or not at all.

import type { PhraseShare } from '../../src/phrases/cache.ts'
import { openPhrases } from '../../src/phrases/reader.ts'
import { isWhole } from './support.ts'

declare const self: Worker

export type ReaderNews = { whole: number; torn: number; missing: number; stale: number }

const counts: ReaderNews = { whole: 0, torn: 0, missing: 0, stale: 0 }
/** Views of earlier generations, checked again later: a phrase that is playing must not change. */
const playing: Int16Array[] = []

self.onmessage = (event: MessageEvent<{ share: PhraseShare; texts: string[]; rounds: number } | 'count'>) => {
  if (event.data === 'count') {
    for (const samples of playing) count(samples)
    self.postMessage(counts)
    return
  }
  const { share, texts, rounds } = event.data
  const reader = openPhrases(share)
  for (let round = 0; round < rounds; round++) {
    for (const text of texts) {
      const samples = reader.find(text, 'fr')
      if (reader.stale) counts.stale++
      if (!samples) counts.missing++
      else {
        count(samples)
        if (playing.length < 500) playing.push(samples)
      }
    }
  }
}

function count(samples: Int16Array): void {
  if (isWhole(samples)) counts.whole++
  else counts.torn++
}
