// The face of a language model: messages in, text out as it is written. Types only.

export type LlmMessage = { role: 'system' | 'user' | 'assistant'; content: string }

export type LlmRequest = {
  messages: readonly LlmMessage[]
  maxTokens: number
  /** Ends the request at once; the stream then simply ends. */
  signal: AbortSignal
}

export type Llm = {
  /** The adapter's name in settings and metrics: `groq`, `openai`, `scripted`. */
  readonly name: string
  readonly model: string
  /**
   * One reply, piece by piece, never an empty piece. A stream that returns was finished by the model.
   *
   * @throws {ProviderError} `refused` `auth` `limited` `timeout` `cut` `malformed` `unavailable`; after the
   *   first piece as well as before it
   */
  reply(request: LlmRequest): AsyncIterable<string>
  close(): void
}
