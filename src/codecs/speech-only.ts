// A converter that lets only speech pass: silence and noise are bad audio, as a damaged file is.

import { NoSpeech, SpeechGate } from '../audio/speech-gate.ts'
import { ProviderError } from '../base/errors.ts'
import type { Converter } from './convert.ts'

/**
 * Throws what `convert` throws, and `badAudio` with a {@link NoSpeech} as its cause when a voice sends silence or
 * noise: before any of it was played, or after the good part.
 */
export function speechOnly({ convert }: Converter): Converter {
  return {
    async *convert(speech, signal) {
      const gate = new SpeechGate()
      try {
        for await (const piece of convert(speech, signal)) for (const good of gate.push(piece)) yield good
        if (!signal.aborted) for (const good of gate.end()) yield good
      } catch (error) {
        if (!(error instanceof NoSpeech)) throw error
        throw new ProviderError('badAudio', error.message, { cause: error })
      }
    },
  }
}
