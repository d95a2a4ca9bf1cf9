// The body of a chat request to Groq, as plain values. Pure. The answers are the stream that `../chat.ts` reads.

import { effortTokens } from '../chat.ts'
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

export type GroqBody = {
  model: string
  messages: LlmMessage[]
  stream: true
  max_completion_tokens: number
  temperature: number
  reasoning_effort: GroqSettings['reasoningEffort']
  /** Keeps the reasoning out of the answer: without this it comes as `delta.reasoning`. */
  include_reasoning: false
}

export function groqBody(settings: GroqSettings, request: LlmRequest): GroqBody {
  return {
    model: settings.model,
    // Groq refuses messages with fields besides these two.
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    max_completion_tokens: request.maxTokens + effortTokens[settings.reasoningEffort],
    temperature: settings.temperature,
    reasoning_effort: settings.reasoningEffort,
    include_reasoning: false,
  }
}
