// Polls the transcript of a call from the admin API while the call goes on. It is optional: without an admin server the
// caller prints only what it hears.

import { z } from 'zod'

export type TranscriptLine = { who: string; text: string; atMs: number }

const answerSchema = z.object({
  transcript: z.array(z.object({ who: z.string(), text: z.string(), atMs: z.number() })),
  latencies: z.array(z.record(z.string(), z.number())).default([]),
})
type Answer = z.infer<typeof answerSchema>

/** Stages of a turn in their order, and how they are printed. */
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
  private shown = 0

  constructor(
    private readonly url: string,
    private readonly token: string | undefined,
    private readonly request: (url: string, init: RequestInit) => Promise<Response> = fetch,
  ) {}

  /**
   * @returns the lines since the last request, without keys: their line grows, and the caller has printed them already.
   *   Empty when the server does not answer or does not know the call
   */
  async newLines(): Promise<TranscriptLine[]> {
    const lines = (await this.ask())?.transcript.slice(this.shown) ?? []
    this.shown += lines.length
    return lines.filter(({ text }) => !text.startsWith('⌨'))
  }

  /** @returns a line per turn with its latencies, in milliseconds from the end of the caller's speech */
  async turns(): Promise<string[]> {
    return ((await this.ask())?.latencies ?? []).map((latency) => {
      const passed = Object.entries(stages).filter(([stage]) => latency[stage] !== undefined)
      const times = passed.map(([stage, text]) => `${text} ${Math.round(latency[stage])} ms`)
      return `turn ${latency.turn}: ${times.join(', ')}`
    })
  }

  private async ask(): Promise<Answer | undefined> {
    const headers: Record<string, string> = this.token ? { authorization: `Bearer ${this.token}` } : {}
    try {
      const response = await this.request(this.url, { headers, signal: AbortSignal.timeout(timeoutMs) })
      if (!response.ok) return undefined
      return answerSchema.safeParse(await response.json()).data
    } catch {
      // No admin server, or it is too slow: print what is heard only.
      return undefined
    }
  }
}
