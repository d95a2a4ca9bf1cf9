// An operator's system that behaves as badly as such systems do: a real HTTP server on loopback.

import type { Server } from 'bun'

export type Mood =
  | { answers: unknown; status?: number }
  | { text: string; type?: string; status?: number; headers?: Record<string, string> }
  /** Sends this many bytes of a JSON string; 0 sends the first ones and then nothing more, for ever. */
  | { megabytes: number }
  /** Takes the request and never answers. */
  | 'hangs'

export type Got = { method: string; url: string; headers: Record<string, string>; body: string }

export class BadServer {
  readonly got: Got[] = []
  /** For all requests, or by what a request says. */
  mood: Mood | ((body: string) => Mood)
  private readonly server: Server<undefined>
  private waiting: { count: number; resolve: () => void }[] = []

  constructor(mood: BadServer['mood']) {
    this.mood = mood
    this.server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      idleTimeout: 0,
      fetch: async (request) => {
        const body = await request.text()
        const { method, url } = request
        this.got.push({ method, url, headers: Object.fromEntries(request.headers), body })
        for (const one of this.waiting) if (this.got.length >= one.count) one.resolve()
        return answer(typeof this.mood === 'function' ? this.mood(body) : this.mood)
      },
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}/crm`
  }

  /** Resolves when so many requests have come. */
  async requests(count: number): Promise<void> {
    if (this.got.length >= count) return
    await new Promise<void>((resolve) => this.waiting.push({ count, resolve }))
  }

  stop(): void {
    void this.server.stop(true)
  }
}

function answer(mood: Mood): Response | Promise<Response> {
  if (mood === 'hangs') return new Promise(() => {})
  if ('answers' in mood) return Response.json(mood.answers, { status: mood.status ?? 200 })
  if ('text' in mood) {
    const headers = { 'content-type': mood.type ?? 'application/json', ...mood.headers }
    return new Response(mood.text, { status: mood.status ?? 200, headers })
  }
  let left = mood.megabytes * 64
  const isEndless = left === 0
  const stream = new ReadableStream({
    start: (controller) => controller.enqueue('{"name":"'),
    pull(controller) {
      if (isEndless) return new Promise<void>(() => {})
      if (left-- > 0) controller.enqueue('x'.repeat(16_384))
      else controller.close()
    },
  })
  return new Response(stream, { headers: { 'content-type': 'application/json' } })
}
