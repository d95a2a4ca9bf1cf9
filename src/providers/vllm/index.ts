// vLLM with a realtime model: the recogniser of a GPU of one's own. Its language models are used by the adapter openai.

import { apiKey, text, url } from '../../base/setting.ts'
import { defineAdapter } from '../adapter.ts'
import { linkSettings, linkTuning } from '../live/settings.ts'
import { compatibleModels } from '../model-list.ts'
import { billedBy, ownVendor } from '../usage.ts'
import { createEar } from './ear.ts'

const credentials = { apiKey: 'VLLM_STT_API_KEY', baseUrl: 'VLLM_STT_BASE_URL' }

const ear = defineAdapter({
  service: 'stt',
  name: 'vllm',
  vendor: 'vllm',
  about: 'a realtime model such as Voxtral on vLLM, streamed; the live recogniser for a GPU of one’s own',
  credentials,
  settings: {
    VLLM_STT_API_KEY: apiKey('key for the recogniser vllm, if the server asks for one'),
    VLLM_STT_BASE_URL: url(
      ['wss:', 'ws:', 'https:', 'http:'],
      '',
      'address of the recogniser vllm, with its path: ws://gpu:8000/v1',
    ),
    VLLM_STT_MODEL: text('mistralai/Voxtral-Mini-4B-Realtime-2602', 'model of the recogniser vllm'),
    ...linkSettings,
  },
  open(values, deps) {
    const { VLLM_STT_API_KEY: key, VLLM_STT_BASE_URL: baseUrl, VLLM_STT_MODEL: model } = values
    const billed = billedBy(ownVendor, 'localhost', baseUrl, model)
    const options = { keyterms: [], tuning: linkTuning(values), billed }
    const adapter = createEar({ apiKey: key, baseUrl }, model, options, deps)
    // The list is read over HTTP, from the same server.
    const models = compatibleModels(model, { apiKey: key, baseUrl: baseUrl.replace(/^ws/, 'http') })
    return [{ label: `vllm ${model}`, adapter, models }]
  },
})

export const vllm = [ear]
