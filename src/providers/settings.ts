// What can be chosen about the providers, with the defaults, which are those of the adapters themselves. Which
// environment variable sets what is said in config.ts.

import { breakerDefaults } from './breaker.ts'
import { chatDefaults } from './chat.ts'
import { auraVoice } from './deepgram/aura.ts'
import { linkDefaults } from './deepgram/tuning.ts'
import { type FluxSettings, fluxDefaults, type NovaSettings, novaDefaults } from './deepgram/wire.ts'
import { llmPatience } from './fallback-llm.ts'
import { ttsPatience } from './fallback-tts.ts'
import { type GroqSettings, groqDefaults, groqFallbackModel } from './groq/wire.ts'
import { chatSettings, type SpeechSettings, speechDefaults } from './openai/wire.ts'
import { bodyDefaults } from './speech-stream.ts'

export const sttNames = ['deepgram', 'flux', 'whisper', 'embedded'] as const
export const llmNames = ['groq', 'openai', 'scripted'] as const
export const ttsNames = ['openai', 'aura', 'embedded'] as const
export type SttName = (typeof sttNames)[number]
export type LlmName = (typeof llmNames)[number]
export type TtsName = (typeof ttsNames)[number]

/** One vendor's door. `baseUrl` differs from the vendor's own where a local server is used, which needs no key. */
export type VendorSettings = { apiKey?: string; baseUrl: string }

export type ProviderSettings = {
  stt: readonly SttName[]
  llm: readonly LlmName[]
  tts: readonly TtsName[]
  deepgram: VendorSettings
  groq: VendorSettings
  openai: VendorSettings
  nova: NovaSettings
  flux: FluxSettings
  /** Words worth hearing in every state of the dialogue: the firm's name, its products. */
  keyterms: readonly string[]
  /** A Whisper model's name; each vendor's own when left out. */
  whisperModel?: string
  groqModel: string
  groqFallbackModel?: string
  groqReasoningEffort: GroqSettings['reasoningEffort']
  openaiModel: string
  /** For the shared limiter, until the vendor's headers say more; 0: no limit. */
  tokensPerMinute: number
  speech: SpeechSettings
  auraVoice: string
  /** One attempt at a first token, and all of them together. */
  llmAttemptMs: number
  llmDeadlineMs: number
  llmGapMs: number
  ttsFirstByteMs: number
  ttsDeadlineMs: number
  ttsGapMs: number
  sttGiveUpMs: number
  breakerFailures: number
  breakerOpenMs: number
}

export const vendorUrls = {
  deepgram: 'wss://api.deepgram.com',
  groq: 'https://api.groq.com',
  openai: 'https://api.openai.com/v1',
} as const

export const providerDefaults: ProviderSettings = {
  stt: ['deepgram', 'whisper', 'embedded'],
  llm: ['groq', 'scripted'],
  tts: ['openai', 'aura', 'embedded'],
  deepgram: { baseUrl: vendorUrls.deepgram },
  groq: { baseUrl: vendorUrls.groq },
  openai: { baseUrl: vendorUrls.openai },
  nova: novaDefaults,
  flux: fluxDefaults,
  keyterms: ['Wouippleul'],
  groqModel: groqDefaults.model,
  groqFallbackModel,
  groqReasoningEffort: groqDefaults.reasoningEffort,
  openaiModel: chatSettings.model,
  tokensPerMinute: 0,
  speech: speechDefaults,
  auraVoice,
  llmAttemptMs: llmPatience.attemptMs,
  llmDeadlineMs: llmPatience.deadlineMs,
  llmGapMs: chatDefaults.gapMs,
  ttsFirstByteMs: bodyDefaults.firstByteMs,
  ttsDeadlineMs: ttsPatience.deadlineMs,
  ttsGapMs: bodyDefaults.gapMs,
  sttGiveUpMs: linkDefaults.giveUpMs,
  breakerFailures: breakerDefaults.failures,
  breakerOpenMs: breakerDefaults.openMs,
}
