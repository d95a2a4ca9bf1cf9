// OpenAI's speech, or a local server that serves the same path, as voice. OpenAI itself ends its speech endpoint
// on 2027-01-06; Aura-2 (`../deepgram/aura.ts`) stands behind it.

import type { Clock } from '../../base/clock.ts'
import { ProviderFailure } from '../errors.ts'
import { OpenRequests } from '../requests.ts'
import { type BodyLimits, bodyDefaults, speechBody } from '../speech-stream.ts'
import type { Tts } from '../tts.ts'
import { type ClientOptions, lazyClient } from './client.ts'
import { formatOf, type SpeechSettings, speechBodyOf, speechDefaults } from './wire.ts'

export type OpenaiTtsOptions = ClientOptions & {
  settings?: Partial<SpeechSettings>
  limits?: Partial<BodyLimits>
}

export function createOpenaiTts(options: OpenaiTtsOptions, { clock }: { clock: Clock }): Tts {
  const settings = { ...speechDefaults, ...options.settings }
  const limits = { ...bodyDefaults, ...options.limits }
  const client = lazyClient(options)
  const requests = new OpenRequests()
  return {
    name: 'openai',
    voice: `openai/${settings.model}/${settings.voice}`,
    async speak({ text, signal }) {
      const chunks = await speechBody('openai', clock, limits, signal, requests, async (ended) => {
        const openai = await client()
        const response = await openai.audio.speech.create(speechBodyOf(settings, text), { signal: ended })
        if (!response.body) throw new ProviderFailure('badAudio', 'openai sent no body', { retryable: true })
        return response.body as unknown as AsyncIterable<Uint8Array>
      })
      return { format: formatOf(settings), chunks }
    },
    close: () => requests.close(),
  }
}
