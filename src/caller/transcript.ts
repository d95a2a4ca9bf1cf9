// What was said, as the server's admin API tells it, asked for while the call runs. An admin server that does not
// answer is no fault: then the call is told by sound alone.

import { z } from 'zod'

export type TranscriptLine = { who: string; text: string; atMs: number }

const answerSchema = z.object({
  transcript: z.array(z.object({ who: z.string(), text: z.string(), atMs: z.number() })),
  latencies: z.array(z.record(z.string(), z.number())).default([]),
})
type Answer = z.infer<typeof answerSchema>

/** Stages of a turn in the order they are passed, in words. */
const stages: Readonly<Record<string, string>> = {
  transcript: 'transcript',
  endpointing: 'turn over',
  firstToken: 'first token',
  firstSentence: 'first sentence',
  firstTtsByte: 'first byte of the voice',
  filler: 'wait phrase',
  firstFrame: 'first frame',
}

const timeoutMs = 2_000

export class Transcript {
  private told = 0

  constructor(
    private readonly url: string,
    private readonly token: string | undefined,
    private readonly request: (url: string, init: RequestInit) => Promise<Response> = fetch,
  ) {}

  /**
   * @returns lines that came since the last time, without keys, whose line grows and which the caller has told already;
   *   none when the server does not answer or knows no such call
   */
  async news(): Promise<TranscriptLine[]> {
    const lines = (await this.ask())?.transcript.slice(this.told) ?? []
    this.told += lines.length
    return lines.filter(({ text }) => !text.startsWith('⌨'))
  }

  /** @returns a line per turn: what it cost, in milliseconds from the end of the caller's speech */
  async turns(): Promise<string[]> {
    return ((await this.ask())?.latencies ?? []).map((latency) => {
      const passed = Object.entries(stages).filter(([stage]) => latency[stage] !== undefined)
      return `turn ${latency.turn}: ${passed.map(([stage, text]) => `${text} ${Math.round(latency[stage])} ms`).join(', ')}`
    })
  }

  private async ask(): Promise<Answer | undefined> {
    const headers: Record<string, string> = this.token ? { authorization: `Bearer ${this.token}` } : {}
    try {
      const response = await this.request(this.url, { headers, signal: AbortSignal.timeout(timeoutMs) })
      if (!response.ok) return undefined
      return answerSchema.safeParse(await response.json()).data
    } catch {
      // No admin server, or none that answers in time: told by sound alone.
      return undefined
    }
  }
}
