// Every vendor, one line each. A new vendor is a folder whose index.ts exports its adapters, and a line here. Whisper
// is offered twice: OpenAI comes before Groq, so that a server of the operator's own is used although there is a key of
// Groq.

import type { AdapterDefinition, Service } from './adapter.ts'
import { deepgram } from './deepgram/index.ts'
import { embedded } from './embedded/index.ts'
import { groq } from './groq/index.ts'
import { mistral } from './mistral/index.ts'
import { openai } from './openai/index.ts'
import { vllm } from './vllm/index.ts'

export const adapters: readonly AdapterDefinition[] = [
  ...deepgram,
  ...openai,
  ...groq,
  ...mistral,
  ...vllm,
  ...embedded,
]

export function adaptersFor<S extends Service>(service: S): AdapterDefinition<S>[] {
  return adapters.filter((one) => one.service === service) as AdapterDefinition<S>[]
}

/** @returns the names that STT, LLM or TTS accept; two vendors may offer the same name */
export function adapterNames(service: Service): string[] {
  return [...new Set(adaptersFor(service).map(({ name }) => name))]
}
