// OpenAI, and with another base URL any server that speaks its protocol: llama.cpp, vLLM, Ollama, Speaches and the
// like. This is how a GPU of one's own is used.

import { apiKey, choice, text, url } from '../../base/setting.ts'
import { defineAdapter, endpoint } from '../adapter.ts'
import { chatLimits, chatSettings, createLimiter } from '../chat.ts'
import { createChatModel, createTranscriber, lazyClient, type SdkOptions } from '../openai-compatible.ts'
import { speechLimits, speechSettings } from '../speech-stream.ts'
import { whisperSettings } from '../utterance.ts'
import { createOpenaiTts } from './tts.ts'
import { openaiBody, openaiDefaults, speechDefaults } from './wire.ts'

const credentials = { apiKey: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL' }
const account = {
  OPENAI_API_KEY: apiKey('API key of OpenAI, or of a compatible server'),
  OPENAI_BASE_URL: url(
    ['https:', 'http:'],
    'https://api.openai.com/v1',
    'address of OpenAI, or of a compatible server, with its path',
  ),
}

/** Takes about 270 ms and 17 MB. */
const loadSdk = () => import('openai')
const load = async (options: SdkOptions) => new (await loadSdk()).default(options)

const llm = defineAdapter({
  service: 'llm',
  name: 'openai',
  vendor: 'openai',
  about: 'any OpenAI-compatible server',
  credentials,
  settings: {
    ...account,
    ...chatSettings,
    OPENAI_MODEL: text(openaiDefaults.model, 'language model openai'),
  },
  open(values, deps) {
    const model = values.OPENAI_MODEL
    const adapter = createChatModel(
      {
        name: 'openai',
        model,
        client: lazyClient(endpoint(values.OPENAI_API_KEY, values.OPENAI_BASE_URL), load),
        body: (request) => openaiBody({ ...openaiDefaults, model }, request),
        limits: chatLimits(values),
      },
      { clock: deps.clock, limiter: createLimiter(model, values, deps) },
    )
    return [{ label: `openai ${model}`, adapter, warm: loadSdk }]
  },
})

const whisper = defineAdapter({
  service: 'stt',
  name: 'whisper',
  vendor: 'openai',
  about: 'the same at OpenAI or any compatible server, when there is no Groq key',
  credentials,
  settings: { ...account, ...whisperSettings },
  open(values, deps) {
    const client = lazyClient(endpoint(values.OPENAI_API_KEY, values.OPENAI_BASE_URL), load)
    const model = values.WHISPER_MODEL || 'whisper-1'
    const adapter = createTranscriber({ name: 'whisper', model, client }, deps)
    return [{ label: 'whisper at openai', adapter, warm: loadSdk }]
  },
})

const tts = defineAdapter({
  service: 'tts',
  name: 'openai',
  vendor: 'openai',
  about: '`gpt-4o-mini-tts`, PCM 24 kHz streamed; OpenAI ends this service on 2027-01-06',
  credentials,
  settings: {
    ...account,
    ...speechSettings,
    TTS_MODEL: text(speechDefaults.model, 'model of the voice openai'),
    TTS_VOICE: text(speechDefaults.voice, 'voice of that model'),
    TTS_FORMAT: choice(
      ['pcm', 'mp3'],
      speechDefaults.format,
      'audio format of the voice openai; mp3 for a server that has no pcm',
    ),
    TTS_INSTRUCTIONS: text('', 'how the voice openai is to speak; empty takes the usual French text'),
  },
  open(values, { clock }) {
    const settings = {
      model: values.TTS_MODEL,
      voice: values.TTS_VOICE,
      format: values.TTS_FORMAT,
      instructions: values.TTS_INSTRUCTIONS || speechDefaults.instructions,
    }
    const client = lazyClient(endpoint(values.OPENAI_API_KEY, values.OPENAI_BASE_URL), load)
    const adapter = createOpenaiTts(client, settings, speechLimits(values), clock)
    return [{ label: `openai ${settings.model}/${settings.voice}`, adapter, warm: loadSdk }]
  },
})

export const openai = [llm, whisper, tts]
