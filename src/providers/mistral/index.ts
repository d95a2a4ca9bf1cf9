// Mistral, of Paris: Voxtral as recogniser and as voice.

import { apiKey, choice, text, url } from '../../base/setting.ts'
import { defineAdapter, endpoint } from '../adapter.ts'
import { keytermSettings, linkSettings, linkTuning } from '../live/settings.ts'
import { compatibleModels } from '../model-list.ts'
import { speechLimits, speechSettings } from '../speech-stream.ts'
import { billedBy } from '../usage.ts'
import { createEar } from './ear.ts'
import { earDefaults } from './ear-wire.ts'
import { createVoice, voiceDefaults } from './voice.ts'

const credentials = { apiKey: 'MISTRAL_API_KEY', baseUrl: 'MISTRAL_BASE_URL' }
const account = {
  MISTRAL_API_KEY: apiKey('API key of Mistral (voice and recogniser Voxtral)'),
  MISTRAL_BASE_URL: url(
    ['https:', 'http:'],
    'https://api.mistral.ai/v1',
    'address of Mistral, or of a compatible server, with its path',
  ),
}

const billed = (model: string, { MISTRAL_BASE_URL }: { MISTRAL_BASE_URL: string }) =>
  billedBy('mistral', 'mistral.ai', MISTRAL_BASE_URL, model)

const ear = defineAdapter({
  service: 'stt',
  name: 'voxtral',
  vendor: 'mistral',
  about: 'Mistral Voxtral Transcribe Realtime 3, streamed; a French vendor',
  credentials,
  settings: {
    ...account,
    ...keytermSettings,
    ...linkSettings,
    VOXTRAL_STT_MODEL: text(earDefaults.model, 'model of the recogniser voxtral'),
    VOXTRAL_TURNS: choice(
      ['own', 'server', 'eager'],
      earDefaults.turns,
      'who ends the caller’s turns: our voice detector, or Mistral; with eager a reply may begin early',
    ),
  },
  open(values, deps) {
    const settings = { model: values.VOXTRAL_STT_MODEL, turns: values.VOXTRAL_TURNS }
    const at = endpoint(values.MISTRAL_API_KEY, values.MISTRAL_BASE_URL)
    const options = {
      keyterms: values.STT_KEYTERMS,
      tuning: linkTuning(values),
      billed: billed(settings.model, values),
    }
    const adapter = createEar(at, settings, options, deps)
    const models = compatibleModels(settings.model, at)
    return [{ label: `voxtral ${settings.model}`, adapter, models }]
  },
})

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
    const speaking = createVoice(at, settings, speechLimits(values), clock)
    const adapter = { ...speaking, billed: billed(settings.model, values) }
    const models = compatibleModels(settings.model, at)
    return [{ label: `voxtral ${settings.model}/${settings.voice}`, adapter, models }]
  },
})

export const mistral = [ear, voice]
