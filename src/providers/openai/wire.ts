// The bodies of requests to an OpenAI-compatible server, as plain values. Pure. The answers are the stream that
// `../chat.ts` reads, and plain audio.

import type { LlmMessage, LlmRequest } from '../llm.ts'
import type { AudioFormat } from '../tts.ts'

export type OpenaiSettings = { model: string; temperature: number }
export const openaiDefaults: OpenaiSettings = { model: 'gpt-4o-mini', temperature: 0.4 }

export type OpenaiBody = {
  model: string
  messages: LlmMessage[]
  stream: true
  stream_options: { include_usage: true }
  temperature: number
  /** The older name: llama.cpp, vLLM and Ollama accept it, and not all of them accept the newer one. */
  max_tokens: number
}

export function openaiBody(settings: OpenaiSettings, request: LlmRequest): OpenaiBody {
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
  /** How the text is to be spoken; only the gpt models accept it. */
  instructions: string
  /** `pcm` is 24 kHz without a header; the others are for servers that offer nothing else. */
  format: 'pcm' | 'wav' | 'mp3'
}
export const speechDefaults = {
  model: 'gpt-4o-mini-tts',
  voice: 'coral',
  instructions: 'Parle en français de France, avec un ton chaleureux et un débit posé, comme au téléphone.',
  format: 'pcm',
} as const satisfies SpeechSettings

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
