// Deepgram's Aura-2 as voice, in French, over REST: 8 kHz samples as the call wants them, nothing to convert.

import type { Clock } from '../../base/clock.ts'
import { ProviderFailure } from '../errors.ts'
import { OpenRequests } from '../requests.ts'
import { type BodyLimits, bodyDefaults, speechBody } from '../speech-stream.ts'
import type { Tts } from '../tts.ts'
import { type ClientOptions, lazyClient } from './socket.ts'

export const auraVoice = 'aura-2-agathe-fr'
const rateHz = 8_000
/** The vendor refuses more than 2 000 characters in one request. */
const maxChars = 2_000

export type AuraOptions = ClientOptions & { voice?: string; limits?: Partial<BodyLimits> }

export function createAura(options: AuraOptions, { clock }: { clock: Clock }): Tts {
  const voice = options.voice ?? auraVoice
  const limits = { ...bodyDefaults, ...options.limits }
  const client = lazyClient(options)
  const requests = new OpenRequests()
  return {
    name: 'aura',
    voice: `aura/${voice}`,
    async speak({ text, signal }) {
      if (text.length > maxChars)
        throw new ProviderFailure('refused', `aura takes ${maxChars} characters, not ${text.length}`)
      const chunks = await speechBody('aura', clock, limits, signal, requests, async (ended) => {
        const deepgram = await client()
        const request = { text, model: voice, encoding: 'linear16', sample_rate: rateHz, container: 'none' }
        const answer = await deepgram.speak.v1.audio.generate(
          request as Parameters<typeof deepgram.speak.v1.audio.generate>[0],
          { abortSignal: ended, maxRetries: 0 },
        )
        const body = answer.stream()
        if (!body) throw new ProviderFailure('badAudio', 'aura sent no body', { retryable: true })
        return body as unknown as AsyncIterable<Uint8Array>
      })
      return { format: { encoding: 's16le', rateHz }, chunks }
    },
    close: () => requests.close(),
  }
}
