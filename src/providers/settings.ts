// The settings of the providers: which adapters are used and how long they are waited for, then what each adapter
// declares itself.

import { list, type SettingTable, type Values } from '../base/setting.ts'
import { adapterNames, adapters } from './adapters.ts'
import { breakerSettings } from './breaker.ts'
import { chatSettings } from './chat.ts'
import { llmChainSettings } from './fallback-llm.ts'
import { ttsChainSettings } from './fallback-tts.ts'
import { speechSettings } from './speech-stream.ts'

/** The settings that the chains read; some of them the adapters read too. */
export const chainSettings = {
  STT: list(adapterNames('stt'), 'deepgram,whisper,embedded', 'recognisers, in the order they are tried'),
  LLM: list(adapterNames('llm'), 'groq,scripted', 'language models, in the order they are tried'),
  TTS: list(
    adapterNames('tts'),
    'openai,voxtral,aura,embedded',
    'voices, in the order they are tried; in the default list a voice that its vendor has ended stands behind the next',
  ),
  ...chatSettings,
  ...llmChainSettings,
  ...speechSettings,
  ...ttsChainSettings,
  ...breakerSettings,
}

export const providerSettings: typeof chainSettings & SettingTable = Object.assign(
  {},
  chainSettings,
  ...adapters.map(({ settings }) => settings),
)

/** The chains' values, and beside them the vendors', whose types only their adapters know. */
export type ProviderValues = Values<typeof chainSettings> & Readonly<Record<string, unknown>>
