// Deepgram: the recognisers nova and Flux, and the voice Aura.

import { apiKey, choice, flag, number, share, shareOrOff, text, url } from '../../base/setting.ts'
import { defineAdapter, endpoint } from '../adapter.ts'
import { keytermSettings, linkSettings, linkTuning } from '../live/settings.ts'
import { createModelList } from '../model-list.ts'
import { speechLimits, speechSettings } from '../speech-stream.ts'
import { billedBy } from '../usage.ts'
import { auraVoice, createAura, defaultVoice } from './aura.ts'
import { httpUrl, lazyClient } from './socket.ts'
import { createFlux, createNova } from './stt.ts'
import { fluxDefaults, novaDefaults } from './wire.ts'

const credentials = { apiKey: 'DEEPGRAM_API_KEY', baseUrl: 'DEEPGRAM_BASE_URL' }
const account = {
  DEEPGRAM_API_KEY: apiKey('API key of Deepgram (recognisers, Aura voice)'),
  DEEPGRAM_BASE_URL: url(
    ['wss:', 'ws:', 'https:', 'http:'],
    'wss://api.deepgram.com',
    'address of Deepgram, or of a compatible server: scheme and host, no path',
  ),
}
/** One privacy setting for the ear and the voice. */
const privacy = {
  DEEPGRAM_MIP_OPT_OUT: {
    ...flag('1 forbids Deepgram to train its models with what is said, heard or spoken; this has a price'),
    default: '1',
  },
}
const listening = {
  ...privacy,
  DEEPGRAM_RATE: choice(
    ['8000', '16000'],
    '8000',
    'sample rate in Hz that the recogniser is sent; 16000 for a compatible server that needs it (WhisperLiveKit)',
  ),
  ...keytermSettings,
  ...linkSettings,
  DEEPGRAM_STREAMS: number(
    0,
    'streams',
    0,
    100_000,
    'calls that Deepgram may hear at once, over all machines; the next recogniser hears the others; 0 sets no limit',
  ),
}

const audioOf = (values: { DEEPGRAM_RATE: string; DEEPGRAM_MIP_OPT_OUT: boolean }) => ({
  rateHz: values.DEEPGRAM_RATE === '16000' ? (16_000 as const) : (8_000 as const),
  mipOptOut: values.DEEPGRAM_MIP_OPT_OUT,
})

const streamsOf = ({ DEEPGRAM_STREAMS: most }: { DEEPGRAM_STREAMS: number }) => ({
  account: 'deepgram',
  most,
})

/** Deepgram counts what it speaks apart from what it hears. */
const speaking = {
  AURA_STREAMS: number(
    0,
    'requests',
    0,
    100_000,
    'sentences that Aura may speak at once, over all machines; the next voice speaks the others; 0 sets no limit',
  ),
}

const loadSdk = () => import('@deepgram/sdk')

const billed = (model: string, { DEEPGRAM_BASE_URL }: { DEEPGRAM_BASE_URL: string }) =>
  billedBy('deepgram', 'deepgram.com', DEEPGRAM_BASE_URL, model)

const modelsOf = (model: string, values: { DEEPGRAM_API_KEY: string; DEEPGRAM_BASE_URL: string }) => {
  const { apiKey, baseUrl } = endpoint(values.DEEPGRAM_API_KEY, values.DEEPGRAM_BASE_URL)
  return createModelList(model, `${httpUrl(baseUrl)}/v1/models`, `Token ${apiKey}`)
}

const nova = defineAdapter({
  service: 'stt',
  name: 'deepgram',
  vendor: 'deepgram',
  about: 'Deepgram nova-3, streamed, replayed without loss after a broken connection',
  credentials,
  settings: {
    ...account,
    ...listening,
    DEEPGRAM_MODEL: text(novaDefaults.model, 'model of the recogniser deepgram'),
    DEEPGRAM_FINALIZE: choice(
      ['auto', '0', '1'],
      'auto',
      'whether the recogniser is asked for its final text by Finalize; auto until the server refuses it',
    ),
    STT_ENDPOINTING_MS: number(
      novaDefaults.endpointingMs,
      'ms',
      10,
      5_000,
      'silence after which the recogniser deepgram ends the utterance',
    ),
    STT_UTTERANCE_END_MS: number(
      novaDefaults.utteranceEndMs,
      'ms',
      1_000,
      5_000,
      'gap between words after which it ends the utterance, even in noise',
    ),
  },
  open(values, deps) {
    const client = lazyClient(endpoint(values.DEEPGRAM_API_KEY, values.DEEPGRAM_BASE_URL), loadSdk)
    const settings = {
      ...audioOf(values),
      model: values.DEEPGRAM_MODEL,
      endpointingMs: values.STT_ENDPOINTING_MS,
      utteranceEndMs: values.STT_UTTERANCE_END_MS,
    }
    const options = {
      keyterms: values.STT_KEYTERMS,
      tuning: linkTuning(values),
      finalize: values.DEEPGRAM_FINALIZE,
      billed: billed(settings.model, values),
    }
    const adapter = createNova(client, settings, options, deps)
    const models = modelsOf(settings.model, values)
    return [
      { label: `deepgram ${settings.model}`, adapter, models, streams: streamsOf(values), warm: loadSdk },
    ]
  },
})

const flux = defineAdapter({
  service: 'stt',
  name: 'flux',
  vendor: 'deepgram',
  about: 'Deepgram Flux, which decides the end of a turn itself; a reply may begin early',
  credentials,
  settings: {
    ...account,
    ...listening,
    FLUX_MODEL: text(fluxDefaults.model, 'model of the recogniser flux'),
    FLUX_EOT_THRESHOLD: share(fluxDefaults.eotThreshold, 0.5, 1, 'confidence that ends a turn'),
    FLUX_EAGER_EOT_THRESHOLD: shareOrOff(
      fluxDefaults.eagerEotThreshold,
      0.3,
      0.9,
      'confidence at which a reply may begin early, at most FLUX_EOT_THRESHOLD; off saves requests to the model',
    ),
    FLUX_EOT_TIMEOUT_MS: number(
      fluxDefaults.eotTimeoutMs,
      'ms',
      500,
      60_000,
      'silence that ends a turn at any confidence',
    ),
  },
  open(values, deps) {
    const client = lazyClient(endpoint(values.DEEPGRAM_API_KEY, values.DEEPGRAM_BASE_URL), loadSdk)
    const settings = {
      ...audioOf(values),
      model: values.FLUX_MODEL,
      eotThreshold: values.FLUX_EOT_THRESHOLD,
      eagerEotThreshold: values.FLUX_EAGER_EOT_THRESHOLD,
      eotTimeoutMs: values.FLUX_EOT_TIMEOUT_MS,
    }
    const options = {
      keyterms: values.STT_KEYTERMS,
      tuning: linkTuning(values),
      billed: billed(settings.model, values),
    }
    const adapter = createFlux(client, settings, options, deps)
    const models = modelsOf(settings.model, values)
    return [{ label: settings.model, adapter, models, streams: streamsOf(values), warm: loadSdk }]
  },
})

const aura = defineAdapter({
  service: 'tts',
  name: 'aura',
  vendor: 'deepgram',
  about: 'Deepgram Aura-2 French at 8 kHz, no conversion; the automatic fallback',
  credentials,
  settings: {
    ...account,
    ...privacy,
    ...speechSettings,
    ...speaking,
    AURA_VOICE: text(defaultVoice, 'voice of aura'),
  },
  open(values, { clock, language }) {
    const client = lazyClient(endpoint(values.DEEPGRAM_API_KEY, values.DEEPGRAM_BASE_URL), loadSdk)
    const voice = auraVoice(values.AURA_VOICE, language)
    const settings = { voice, mipOptOut: values.DEEPGRAM_MIP_OPT_OUT }
    const aura = createAura(client, values.DEEPGRAM_BASE_URL, settings, speechLimits(values), clock)
    const adapter = { ...aura, billed: billed(voice, values) }
    const streams = { account: 'aura', most: values.AURA_STREAMS }
    return [{ label: voice, adapter, streams, models: modelsOf(voice, values), warm: loadSdk }]
  },
})

export const deepgram = [nova, flux, aura]
