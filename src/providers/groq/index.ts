// Groq: language models through its SDK, and Whisper with the same key, for when the live recogniser is gone.

import { apiKey, choice, text, url } from '../../base/setting.ts'
import { defineAdapter, endpoint } from '../adapter.ts'
import { chatLimits, chatSettings, createLimiter } from '../chat.ts'
import { compatibleModels } from '../model-list.ts'
import { createChatModel, createTranscriber, lazyClient, type SdkOptions } from '../openai-compatible.ts'
import { billedBy } from '../usage.ts'
import { whisperSettings } from '../utterance.ts'
import { groqBody, groqDefaults } from './wire.ts'

const credentials = { apiKey: 'GROQ_API_KEY', baseUrl: 'GROQ_BASE_URL' }
const account = {
  GROQ_API_KEY: apiKey('API key of Groq (language models, Whisper)'),
  GROQ_BASE_URL: url(['https:', 'http:'], 'https://api.groq.com', 'address of Groq; the SDK adds /openai/v1'),
}

const loadSdk = () => import('groq-sdk')
/** Where the SDK finds the API below the base URL. */
const root = '/openai/v1'
const load = async (options: SdkOptions) => new (await loadSdk()).default(options)

const billed = (model: string, { GROQ_BASE_URL }: { GROQ_BASE_URL: string }) =>
  billedBy('groq', 'groq.com', GROQ_BASE_URL, model)
/** Groq bills at least so many seconds for a request (console.groq.com/docs/speech-to-text). */
const leastS = 10

const llm = defineAdapter({
  service: 'llm',
  name: 'groq',
  vendor: 'groq',
  about: '`openai/gpt-oss-20b`, then `openai/gpt-oss-120b`',
  credentials,
  settings: {
    ...account,
    ...chatSettings,
    GROQ_MODEL: text(groqDefaults.model, 'language model groq'),
    // The Llama models are no longer served.
    GROQ_FALLBACK_MODEL: {
      ...text('openai/gpt-oss-120b', 'model that is asked when the first does not answer; empty asks none'),
      emptyIsValue: true,
    },
    GROQ_REASONING_EFFORT: choice(
      ['none', 'low', 'medium', 'high'],
      groqDefaults.reasoningEffort,
      'how long the model reasons; gpt-oss does not accept none',
    ),
  },
  open(values, deps) {
    const client = lazyClient(endpoint(values.GROQ_API_KEY, values.GROQ_BASE_URL), load)
    const models = [values.GROQ_MODEL, values.GROQ_FALLBACK_MODEL].filter((model) => model !== '')
    return models.map((model) => {
      const settings = { ...groqDefaults, model, reasoningEffort: values.GROQ_REASONING_EFFORT }
      return {
        label: `groq ${model}`,
        adapter: createChatModel(
          {
            name: 'groq',
            model,
            client,
            body: (request) => groqBody(settings, request),
            limits: chatLimits(values),
            billed: billed(model, values),
          },
          { ...deps, limiter: createLimiter(model, values, deps) },
        ),
        models: compatibleModels(model, endpoint(values.GROQ_API_KEY, values.GROQ_BASE_URL), root),
        warm: loadSdk,
      }
    })
  },
})

const whisper = defineAdapter({
  service: 'stt',
  name: 'whisper',
  vendor: 'groq',
  about: 'the same at Groq, when there is neither a key nor a base URL for the other',
  credentials,
  settings: { ...account, ...whisperSettings },
  open(values, deps) {
    const client = lazyClient(endpoint(values.GROQ_API_KEY, values.GROQ_BASE_URL), load)
    const model = values.WHISPER_MODEL || 'whisper-large-v3-turbo'
    const bill = { billed: billed(model, values), leastS }
    const adapter = createTranscriber({ name: 'whisper', model, client, ...bill }, deps)
    const models = compatibleModels(model, endpoint(values.GROQ_API_KEY, values.GROQ_BASE_URL), root)
    return [{ label: 'whisper at groq', adapter, models, warm: loadSdk }]
  },
})

export const groq = [llm, whisper]
