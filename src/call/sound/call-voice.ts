// The voice of one call. A call keeps the voice that it has: when another one has to stand in, that one speaks for the
// rest of the call, the phrases included, so that the caller hears one change and no more.

import type { Log } from '../../base/log.ts'
import type { CallPhrases, PhraseView } from '../../phrases/types.ts'
import type { SpeechPart, TtsChain } from '../../providers/fallback-tts.ts'

export type CallVoiceDeps = {
  log: Log
  /** Speaks a sentence, usually in one part; in several when one voice broke off and another says the rest. */
  tts: Pick<TtsChain, 'parts'>
  /** As this call hears them. */
  phrases: CallPhrases
  language: string
}

export class CallVoice {
  /** The place in the list of the voice that the call has. */
  private index = 0

  constructor(private readonly deps: CallVoiceDeps) {}

  find(text: string): PhraseView | undefined {
    return this.deps.phrases.find(text, this.deps.language)
  }

  /** The voice of the call is asked first. */
  parts(text: string, signal: AbortSignal): AsyncIterable<SpeechPart> {
    return this.deps.tts.parts({ text, language: this.deps.language, signal }, { from: this.index })
  }

  /** Speech of this part is going to be heard: the call has this voice from now on. */
  heard({ index, voice, voiceKey }: SpeechPart, turn: number): void {
    if (index === this.index) return
    this.index = index
    this.deps.phrases.changeVoice(voiceKey)
    this.deps.log.info('another voice speaks for the rest of the call', { turn, voice })
  }

  /** @param key `Tts.voiceKey` of the voice that spoke all of it */
  keep(text: string, samples: Int16Array, key: string): void {
    this.deps.phrases.keep(text, this.deps.language, samples, key)
  }
}
