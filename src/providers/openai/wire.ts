// The bodies of requests to an OpenAI-compatible server, as plain values. Pure. The answers are the stream that
// `../chat.ts` reads, and plain audio.

import { effortTokens } from '../chat.ts'
import type { LlmMessage, LlmRequest } from '../llm.ts'
import type { AudioFormat } from '../tts.ts'
import { type Effort, leastEffort } from './models.ts'

export type ChatSettings = {
  model: string
  /** OpenAI's own models and compatible servers take different bodies. */
  atOpenai: boolean
  /** `auto` asks for the least that the model is known to accept. */
  effort: Effort | 'auto'
  /** Undefined takes {@link usualTemperature} at a compatible server and the model's own at OpenAI. */
  temperature: number | undefined
  /** Fields of the operator's, over ours; null takes a field out. */
  extra: Readonly<Record<string, unknown>>
}
export const chatModel = 'gpt-6-luna'
const usualTemperature = 0.4

export type ChatRequestBody = {
  model: string
  messages: LlmMessage[]
  stream: true
} & Readonly<Record<string, unknown>>

/**
 * The body of a chat request. OpenAI's models from GPT-5 on refuse `max_tokens` and a temperature of one's own.
 * Compatible servers get the older names, because not all of them accept the newer ones, and are asked not to reason in
 * the two ways that they know: `chat_template_kwargs` (vLLM, llama.cpp, SGLang) and `reasoning_effort` (Ollama and the
 * same). What a server refuses all the same the dialect leaves out.
 */
export function chatBody(settings: ChatSettings, request: LlmRequest): ChatRequestBody {
  const { model, atOpenai } = settings
  const effort = settings.effort === 'auto' ? usualEffort(settings) : settings.effort
  const maxTokens = request.maxTokens + effortTokens[effort ?? 'none']
  const temperature = settings.temperature ?? (atOpenai ? undefined : usualTemperature)
  const body: Record<string, unknown> = {
    stream_options: { include_usage: true },
    ...(temperature === undefined ? {} : { temperature }),
    ...(atOpenai ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
    ...(atOpenai || effort !== 'none' ? {} : { chat_template_kwargs: { enable_thinking: false } }),
    ...settings.extra,
  }
  for (const [field, value] of Object.entries(body)) if (value === null) delete body[field]
  return {
    ...body,
    model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
  }
}

function usualEffort({ model, atOpenai }: ChatSettings): Effort | undefined {
  if (atOpenai) return leastEffort(model)
  // gpt-oss cannot be kept from reasoning.
  return model.includes('gpt-oss') ? 'low' : 'none'
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
  format: 'pcm',
} as const satisfies Omit<SpeechSettings, 'instructions'>

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
