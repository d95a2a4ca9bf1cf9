// What was said, as the server's admin API tells it, asked for while the call runs. An admin server that does not
// answer is no fault: then the call is told by sound alone.

import { z } from 'zod'

export type TranscriptLine = { who: string; text: string; atMs: number }

const answerSchema = z.object({
  transcript: z.array(z.object({ who: z.string(), text: z.string(), atMs: z.number() })),
})

const timeoutMs = 2_000

export class Transcript {
  private told = 0

  constructor(
    private readonly url: string,
    private readonly token: string | undefined,
    private readonly request: (url: string, init: RequestInit) => Promise<Response> = fetch,
  ) {}

  /** @returns lines that came since the last time; none when the server does not answer or knows no such call */
  async news(): Promise<TranscriptLine[]> {
    const headers: Record<string, string> = this.token ? { authorization: `Bearer ${this.token}` } : {}
    let body: unknown
    try {
      const response = await this.request(this.url, { headers, signal: AbortSignal.timeout(timeoutMs) })
      if (!response.ok) return []
      body = await response.json()
    } catch {
      return []
    }
    const answer = answerSchema.safeParse(body)
    if (!answer.success) return []
    const lines = answer.data.transcript.slice(this.told)
    this.told = Math.max(this.told, answer.data.transcript.length)
    return lines
  }
}
