// The OpenAI SDK, loaded on first use (about 270 ms and 17 MB), with its own retries, time-outs and log lines off.
// With another base URL it speaks to llama.cpp, vLLM, Ollama, Speaches and the like.

import type OpenAI from 'openai'

export type ClientOptions = {
  /** A local server takes any. */
  apiKey: string
  /** With its path: `https://api.openai.com/v1`. */
  baseUrl: string
}

const quiet = { error() {}, warn() {}, info() {}, debug() {} }
/** Our own deadlines are far below; this one only frees what they gave up on. */
const sdkTimeoutMs = 30_000

export function lazyClient({ apiKey, baseUrl }: ClientOptions): () => Promise<OpenAI> {
  let client: Promise<OpenAI> | undefined
  return () => {
    client ??= import('openai').then(
      (sdk) =>
        new sdk.default({
          apiKey,
          baseURL: baseUrl,
          maxRetries: 0,
          timeout: sdkTimeoutMs,
          logLevel: 'off',
          logger: quiet,
        }),
    )
    return client
  }
}
