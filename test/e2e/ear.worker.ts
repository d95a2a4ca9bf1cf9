// Compares what a phone heard with phrases, on its own thread: on the phones' thread a comparison of 50 ms would delay
// the packets of every phone and look like a hole in the audio.

import { type Match, Search } from '../support/phone/sound.ts'

/** `variants` come with the first question of an ear and are kept for the next ones. */
export type Question = { ear: number; variants?: Int16Array[]; heard: Int16Array; isLast?: boolean }
export type Answer = { ear: number; matches: Match[] }

declare const self: Worker

const ears = new Map<number, Search[]>()

self.onmessage = ({ data }: MessageEvent<Question>) => {
  const searches = ears.get(data.ear) ?? (data.variants ?? []).map((variant) => new Search(variant))
  ears.set(data.ear, searches)
  const answer: Answer = { ear: data.ear, matches: searches.map((search) => search.look(data.heard)) }
  if (data.isLast) ears.delete(data.ear)
  self.postMessage(answer)
}
