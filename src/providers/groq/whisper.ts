// Whisper at Groq as recogniser, by utterance: what hears when the live recogniser is gone, with the same key as
// the language model.

import type { Stt } from '../stt.ts'
import { createUtteranceStt, type UtteranceDeps, type UtteranceTuning } from '../utterance.ts'
import { type ClientOptions, lazyClient } from './client.ts'
import { transcriptionFields } from './wire.ts'

export const whisperModel = 'whisper-large-v3-turbo'

export function createGroqWhisper(
  options: ClientOptions & { model?: string; tuning?: Partial<UtteranceTuning> },
  deps: UtteranceDeps,
): Stt {
  const client = lazyClient(options)
  const model = options.model ?? whisperModel
  return createUtteranceStt(
    'whisper',
    async ({ wav, language, keyterms, signal }) => {
      const groq = await client()
      const file = new File([wav as Uint8Array<ArrayBuffer>], 'utterance.wav', { type: 'audio/wav' })
      const fields = transcriptionFields(model, language, keyterms)
      const { text } = await groq.audio.transcriptions.create({ ...fields, file }, { signal })
      return text
    },
    deps,
    options.tuning,
  )
}
