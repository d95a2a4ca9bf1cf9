// Listens to a phone: waits until it heard a phrase of the cache, and says how well the sound matches.

import { join } from 'node:path'
import type { Heard } from '../support/phone/heard.ts'
import type { Phone } from '../support/phone/phone.ts'
import type { Match } from '../support/phone/sound.ts'
import { projectRoot } from './bot.ts'
import type { Answer, Question } from './ear.worker.ts'

export type HeardPhrase = {
  /** Normalised cross-correlation of the whole phrase. */
  correlation: number
  /** When its first and last sample arrived, of `performance.now()`. */
  startMs: number
  endMs: number
  /** Longest time between two RTP packets while it played, and how far into the phrase that was. */
  longestGapMs: number
  longestGapAtMs: number
}

/** The least correlation that counts as the phrase. Both laws leave 0.999. */
const sameEnough = 0.9
const lookEveryMs = 200
const cache = join(projectRoot, 'assets/cache')

/**
 * The samples of a phrase's variants: `fr.welcome` is one file, `fr.ok.0` … several. A name may begin with another
 * language: `en.welcome`.
 *
 * @throws {Error} when the cache does not have it
 */
export async function phraseVariants(name: string): Promise<Int16Array[]> {
  const id = /^[a-z]{2}\./.test(name) ? name : `fr.${name}`
  const files = await Array.fromAsync(new Bun.Glob(`${id}{,.*}.raw`).scan(cache))
  if (files.length === 0) throw new Error(`no phrase ${name} in assets/cache`)
  return Promise.all(
    files.sort().map(async (file) => new Int16Array(await Bun.file(join(cache, file)).arrayBuffer())),
  )
}

/** What is listened to: the sound that a phone got so far, and whether more may come. */
export type Listening = { readonly heard: Heard; readonly isUp: boolean }

/**
 * Settles when one of the variants of phrase `name` was heard whole, or the first `firstMs` of one.
 *
 * @param fromMs of `performance.now()`: what came before does not count
 * @throws {Error} when the call ends without it
 */
export async function hears(
  phone: Phone,
  name: string,
  fromMs: number,
  firstMs = Number.POSITIVE_INFINITY,
): Promise<HeardPhrase> {
  const variants = (await phraseVariants(name)).map((variant) => variant.subarray(0, firstMs * 8))
  const listening = {
    heard: phone.media.heard,
    get isUp() {
      return phone.isUp
    },
  }
  return hearsOneOf(listening, variants, { name, fromMs })
}

/**
 * Settles when one of the recordings was heard whole.
 *
 * @param variants mono, 8 kHz
 * @throws {Error} when no more may come and it was not heard
 */
export async function hearsOneOf(
  listening: Listening,
  variants: Int16Array[],
  { name, fromMs }: { name: string; fromMs: number },
): Promise<HeardPhrase> {
  const { heard } = listening
  const shortestMs = Math.min(...variants.map((variant) => variant.length)) / 8
  // No look before it can be over: looking costs time in which this process would see packets late.
  while (listening.isUp && heard.lastAtMs() - fromMs < shortestMs) await Bun.sleep(lookEveryMs)
  const ear = nextEar++
  let best = 0
  for (let looks = 0; ; looks++) {
    const isLast = !listening.isUp
    const { startMs, samples } = heard.samples(fromMs)
    const matches = await ask({ ear, heard: samples, isLast, ...(looks === 0 && { variants }) })
    for (const [i, { correlation, at }] of matches.entries()) {
      best = Math.max(best, correlation)
      const { length } = variants[i]
      if (correlation < sameEnough || at + length > samples.length) continue
      const beginMs = startMs + at / 8
      const endMs = beginMs + length / 8
      // Up to the packet with its last 20 ms, which leaves that much before the end: what comes after is no part of it.
      // (The bot sends the first frame of speech a little early, and one frame less of the silence that follows.)
      const gaps = heard.gaps(beginMs, endMs - 20)
      const longestGapMs = Math.max(0, ...gaps)
      const longestGapAtMs = gaps.slice(0, gaps.indexOf(longestGapMs)).reduce((sum, gapMs) => sum + gapMs, 0)
      return { correlation, startMs: beginMs, endMs, longestGapMs, longestGapAtMs }
    }
    if (isLast) throw new Error(`the call ended without ${name}; the likest had ${best.toFixed(2)} of it`)
    await Bun.sleep(lookEveryMs)
  }
}

/** Where and how well `wanted` lies in a recording, found on the ear's thread. */
export async function findIn(recording: Int16Array, wanted: Int16Array): Promise<Match> {
  const [match] = await ask({ ear: nextEar++, variants: [wanted], heard: recording, isLast: true })
  return match
}

let nextEar = 0
const waiting = new Map<number, PromiseWithResolvers<Match[]>>()
const worker = new Worker(new URL('./ear.worker.ts', import.meta.url).href)
worker.unref()
worker.onmessage = ({ data }: MessageEvent<Answer>) => {
  waiting.get(data.ear)?.resolve(data.matches)
  waiting.delete(data.ear)
}
worker.onerror = (event) => {
  for (const { reject } of waiting.values()) reject(new Error(`the ear failed: ${event.message}`))
  waiting.clear()
}

function ask(question: Question): Promise<Match[]> {
  const answer = Promise.withResolvers<Match[]>()
  waiting.set(question.ear, answer)
  worker.postMessage(question)
  return answer.promise
}
