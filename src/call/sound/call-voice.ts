// The voice of one call. A call keeps the voice that it has: when another one has to stand in, that one speaks for the
// rest of the call, the phrases included, so that the caller hears one change and no more.

import type { Log } from '../../base/log.ts'
import type { Line } from '../../dialogue/types.ts'
import type { CallPhrases, PhraseView } from '../../phrases/types.ts'
import type { SpeechPart, TtsChain } from '../../providers/fallback-tts.ts'

export type CallVoiceDeps = {
  log: Log
  /** Speaks a sentence, usually in one part; in several when one voice broke off and another says the rest. */
  tts: Pick<TtsChain, 'parts'>
  /** As this call hears them. */
  phrases: CallPhrases
  /** In which the call begins. */
  language: string
}

/** A line, and its language when that is not the one of the call. */
type Spoken = Pick<Line, 'text' | 'language'>

export class CallVoice {
  /** The place in the list of the voice that the call has. */
  private index = 0

  private readonly deps: CallVoiceDeps
  /** In which the call is now. */
  language: string

  constructor(deps: CallVoiceDeps) {
    this.deps = deps
    this.language = deps.language
  }

  find({ text, language = this.language }: Spoken): PhraseView | undefined {
    return this.deps.phrases.find(text, language)
  }

  /** The voice of the call is asked first. */
  parts({ text, language = this.language }: Spoken, signal: AbortSignal): AsyncIterable<SpeechPart> {
    return this.deps.tts.parts({ text, language, signal }, { from: this.index })
  }

  /** Speech of this part is going to be heard: the call has this voice from now on. */
  heard({ index, voice, voiceKey }: SpeechPart, turn: number): void {
    if (index === this.index) return
    this.index = index
    this.deps.phrases.changeVoice(voiceKey)
    this.deps.log.info('another voice speaks for the rest of the call', { turn, voice })
  }

  /** Whether the line's audio may be wanted again, by any call. Asked once for each time that it is spoken. */
  isWorthKeeping({ text, language = this.language, name, personal }: Line): boolean {
    return !personal && (name !== 'model' || this.deps.phrases.isRepeated(text, language))
  }

  /** @param key `Tts.voiceKey` of the voice that spoke all of it */
  keep({ text, language = this.language, name }: Line, samples: Int16Array, key: string): void {
    this.deps.phrases.keep(text, language, samples, key)
    // What the language model says may name the caller, however often it says it.
    if (name !== 'model') this.deps.phrases.share?.(text, language, samples, key)
  }
}
