// OpenAI's speech as voice, or a local server that serves the same path. OpenAI itself ends its speech endpoint on
// 2027-01-06; Aura-2 (`../deepgram/aura.ts`) is the next in the default list.

import type OpenAI from 'openai'
import type { Clock } from '../../base/clock.ts'
import { ProviderFailure } from '../errors.ts'
import { OpenRequests } from '../requests.ts'
import { type SpeechLimits, speechStream } from '../speech-stream.ts'
import type { Tts } from '../tts.ts'
import { voiceKeyOf } from '../voice-key.ts'
import { formatOf, type SpeechSettings, speechBodyOf } from './wire.ts'

export function createOpenaiTts(
  client: () => Promise<OpenAI>,
  baseUrl: string,
  settings: SpeechSettings & { instructionsIn?: Readonly<Record<string, string>> },
  limits: SpeechLimits,
  clock: Clock,
): Tts {
  const requests = new OpenRequests()
  const voice = `openai/${settings.model}/${settings.voice}`
  return {
    name: 'openai',
    voice,
    voiceKey: voiceKeyOf(voice, {
      baseUrl,
      ...speechBodyOf(settings, ''),
      ...differing(settings.instructionsIn),
    }),
    async speak({ text, language, signal }) {
      const instructions = settings.instructionsIn?.[language] ?? settings.instructions
      const watch = {
        who: 'openai',
        text,
        format: formatOf(settings),
        clock,
        limits,
        caller: signal,
        requests,
      }
      return speechStream(watch, async (ended) => {
        const { audio } = await client()
        const response = await audio.speech.create(speechBodyOf({ ...settings, instructions }, text), {
          signal: ended,
        })
        if (!response.body) throw new ProviderFailure('badAudio', 'openai sent no body', { retryable: true })
        const body = response.body as unknown as AsyncIterable<Uint8Array>
        return { body, contentType: response.headers.get('content-type') }
      })
    },
    close: () => requests.close(),
  }
}

/** How the voice speaks each language is part of its sound; one way for all is in the request already. */
function differing(instructionsIn: Readonly<Record<string, string>> = {}) {
  return new Set(Object.values(instructionsIn)).size > 1 ? { instructionsIn } : {}
}
