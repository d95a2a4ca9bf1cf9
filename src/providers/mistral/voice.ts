// Mistral's Voxtral as voice: `POST /v1/audio/speech` with `stream`, answered by server-sent events whose data carry
// base64 audio. The events are `speech.audio.delta` with `audio_data`, then one `speech.audio.done`; there is no
// `[DONE]` (types SpeechStreamEvents of @mistralai/mistralai 2.7). A server that ignores `stream` answers
// `{"audio_data": …}`, a gateway with OpenAI's protocol raw audio. An unknown field is refused with 422.

import type { Clock } from '../../base/clock.ts'
import type { Endpoint } from '../adapter.ts'
import { ProviderFailure, thrownFailure } from '../errors.ts'
import { eventsOf } from '../event-stream.ts'
import { fetchOrRefuse, isAccountReason } from '../refusal.ts'
import { OpenRequests } from '../requests.ts'
import { type SpeechAnswer, type SpeechLimits, speechStream } from '../speech-stream.ts'
import type { Tts } from '../tts.ts'
import { voiceKeyOf } from '../voice-key.ts'
import { FloatReader } from './samples.ts'

export type VoiceSettings = { model: string; voice: string }
/** Marie is the French preset; unlike the newer `voice_…` ones her slug is known to Voxtral TTS 2 and 3. */
export const voiceDefaults = {
  model: 'voxtral-mini-tts-3-0',
  voice: 'fr_marie_neutral',
} as const satisfies VoiceSettings

const who = 'voxtral'
/** The longest event holds 2 s, 256 kB in base64; without a stream the whole sentence is one. */
const longestEvent = 8 * 1024 * 1024

/** @param baseUrl with its path: `https://api.mistral.ai/v1` */
export function createVoice(
  { apiKey, baseUrl }: Endpoint,
  settings: VoiceSettings,
  limits: SpeechLimits,
  clock: Clock,
): Tts {
  const requests = new OpenRequests()
  const url = `${baseUrl.replace(/\/+$/, '')}/audio/speech`
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    accept: 'text/event-stream',
  }
  const voice = `${who}/${settings.model}/${settings.voice}`
  return {
    name: who,
    voice,
    voiceKey: voiceKeyOf(voice, { baseUrl, ...speechBody(settings, '') }),
    async speak({ text, signal }) {
      const format = { encoding: 's16le', rateHz: 24_000 } as const
      const watch = { who, text, format, clock, limits, caller: signal, requests }
      return speechStream(watch, async (ended) => {
        const body = JSON.stringify(speechBody(settings, text))
        try {
          return answerOf(await fetchOrRefuse(url, { method: 'POST', headers, body, signal: ended }))
        } catch (error) {
          throw withoutModeration(thrownFailure(who, error, false, clock.wallMs()))
        }
      })
    },
    close: () => requests.close(),
  }
}

/** The body of a request; `pcm` begins to arrive after 0.4 s, `mp3` after more than one (public measurements). */
export const speechBody = ({ model, voice }: VoiceSettings, text: string) => ({
  model,
  input: text,
  voice_id: voice,
  response_format: 'pcm',
  stream: true,
})

/** Mistral's moderation refuses a text with 403: that says nothing about the key, so the voice stays in use. */
function withoutModeration(failure: ProviderFailure): ProviderFailure {
  const { status, reason, parameters } = failure
  if (status !== 403 || isAccountReason(reason)) return failure
  return new ProviderFailure('refused', failure.message, { status, reason, parameters })
}

function answerOf(response: Response): SpeechAnswer {
  const contentType = response.headers.get('content-type')
  const isEvents = /^(?:text\/event-stream|application\/json)/i.test(contentType ?? '')
  if (!isEvents) return { body: (response.body ?? []) as AsyncIterable<Uint8Array>, contentType }
  // What the header says holds for the events, not for the audio in them.
  return { body: audioIn(response), contentType: null }
}

/** @throws {ProviderFailure} `cut` when the answer ends before it says that it is whole */
async function* audioIn(response: Response): AsyncGenerator<Uint8Array> {
  const samples = new FloatReader()
  let begun = false
  for await (const data of eventsOf(who, response, longestEvent)) {
    const { type, audio_data: audio, error, object } = JSON.parse(data) as Record<string, unknown>
    if (error || type === 'error' || object === 'error')
      throw new ProviderFailure('unavailable', `${who} reported an error`, { retryable: true })
    if (typeof audio === 'string') {
      begun = true
      yield samples.read(Buffer.from(audio, 'base64'))
      // Without a type it is the whole answer of a server that does not stream.
      if (type === undefined) return
    }
    if (type === 'speech.audio.done') return
  }
  if (begun) throw new ProviderFailure('cut', `${who} broke off`, { retryable: true })
}
