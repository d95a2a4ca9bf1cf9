// The hearing of the fake recognisers: frames in, words out. Its clock is the audio itself, so that tests run at any
// speed. Coded frames are heard word by word; any other audio is cut into utterances by its level, and its words come
// from a script or from the sound.

import { readCoded } from './coded.ts'
import type { Vocabulary } from './vocabulary.ts'

export type HeardWord = { word: string; start: number; end: number; frames: number }

/** What an utterance that is not coded is heard as. */
export type Hearing =
  /** The n-th as the n-th text; shared by several sockets when the caller's audio may be sent twice. */
  | { kind: 'script'; texts: readonly string[]; next: number }
  /** As the known sentence that it sounds like; as nothing when it sounds like no known one. */
  | { kind: 'sound'; vocabulary: Vocabulary }

const loudRms = 500
/** A pause inside a spoken sentence is not its end. */
const scriptedPauseMs = 600
const wordS = 0.3
/** The first sounds of an utterance are often too weak to count as its beginning. */
const leadFrames = 15

export class FakeRecogniser {
  /** Seconds of audio heard so far. */
  timeS = 0
  silenceMs = 0
  speaking = false
  /** Start of what no final result has covered yet. */
  segmentStartS = 0
  lastWordEndS = 0
  readonly numbers: number[] = []
  private words: HeardWord[] = []
  private uncoded: { startS: number; voicedS: number } | undefined
  /** Of the utterance so far, or the last frames before one. */
  private readonly frames: Int16Array[] = []

  constructor(private readonly hearing: Hearing) {}

  /** @param frame kept; @returns whether speech began with it */
  push(frame: Int16Array): boolean {
    const startS = this.timeS
    this.timeS = Math.round((startS + 0.02) * 1_000) / 1_000
    const coded = readCoded(frame)
    if (coded) this.numbers.push(coded.number)
    if (this.hearing.kind === 'sound') this.frames.push(frame)
    if (!this.uncoded && this.frames.length > leadFrames) this.frames.shift()
    const voiced = coded ? coded.word !== undefined : rms(frame) > loudRms
    if (!voiced) {
      this.silenceMs += 20
      return false
    }
    this.silenceMs = 0
    this.lastWordEndS = this.timeS
    if (coded?.word !== undefined) this.addWord(coded.word, startS)
    else {
      this.uncoded ??= { startS, voicedS: 0 }
      this.uncoded.voicedS += 0.02
    }
    if (this.speaking) return false
    this.speaking = true
    return true
  }

  /** Whether a pause of `pauseMs` ended what was being said. */
  paused(pauseMs: number): boolean {
    return this.speaking && this.silenceMs >= (this.uncoded ? Math.max(pauseMs, scriptedPauseMs) : pauseMs)
  }

  /** The words since the last `take`, each at least half heard; while speech goes on, only those said so far. */
  heard(whole: boolean): HeardWord[] {
    if (!this.uncoded) return this.words.filter((word) => word.frames >= 6)
    const { startS, voicedS } = this.uncoded
    if (voicedS < 0.1) return []
    const words = this.wordsOf(voicedS, whole)
    const stepS = (this.lastWordEndS - startS) / Math.max(1, words.length)
    return words.map((word, i) => ({
      word,
      start: startS + i * stepS,
      end: startS + (i + 1) * stepS,
      frames: 12,
    }))
  }

  get hasWords(): boolean {
    return this.uncoded !== undefined || this.words.length > 0
  }

  /** A final result covered everything up to now. */
  take(): void {
    if (this.hearing.kind === 'script' && this.uncoded && this.uncoded.voicedS >= 0.1) this.hearing.next++
    if (this.uncoded) this.frames.length = 0
    this.uncoded = undefined
    this.words = []
    this.segmentStartS = this.timeS
  }

  private wordsOf(voicedS: number, whole: boolean): string[] {
    const { hearing } = this
    switch (hearing.kind) {
      case 'script': {
        const words = wordsIn(hearing.texts[hearing.next] ?? '')
        return whole ? words : words.slice(0, Math.floor(voicedS / wordS))
      }
      case 'sound': {
        const heard = Int16Array.from(this.frames.flatMap((frame) => [...frame]))
        return wordsIn(whole ? hearing.vocabulary.whole(heard) : hearing.vocabulary.begun(heard))
      }
    }
  }

  private addWord(word: string, startS: number): void {
    const last = this.words.at(-1)
    if (last && last.word === word && last.end >= startS - 0.001) {
      last.end = this.timeS
      last.frames++
    } else this.words.push({ word, start: startS, end: this.timeS, frames: 1 })
  }
}

const wordsIn = (text: string): string[] => text.split(' ').filter(Boolean)

export function rms(frame: Int16Array): number {
  let sum = 0
  for (const sample of frame) sum += sample * sample
  return Math.sqrt(sum / frame.length)
}
