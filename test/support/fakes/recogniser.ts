// The ears of the fake recognisers: frames in, heard words out, by the clock of the audio itself, so that tests
// run at any speed. Coded frames are heard word by word; any other audio is cut into utterances by its level, and
// the n-th utterance is heard as the n-th text of the script.

import { readCoded } from './coded.ts'

export type HeardWord = { word: string; start: number; end: number; frames: number }

/** Texts for audio that is not coded; shared by several sockets when the caller's audio may be sent twice. */
export type HearingScript = { texts: readonly string[]; next: number }

const loudRms = 500
/** A pause inside a spoken sentence is not its end. */
const scriptedPauseMs = 600
const wordS = 0.3

export class Ears {
  /** Seconds of audio heard so far. */
  timeS = 0
  silenceMs = 0
  speaking = false
  /** Start of what no final result has covered yet. */
  segmentStartS = 0
  lastWordEndS = 0
  readonly numbers: number[] = []
  private words: HeardWord[] = []
  private scripted: { startS: number; voicedS: number } | undefined

  constructor(private readonly script: HearingScript) {}

  /** @returns whether speech began with this frame */
  push(frame: Int16Array): boolean {
    const startS = this.timeS
    this.timeS = Math.round((startS + 0.02) * 1_000) / 1_000
    const coded = readCoded(frame)
    if (coded) this.numbers.push(coded.number)
    const voiced = coded ? coded.word !== undefined : rms(frame) > loudRms
    if (!voiced) {
      this.silenceMs += 20
      return false
    }
    this.silenceMs = 0
    this.lastWordEndS = this.timeS
    if (coded?.word !== undefined) this.addWord(coded.word, startS)
    else {
      this.scripted ??= { startS, voicedS: 0 }
      this.scripted.voicedS += 0.02
    }
    if (this.speaking) return false
    this.speaking = true
    return true
  }

  /** Whether a pause of `pauseMs` ended what was being said. */
  paused(pauseMs: number): boolean {
    return this.speaking && this.silenceMs >= (this.scripted ? Math.max(pauseMs, scriptedPauseMs) : pauseMs)
  }

  /** The words since the last `take`, each at least half heard; while speech goes on, only those said so far. */
  heard(whole: boolean): HeardWord[] {
    if (!this.scripted) return this.words.filter((word) => word.frames >= 6)
    const { startS, voicedS } = this.scripted
    if (voicedS < 0.1) return []
    const all = (this.script.texts[this.script.next] ?? '').split(' ').filter(Boolean)
    const shown = whole ? all.length : Math.min(all.length, Math.floor(voicedS / wordS))
    const stepS = (this.lastWordEndS - startS) / Math.max(1, all.length)
    return all.slice(0, shown).map((word, i) => ({
      word,
      start: startS + i * stepS,
      end: startS + (i + 1) * stepS,
      frames: 12,
    }))
  }

  get hasWords(): boolean {
    return this.scripted !== undefined || this.words.length > 0
  }

  /** A final result covered everything up to now. */
  take(): void {
    if (this.scripted && this.scripted.voicedS >= 0.1) this.script.next++
    this.scripted = undefined
    this.words = []
    this.segmentStartS = this.timeS
  }

  private addWord(word: string, startS: number): void {
    const last = this.words.at(-1)
    if (last && last.word === word && last.end >= startS - 0.001) {
      last.end = this.timeS
      last.frames++
    } else this.words.push({ word, start: startS, end: this.timeS, frames: 1 })
  }
}

export function rms(frame: Int16Array): number {
  let sum = 0
  for (const sample of frame) sum += sample * sample
  return Math.sqrt(sum / frame.length)
}
