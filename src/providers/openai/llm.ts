// Any OpenAI-compatible server as language model, streamed: this is how a GPU of one's own is used.

import type { Clock } from '../../base/clock.ts'
import { type ChatLimits, chatDefaults, chatReply } from '../chat.ts'
import type { TokenLimiter } from '../limiter.ts'
import type { Llm } from '../llm.ts'
import { OpenRequests } from '../requests.ts'
import { type ClientOptions, lazyClient } from './client.ts'
import { type ChatSettings, chatBody, chatSettings } from './wire.ts'

export type OpenaiLlmOptions = ClientOptions & {
  settings?: Partial<ChatSettings>
  limits?: Partial<ChatLimits>
}

export function createOpenaiLlm(
  options: OpenaiLlmOptions,
  { clock, limiter }: { clock: Clock; limiter?: TokenLimiter },
): Llm {
  const settings = { ...chatSettings, ...options.settings }
  const limits = { ...chatDefaults, ...options.limits }
  const client = lazyClient(options)
  const requests = new OpenRequests()
  return {
    name: 'openai',
    model: settings.model,
    reply: (request) =>
      chatReply(request, {
        who: 'openai',
        clock,
        limits,
        limiter,
        requests,
        open: async (signal) => {
          const openai = await client()
          const body = chatBody(settings, request)
          const { data, response } = await openai.chat.completions.create(body, { signal }).withResponse()
          return { chunks: data, headers: response.headers }
        },
      }),
    close: () => requests.close(),
  }
}
