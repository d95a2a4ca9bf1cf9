// What an OpenAI-compatible server is asked, as plain values. Pure. Its answers are the chat stream of
// `../chat.ts` and plain audio.

import type { LlmMessage, LlmRequest } from '../llm.ts'
import type { AudioFormat } from '../tts.ts'

export type ChatSettings = { model: string; temperature: number }
export const chatSettings: ChatSettings = { model: 'gpt-4o-mini', temperature: 0.4 }

export type ChatBody = {
  model: string
  messages: LlmMessage[]
  stream: true
  stream_options: { include_usage: true }
  temperature: number
  /** The older name: llama.cpp, vLLM and Ollama know it, and not all know the newer one. */
  max_tokens: number
}

export function chatBody(settings: ChatSettings, request: LlmRequest): ChatBody {
  return {
    model: settings.model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    stream_options: { include_usage: true },
    temperature: settings.temperature,
    max_tokens: request.maxTokens,
  }
}

export type SpeechSettings = {
  model: string
  voice: string
  /** How to say it; only the gpt models take it. */
  instructions: string
  /** `pcm` is 24 kHz without a header; the others are for servers that have nothing else. */
  format: 'pcm' | 'wav' | 'mp3'
}
export const speechDefaults: SpeechSettings = {
  model: 'gpt-4o-mini-tts',
  voice: 'coral',
  instructions: 'Parle en français de France, avec un ton chaleureux et un débit posé, comme au téléphone.',
  format: 'pcm',
}

export type SpeechBody = {
  model: string
  voice: string
  input: string
  response_format: SpeechSettings['format']
  instructions?: string
}

export function speechBodyOf(settings: SpeechSettings, text: string): SpeechBody {
  const takesInstructions = settings.instructions !== '' && settings.model.startsWith('gpt-')
  return {
    model: settings.model,
    voice: settings.voice,
    input: text,
    response_format: settings.format,
    ...(takesInstructions ? { instructions: settings.instructions } : {}),
  }
}

/** @returns how the bytes are to be read; a `wav` carries its own rate */
export function formatOf(settings: SpeechSettings): AudioFormat {
  return settings.format === 'pcm' ? { encoding: 's16le', rateHz: 24_000 } : { encoding: settings.format }
}

export type TranscriptionFields = {
  model: string
  language: string
  response_format: 'json'
  temperature: 0
  prompt?: string
}

export function transcriptionFields(
  model: string,
  language: string,
  keyterms: readonly string[],
): TranscriptionFields {
  const prompt = keyterms.join(', ').slice(0, 400)
  return { model, language, response_format: 'json', temperature: 0, ...(prompt === '' ? {} : { prompt }) }
}
