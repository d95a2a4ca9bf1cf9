// Groq as language model, streamed.

import type { Clock } from '../../base/clock.ts'
import { type ChatLimits, chatDefaults, chatReply } from '../chat.ts'
import type { TokenLimiter } from '../limiter.ts'
import type { Llm } from '../llm.ts'
import { OpenRequests } from '../requests.ts'
import { type ClientOptions, lazyClient } from './client.ts'
import { chatBody, type GroqSettings, groqDefaults } from './wire.ts'

export type GroqOptions = ClientOptions & { settings?: Partial<GroqSettings>; limits?: Partial<ChatLimits> }
export type GroqDeps = {
  clock: Clock
  /** One for all calls and for each model, because the vendor counts so. */
  limiter?: TokenLimiter
}

export function createGroq(options: GroqOptions, { clock, limiter }: GroqDeps): Llm {
  const settings = { ...groqDefaults, ...options.settings }
  const limits = { ...chatDefaults, ...options.limits }
  const client = lazyClient(options)
  const requests = new OpenRequests()
  return {
    name: 'groq',
    model: settings.model,
    reply: (request) =>
      chatReply(request, {
        who: 'groq',
        clock,
        limits,
        limiter,
        requests,
        open: async (signal) => {
          const groq = await client()
          const body = chatBody(settings, request)
          const { data, response } = await groq.chat.completions.create(body, { signal }).withResponse()
          return { chunks: data, headers: response.headers }
        },
      }),
    close: () => requests.close(),
  }
}
