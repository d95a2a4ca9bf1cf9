// Deepgram's Aura-2 as voice, in French, over REST: 8 kHz samples as the call wants them, nothing to convert.

import type { DeepgramClient } from '@deepgram/sdk'
import type { Clock } from '../../base/clock.ts'
import { voiceOf } from '../../understanding/languages/voices.ts'
import { ProviderFailure } from '../errors.ts'
import { OpenRequests } from '../requests.ts'
import { type SpeechLimits, speechStream } from '../speech-stream.ts'
import type { Tts } from '../tts.ts'
import { voiceKeyOf } from '../voice-key.ts'

export const defaultVoice = 'aura-2-agathe-fr'
const rateHz = 8_000
/** The vendor refuses more than 2 000 characters in one request. */
const maxChars = 2_000

/** `mipOptOut`: whether the vendor may not train its models with the texts. */
export type AuraSettings = { voice: string; mipOptOut: boolean }

/**
 * The voice for a language. A name ends with the language that it speaks: `aura-2-agathe-fr`. In another language the
 * voice of that language's folder speaks; a name that does not say its language speaks all.
 */
export function auraVoice(voice: string, language: string): string {
  const spoken = /-([a-z]{2})$/.exec(voice)?.[1]
  if (spoken === undefined || spoken === language || voiceOf(spoken) === undefined) return voice
  return voiceOf(language)?.aura ?? voice
}

export function createAura(
  client: () => Promise<DeepgramClient>,
  baseUrl: string,
  { voice, mipOptOut }: AuraSettings,
  limits: SpeechLimits,
  clock: Clock,
): Tts {
  const requests = new OpenRequests()
  return {
    name: 'aura',
    voice: `aura/${voice}`,
    voiceKey: voiceKeyOf(`aura/${voice}`, { baseUrl, rateHz }),
    async speak({ text, language, signal }) {
      if (text.length > maxChars)
        throw new ProviderFailure('refused', `aura takes ${maxChars} characters, not ${text.length}`)
      const format = { encoding: 's16le', rateHz } as const
      const watch = { who: 'aura', text, format, clock, limits, caller: signal, requests }
      return speechStream(watch, async (ended) => {
        const { speak } = await client()
        const request = {
          text,
          model: auraVoice(voice, language),
          encoding: 'linear16',
          sample_rate: rateHz,
          container: 'none',
          mip_opt_out: mipOptOut,
        }
        const { data, rawResponse } = await speak.v1.audio
          .generate(request as Parameters<typeof speak.v1.audio.generate>[0], {
            abortSignal: ended,
            maxRetries: 0,
          })
          .withRawResponse()
        const body = data.stream()
        if (!body) throw new ProviderFailure('badAudio', 'aura sent no body', { retryable: true })
        const contentType = rawResponse.headers.get('content-type')
        return { body: body as unknown as AsyncIterable<Uint8Array>, contentType }
      })
    },
    close: () => requests.close(),
  }
}
