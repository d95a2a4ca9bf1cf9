// The Groq SDK, loaded on first use, with its own retries, time-outs and log lines off: it would sleep 300 s on a
// `retry-after` and not hear an abort, and it prints the data of a malformed event, which is what callers said.

import type Groq from 'groq-sdk'

export type ClientOptions = {
  apiKey: string
  /** Scheme and host; the SDK adds `/openai/v1`. */
  baseUrl: string
}

const quiet = { error() {}, warn() {}, info() {}, debug() {} }
/** Our own deadlines are far below; this one only frees what they gave up on. */
const sdkTimeoutMs = 30_000

export function lazyClient({ apiKey, baseUrl }: ClientOptions): () => Promise<Groq> {
  let client: Promise<Groq> | undefined
  return () => {
    client ??= import('groq-sdk').then(
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
