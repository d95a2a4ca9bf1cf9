// Chat completions as Groq and any OpenAI-compatible server stream them.

export type ChatBody = {
  model: string
  stream?: boolean
  messages: { role: string; content: string }[]
  stream_options?: { include_usage?: boolean }
  reasoning_effort?: string
  temperature?: number
}
/** What the model "writes", piece by piece. */
export type ChatScript = (body: ChatBody) => readonly string[]

export const defaultReply = 'Bonjour ! Je peux vous proposer demain à neuf heures. Cela vous convient-il ?'
export const piecesOf = (text: string): string[] => text.split(/(?= )/)

export const doneLine = 'data: [DONE]\n\n'
export const dataLine = (event: object): string => `data: ${JSON.stringify(event)}\n\n`
export const chatChunk = (delta: object, finishReason: string | null = null) => ({
  id: 'chatcmpl-fake',
  object: 'chat.completion.chunk',
  created: 1_767_225_600,
  model: 'fake',
  choices: [{ index: 0, delta, finish_reason: finishReason }],
})

/** @returns the answer's `data:` lines, `[DONE]` included */
export function chatEvents(body: ChatBody, pieces: readonly string[], finish = 'stop'): string[] {
  const id = `chatcmpl-${crypto.randomUUID()}`
  const base = { id, object: 'chat.completion.chunk', created: 1_767_225_600, model: body.model }
  const chunk = (delta: object, finishReason: string | null = null, more: object = {}) => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...more,
  })
  const prompt = Math.ceil(body.messages.reduce((sum, message) => sum + message.content.length, 0) / 4)
  const usage = {
    queue_time: 0.037,
    prompt_tokens: prompt,
    completion_tokens: pieces.length,
    total_tokens: prompt + pieces.length,
    total_time: 0.4607,
  }
  const events: object[] = [
    chunk({ role: 'assistant', content: '' }, null, { x_groq: { id: 'req_fake' } }),
    ...pieces.map((content) => chunk({ content })),
    chunk({}, finish, { x_groq: { id: 'req_fake', usage } }),
  ]
  if (body.stream_options?.include_usage) events.push({ ...base, choices: [], usage })
  return [...events.map(dataLine), doneLine]
}

/** @returns an error body as the vendor words it, with an organisation in it, which must not reach a log */
export function chatError(status: number): object {
  if (status === 401)
    return {
      error: {
        message: 'Invalid API Key: gsk_leaked',
        type: 'invalid_request_error',
        code: 'invalid_api_key',
      },
    }
  if (status === 429)
    return {
      error: {
        message:
          'Rate limit reached for model `openai/gpt-oss-20b` in organization `org_secret` on tokens per minute (TPM): Limit 8000, Used 7990, Requested 200. Please try again in 1.425s.',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      },
    }
  return {
    error: {
      message: `fake ${status}`,
      type: status >= 500 ? 'internal_server_error' : 'invalid_request_error',
    },
  }
}

export const groqHeaders: Record<string, string> = {
  'x-ratelimit-limit-requests': '14400',
  'x-ratelimit-limit-tokens': '300000',
  'x-ratelimit-remaining-requests': '14370',
  'x-ratelimit-remaining-tokens': '299000',
  'x-ratelimit-reset-requests': '2m59.56s',
  'x-ratelimit-reset-tokens': '7.66s',
  'x-groq-region': 'fra',
}
