// How the streaming stand-ins hear. Unlike nova or Flux they find no end of an utterance: text comes as pieces of words
// some audio after it was said, and the last words only when more audio or an end of the utterance is sent.

import { frameSamples } from './coded.ts'
import { FakeRecogniser } from './recogniser.ts'

export class StreamedHearing {
  private readonly recogniser: FakeRecogniser
  private readonly rest: number[] = []
  /** Words of the utterance that are known, with the time from which they may be told. */
  private readonly known: { words: number; fromS: number }[] = []
  private told = 0
  private words: string[] = []

  /**
   * @param texts what each utterance is heard as
   * @param delayS audio that must follow a word before it is told: the model's streaming delay
   */
  constructor(
    texts: readonly string[],
    private readonly delayS: number,
  ) {
    this.recogniser = new FakeRecogniser({ kind: 'script', texts, next: 0 })
  }

  /** @param samples 16 bits, mono; @returns pieces of text that are told now, `[' bon', 'jour']` */
  push(samples: ArrayLike<number>, rateHz: number): string[] {
    for (let i = 0; i < samples.length; i++) this.rest.push(samples[i])
    const step = rateHz / 50
    while (this.rest.length >= step) {
      const source = this.rest.splice(0, step)
      this.recogniser.push(
        Int16Array.from({ length: frameSamples }, (_, i) => source[Math.floor((i * step) / frameSamples)]),
      )
      this.learn(this.recogniser.silenceMs / 1_000 >= this.delayS)
    }
    const ready = this.known.filter(({ fromS }) => fromS <= this.recogniser.timeS).at(-1)?.words ?? 0
    return this.tell(ready)
  }

  /** The utterance ends here: @returns the pieces that were held back */
  flush(): string[] {
    this.learn(true)
    const pieces = this.tell(this.words.length)
    this.recogniser.take()
    this.known.length = 0
    this.told = 0
    this.words = []
    return pieces
  }

  private learn(whole: boolean): void {
    const words = this.recogniser.heard(whole).map(({ word }) => word)
    if (words.length <= this.words.length) return
    this.words = words
    this.known.push({ words: words.length, fromS: whole ? 0 : this.recogniser.timeS + this.delayS })
  }

  private tell(upTo: number): string[] {
    const pieces = this.words.slice(this.told, upTo).flatMap(tokens)
    this.told = Math.max(this.told, upTo)
    return pieces
  }
}

/**
 * A word as the model's tokens: the first one begins with the space (livekit-plugins-mistralai stt.py: "BPE sub-word
 * tokens with whitespace baked in").
 */
const tokens = (word: string): string[] =>
  word.length > 4 ? [` ${word.slice(0, 3)}`, word.slice(3)] : [` ${word}`]
