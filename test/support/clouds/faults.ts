// The faults that a test can inject into the fake clouds. There is one queue of faults per API; each request, or each
// new socket, takes the next entry.

export const apis = [
  'nova',
  'flux',
  'aura',
  'chat',
  'speech',
  'transcriptions',
  'voxtralVoice',
  'voxtralEar',
  'vllmEar',
] as const
export type Api = (typeof apis)[number]

export type Fault =
  /** Delay before the headers, or before a socket is accepted. */
  | { kind: 'latency'; ms: number }
  /** An HTTP error, or a refused upgrade. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
  /** Never answers, or goes silent in the middle of the body. */
  | { kind: 'hang'; at: 'headers' | 'body'; afterChunks?: number }
  /** The body ends by a reset. */
  | { kind: 'cut'; afterChunks: number; once?: () => Promise<void> }
  /** The body ends as if it were whole, without `[DONE]` or the rest of the audio. */
  | { kind: 'truncate'; afterChunks: number }
  /** A broken JSON line in the stream. */
  | { kind: 'malformed'; afterChunks: number }
  /** `{"error":…}` in the stream. */
  | { kind: 'streamError'; afterChunks: number; error: unknown }
  | { kind: 'slow'; perChunkMs: number }
  | { kind: 'wsClose'; afterAudioMs: number; code: number; reason: string }
  /** The socket is gone without a close frame. */
  | { kind: 'wsDrop'; afterAudioMs: number }
  /** The socket stays, and nothing is said any more. */
  | { kind: 'wsMute'; afterAudioMs: number }
  /** Everything but words: results keep coming and are empty. */
  | { kind: 'wsDeaf'; afterAudioMs: number }
  /** One text frame that is not JSON. */
  | { kind: 'wsGarbage'; afterAudioMs: number }

export class FaultQueues {
  private readonly queues = new Map<Api, Fault[][]>()

  /** Applies these faults to the next `times` requests of `api`. */
  add(api: Api, faults: Fault | readonly Fault[], times = 1): void {
    const list = this.queues.get(api) ?? []
    for (let i = 0; i < times; i++)
      list.push((Array.isArray(faults) ? [...faults] : [faults]).map((fault: Fault) => ({ ...fault })))
    this.queues.set(api, list)
  }

  /** A request without a fault among those with one. */
  pass(api: Api): void {
    this.add(api, [])
  }

  take(api: Api): Fault[] {
    return this.queues.get(api)?.shift() ?? []
  }

  clear(): void {
    this.queues.clear()
  }
}

export const sleepMs = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
/** Settles when the test's server stops: that is, never on its own. */
export const never = () => new Promise<never>(() => {})
