// OpenAI, and with another base URL any server that speaks its protocol: llama.cpp, vLLM, Ollama, Speaches and the
// like. This is how a GPU of one's own is used. Language model, voice and Whisper each have an address and a key of
// their own, because such a server usually does only one of the three; what is not set is taken from OPENAI_*.

import { apiKey, choice, optionalNumber, text, url } from '../../base/setting.ts'
import { languages } from '../../understanding/languages/index.ts'
import { voiceOf } from '../../understanding/languages/voices.ts'
import { defineAdapter, destinationOf, endpoint } from '../adapter.ts'
import { chatLimits, chatSettings, createLimiter } from '../chat.ts'
import { compatibleModels } from '../model-list.ts'
import { createChatModel, createTranscriber, lazyClient, type SdkOptions } from '../openai-compatible.ts'
import { speechLimits, speechSettings } from '../speech-stream.ts'
import { billedBy } from '../usage.ts'
import { whisperSettings } from '../utterance.ts'
import { efforts, endingOf, isOpenai } from './models.ts'
import { jsonObject } from './settings.ts'
import { createOpenaiTts } from './tts.ts'
import { chatBody, chatModel, speechDefaults } from './wire.ts'

const shared = { apiKey: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL' }
const llmCredentials = { apiKey: 'LLM_API_KEY', baseUrl: 'LLM_BASE_URL', shared }
const ttsCredentials = { apiKey: 'TTS_API_KEY', baseUrl: 'TTS_BASE_URL', shared }
const whisperCredentials = { apiKey: 'WHISPER_API_KEY', baseUrl: 'WHISPER_BASE_URL', shared }

const ownKey = (what: string) =>
  apiKey(`API key for ${what}; empty takes OPENAI_API_KEY where the server is that of OPENAI_BASE_URL`)
const ownUrl = (what: string) =>
  url(['https:', 'http:'], '', `address for ${what}, with its path; empty takes OPENAI_BASE_URL`)
const account = {
  OPENAI_API_KEY: apiKey('API key of OpenAI, or of a compatible server'),
  OPENAI_BASE_URL: url(
    ['https:', 'http:'],
    'https://api.openai.com/v1',
    'address of OpenAI, or of a compatible server, with its path',
  ),
}

const llmAccount = {
  ...account,
  LLM_API_KEY: ownKey('the language model openai'),
  LLM_BASE_URL: ownUrl('the language model openai'),
}
const ttsAccount = {
  ...account,
  TTS_API_KEY: ownKey('the voice openai'),
  TTS_BASE_URL: ownUrl('the voice openai'),
}
const whisperAccount = {
  ...account,
  WHISPER_API_KEY: ownKey('the recogniser whisper'),
  WHISPER_BASE_URL: ownUrl('the recogniser whisper'),
}

/** Takes about 270 ms and 17 MB. */
const loadSdk = () => import('openai')
const load = async (options: SdkOptions) => new (await loadSdk()).default(options)

const billed = (model: string, baseUrl: string) => billedBy('openai', 'openai.com', baseUrl, model)

const llm = defineAdapter({
  service: 'llm',
  name: 'openai',
  vendor: 'openai',
  about: 'any OpenAI-compatible server',
  credentials: llmCredentials,
  settings: {
    ...llmAccount,
    ...chatSettings,
    OPENAI_MODEL: text(chatModel, 'language model openai'),
    LLM_REASONING_EFFORT: choice(
      ['auto', ...efforts],
      'auto',
      'how long the language model openai reasons before it answers; auto is as little as the model accepts',
    ),
    LLM_TEMPERATURE: optionalNumber(
      0,
      2,
      'temperature of the language model openai; empty is 0.4, and the model’s own at OpenAI itself',
    ),
    LLM_EXTRA_BODY: jsonObject(
      'fields to add to each request of the language model openai, over our own; null takes a field out',
    ),
  },
  open(values, deps) {
    const { apiKey, baseUrl } = destinationOf(llmCredentials, values)
    const model = values.OPENAI_MODEL
    const settings = {
      model,
      atOpenai: isOpenai(baseUrl),
      effort: values.LLM_REASONING_EFFORT,
      temperature: values.LLM_TEMPERATURE,
      extra: values.LLM_EXTRA_BODY,
    }
    const adapter = createChatModel(
      {
        name: 'openai',
        model,
        client: lazyClient(endpoint(apiKey, baseUrl), load),
        body: (request) => chatBody(settings, request),
        limits: chatLimits(values),
        billed: billed(model, baseUrl),
      },
      { ...deps, limiter: createLimiter(model, values, deps) },
    )
    const ending = endingOf(model, baseUrl)
    const models = compatibleModels(model, endpoint(apiKey, baseUrl))
    return [{ label: `openai ${model}`, adapter, ending, models, warm: loadSdk }]
  },
})

const whisper = defineAdapter({
  service: 'stt',
  name: 'whisper',
  vendor: 'openai',
  about:
    'Whisper at OpenAI or any compatible server: one request per utterance, which our own voice detector cuts',
  credentials: whisperCredentials,
  settings: { ...whisperAccount, ...whisperSettings },
  open(values, deps) {
    const { apiKey, baseUrl } = destinationOf(whisperCredentials, values)
    const client = lazyClient(endpoint(apiKey, baseUrl), load)
    const usual = isOpenai(baseUrl) ? 'gpt-transcribe' : 'whisper-1'
    const model = values.WHISPER_MODEL || usual
    const adapter = createTranscriber(
      { name: 'whisper', model, client, billed: billed(model, baseUrl) },
      deps,
    )
    const ending = endingOf(model, baseUrl)
    const models = compatibleModels(model, endpoint(apiKey, baseUrl))
    return [{ label: 'whisper at openai', adapter, ending, models, warm: loadSdk }]
  },
})

const tts = defineAdapter({
  service: 'tts',
  name: 'openai',
  vendor: 'openai',
  about: '`gpt-4o-mini-tts`, PCM 24 kHz streamed; OpenAI ends this service on 2027-01-06',
  credentials: ttsCredentials,
  settings: {
    ...ttsAccount,
    ...speechSettings,
    TTS_MODEL: text(speechDefaults.model, 'model of the voice openai'),
    TTS_VOICE: text(speechDefaults.voice, 'voice of that model'),
    TTS_FORMAT: choice(
      ['pcm', 'wav', 'mp3'],
      speechDefaults.format,
      'audio format that the voice openai is asked for; what comes is read by what it is',
    ),
    TTS_INSTRUCTIONS: text(
      '',
      'how the voice openai is to speak; empty takes the text of the desk’s language',
    ),
  },
  open(values, { clock, language }) {
    const { apiKey, baseUrl } = destinationOf(ttsCredentials, values)
    const instructionsIn = (code: string) => values.TTS_INSTRUCTIONS || (voiceOf(code)?.instructions ?? '')
    const settings = {
      model: values.TTS_MODEL,
      voice: values.TTS_VOICE,
      format: values.TTS_FORMAT,
      instructions: instructionsIn(language),
      instructionsIn: Object.fromEntries(languages.map((code) => [code, instructionsIn(code)])),
    }
    const client = lazyClient(endpoint(apiKey, baseUrl), load)
    const voice = createOpenaiTts(client, baseUrl, settings, speechLimits(values), clock)
    const adapter = { ...voice, billed: billed(settings.model, baseUrl) }
    const ending = endingOf(settings.model, baseUrl)
    const models = compatibleModels(settings.model, endpoint(apiKey, baseUrl))
    const label = `openai ${settings.model}/${settings.voice}`
    return [{ label, adapter, ending, models, warm: loadSdk }]
  },
})

export const openai = [llm, whisper, tts]
