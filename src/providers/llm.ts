// The interface of a language model: messages in, streamed text out. Types only.

import type { Billed } from './usage.ts'

export type LlmMessage = { role: 'system' | 'user' | 'assistant'; content: string }

export type LlmRequest = {
  messages: readonly LlmMessage[]
  maxTokens: number
  /** Aborts the request at once; the stream then ends without an error. */
  signal: AbortSignal
  /** Called with what the model does besides writing text. */
  onSign?: (sign: LlmSign) => void
}

/**
 * `thinking`: it reasons, and nothing of that is text. `truncated`: it reached its longest length, so the text may end
 * in the middle of a sentence.
 */
export type LlmSign = 'thinking' | 'truncated'

export type Llm = {
  /** The adapter's name in settings and metrics: `groq`, `openai`. */
  readonly name: string
  readonly model: string
  /** The names under which its work is counted; absent where it is not. */
  readonly billed?: Billed
  /**
   * One reply, piece by piece, never an empty piece. When the stream returns, the model has finished.
   *
   * @throws {ProviderError} `refused` `auth` `limited` `timeout` `cut` `malformed` `unavailable`; after the
   *   first piece as well as before it
   */
  reply(request: LlmRequest): AsyncIterable<string>
  close(): void
}
