// Mistral, of Paris: the voice Voxtral.

import { apiKey, text, url } from '../../base/setting.ts'
import { defineAdapter, endpoint } from '../adapter.ts'
import { speechLimits, speechSettings } from '../speech-stream.ts'
import { createVoice, voiceDefaults, voicePrice } from './voice.ts'

const credentials = { apiKey: 'MISTRAL_API_KEY', baseUrl: 'MISTRAL_BASE_URL' }
const account = {
  MISTRAL_API_KEY: apiKey('API key of Mistral (voice and recogniser Voxtral)'),
  MISTRAL_BASE_URL: url(
    ['https:', 'http:'],
    'https://api.mistral.ai/v1',
    'address of Mistral, or of a compatible server, with its path',
  ),
}

const voice = defineAdapter({
  service: 'tts',
  name: 'voxtral',
  vendor: 'mistral',
  about: 'Mistral Voxtral TTS 3, streamed; a French vendor',
  credentials,
  settings: {
    ...account,
    ...speechSettings,
    VOXTRAL_TTS_MODEL: text(voiceDefaults.model, 'model of the voice voxtral'),
    VOXTRAL_VOICE: text(voiceDefaults.voice, 'preset of that model, or the id of a voice of one’s own'),
  },
  open(values, { clock }) {
    const settings = { model: values.VOXTRAL_TTS_MODEL, voice: values.VOXTRAL_VOICE }
    const at = endpoint(values.MISTRAL_API_KEY, values.MISTRAL_BASE_URL)
    const adapter = createVoice(at, settings, speechLimits(values), clock)
    const isMistral = values.MISTRAL_BASE_URL === account.MISTRAL_BASE_URL.default
    const price = isMistral ? voicePrice : undefined
    return [{ label: `voxtral ${settings.model}/${settings.voice}`, adapter, price }]
  },
})

export const mistral = [voice]
