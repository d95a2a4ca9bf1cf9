// A tester's ear at a phone: waits until a phrase of the cache was heard, and says how well.

import { join } from 'node:path'
import type { Heard } from '../support/sip/heard.ts'
import { find } from '../support/sip/sound.ts'
import { projectRoot } from './bot.ts'

export type HeardPhrase = {
  /** Normalised cross-correlation of the whole phrase. */
  correlation: number
  /** When its first and last sample arrived, of `performance.now()`. */
  startMs: number
  endMs: number
  /** Longest time between two RTP packets while it played. */
  longestGapMs: number
}

/** The least correlation that counts as the phrase. A-law alone leaves 0.999; 5 % of lost packets leave about 0.97. */
const sameEnough = 0.9
const lookEveryMs = 200
const cache = join(projectRoot, 'assets/cache')

/**
 * The samples of a phrase's variants: `fr.welcome` is one file, `fr.ok.0` … several.
 *
 * @throws {Error} when the cache does not have it
 */
export async function phraseVariants(name: string): Promise<Int16Array[]> {
  const files = await Array.fromAsync(new Bun.Glob(`fr.${name}{,.*}.raw`).scan(cache))
  if (files.length === 0) throw new Error(`no phrase ${name} in assets/cache`)
  return Promise.all(
    files.sort().map(async (file) => new Int16Array(await Bun.file(join(cache, file)).arrayBuffer())),
  )
}

/**
 * Settles when one of the variants of phrase `name` was heard whole. The call's own time limit bounds it.
 *
 * @param fromMs of `performance.now()`: what came before does not count
 */
export async function hears(heard: Heard, name: string, fromMs: number): Promise<HeardPhrase> {
  const variants = await phraseVariants(name)
  const shortest = Math.min(...variants.map((variant) => variant.length))
  let best = 0
  for (let searchedFromMs = fromMs; ; ) {
    await Bun.sleep(lookEveryMs)
    const { startMs, samples } = heard.samples(searchedFromMs)
    if (samples.length < shortest) continue
    for (const variant of variants) {
      const match = find(variant, samples)
      best = Math.max(best, match.correlation)
      if (match.correlation < sameEnough || match.at + variant.length > samples.length + 160) continue
      const begin = startMs + match.at / 8
      const endMs = begin + variant.length / 8
      const longestGapMs = Math.max(0, ...heard.gaps(begin, endMs))
      return { correlation: match.correlation, startMs: begin, endMs, longestGapMs }
    }
    // Only a phrase that is still being said can be found later: forget what is older than the longest variant.
    const longestMs = Math.max(...variants.map((variant) => variant.length)) / 8
    searchedFromMs = Math.max(searchedFromMs, heard.lastAtMs() - longestMs - 1_000)
  }
}
