// What Groq is asked, as plain values. Pure. Its answers are the chat stream of `../chat.ts`.

import type { LlmMessage, LlmRequest } from '../llm.ts'

export type GroqSettings = {
  model: string
  /** gpt-oss takes `low`, `medium`, `high`; `none` is for Qwen only and refused elsewhere. */
  reasoningEffort: 'none' | 'low' | 'medium' | 'high'
  temperature: number
}
export const groqDefaults: GroqSettings = {
  model: 'openai/gpt-oss-20b',
  reasoningEffort: 'low',
  temperature: 0.4,
}
/** The second model, when the first is gone or used up; the Llama models are no longer served. */
export const groqFallbackModel = 'openai/gpt-oss-120b'

export type GroqBody = {
  model: string
  messages: LlmMessage[]
  stream: true
  max_completion_tokens: number
  temperature: number
  reasoning_effort: GroqSettings['reasoningEffort']
  /** Reasoning is thought and not spoken: without this it comes as `delta.reasoning`. */
  include_reasoning: false
}

/** Hidden reasoning is paid from the same tokens as the answer, so the answer gets room beside it. */
const reasoningTokens = { none: 0, low: 256, medium: 1_024, high: 4_096 }

export function chatBody(settings: GroqSettings, request: LlmRequest): GroqBody {
  return {
    model: settings.model,
    // Groq refuses messages with more fields than these two.
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    max_completion_tokens: request.maxTokens + reasoningTokens[settings.reasoningEffort],
    temperature: settings.temperature,
    reasoning_effort: settings.reasoningEffort,
    include_reasoning: false,
  }
}

export type TranscriptionFields = {
  model: string
  language: string
  response_format: 'json'
  temperature: 0
  prompt?: string
}

/** @param keyterms words to expect; Whisper reads them as what was said just before, 224 tokens at most */
export function transcriptionFields(
  model: string,
  language: string,
  keyterms: readonly string[],
): TranscriptionFields {
  const prompt = keyterms.join(', ').slice(0, 400)
  return {
    model,
    language,
    response_format: 'json',
    temperature: 0,
    ...(prompt === '' ? {} : { prompt }),
  }
}
