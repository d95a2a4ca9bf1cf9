// What one chunk of a chat completion's stream contains. Pure. chat.ts reads the stream.

import type { TokenCounts } from './usage.ts'

export type ChunkReading = {
  piece: string
  /** Whether it has reasoning in a field of its own. */
  thinks: boolean
  finish: string | undefined
  totalTokens: number | undefined
  /** The vendor's count so far; undefined where it gives none, or one that cannot be. */
  tokens: TokenCounts | undefined
}

type Fields = Record<string, unknown>
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

/** Fields of a delta that carry reasoning: DeepSeek, vLLM and llama.cpp; Groq, Ollama and OpenRouter; others. */
const thoughtFields = ['reasoning_content', 'reasoning', 'reasoning_text', 'thinking', 'reasoning_details']

/**
 * Reads a chunk, or a whole completion, and ignores a field that is absent or has another type.
 *
 * Groq repeats the usage under `x_groq`; other servers send it in a last chunk without choices.
 */
export function readChunk(chunk: unknown): ChunkReading {
  const fields = fieldsOf(chunk)
  const choice = Array.isArray(fields.choices) ? fieldsOf(fields.choices[0]) : {}
  const delta = fieldsOf(choice.delta ?? choice.message)
  const usage = fieldsOf(fields.usage ?? fieldsOf(fields.x_groq).usage)
  const { text, thinks } = readContent(delta.content)
  const hasThought = thoughtFields.some(
    (name) => delta[name] !== undefined && delta[name] !== null && delta[name] !== '',
  )
  return {
    piece: text,
    thinks: thinks || hasThought,
    finish: typeof choice.finish_reason === 'string' ? choice.finish_reason : undefined,
    totalTokens: typeof usage.total_tokens === 'number' ? usage.total_tokens : undefined,
    tokens: readTokens(usage),
  }
}

/** Content is a text, or a list of parts, of which Mistral's reasoning models have `thinking` and `text`. */
function readContent(content: unknown): { text: string; thinks: boolean } {
  if (typeof content === 'string') return { text: content, thinks: false }
  const parts = Array.isArray(content) ? content.map(fieldsOf) : []
  const texts = parts.map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : ''))
  return { text: texts.join(''), thinks: parts.some(({ type }) => type === 'thinking') }
}

/** No model takes or writes so many tokens in one request: a larger number is a slip of the server. */
const mostTokens = 10_000_000
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= mostTokens

function readTokens(usage: Fields): TokenCounts | undefined {
  const { prompt_tokens: prompt, completion_tokens: completion } = usage
  if (!isCount(prompt) || !isCount(completion)) return undefined
  const { cached_tokens: told } = fieldsOf(usage.prompt_tokens_details)
  const cached = isCount(told) && told <= prompt ? told : 0
  return { prompt: prompt - cached, cached, completion }
}
