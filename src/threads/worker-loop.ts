// The worker's side of the pool: runs jobs and streams, answers each, and reports one that threw. A worker script calls
// `serveJobs` with its handlers and does nothing else.

import { constants } from 'node:os'
import { AppError, errorText } from '../base/errors.ts'
import { lowerPriority } from './priority.ts'
import type { FromWorker, ToWorker } from './protocol.ts'

export type JobContext = {
  /** Aborts when the result is no longer wanted; only a job that lets the event loop run sees it. */
  readonly signal: AbortSignal
  /** Sends a piece of the result early. After a crash the job runs again and must give the same pieces. */
  chunk(data: unknown): void
  /**
   * An asset made once for all workers of the pool, by the first that needs it: a compiled WebAssembly.Module. It must
   * be something that postMessage can clone.
   */
  asset<T>(key: string, make: () => Promise<T>): Promise<T>
  /** Asks for this worker to be replaced after the job, because it has grown too large. */
  retire(): void
}

/** @throws {AppError} a refusal: the job fails with it. Any other error also costs the worker: it is replaced */
export type JobHandler = (input: never, context: JobContext) => unknown

export type StreamState = {
  /** One answer for each piece. */
  push(data: never): unknown
  /** The last answer; `close` follows. */
  end(): unknown
  close(): void
}
export type StreamHandler = (input: never, context: JobContext) => StreamState | Promise<StreamState>

export type JobHandlers = { jobs: Record<string, JobHandler>; streams?: Record<string, StreamHandler> }
/** `nice`, 0 to 19, holds on Linux for this thread alone, so that the ticker's thread goes first. */
export type ServeOptions = { nice: number }
export const serveDefaults = {
  nice: constants.priority.PRIORITY_BELOW_NORMAL,
} as const satisfies ServeOptions

declare const self: {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
  postMessage(message: FromWorker): void
}

/**
 * Starts to run jobs. Call it before any top-level `await`: Bun drops messages that arrive while a module waits and
 * `onmessage` is not set.
 */
export function serveJobs(handlers: JobHandlers, options: Partial<ServeOptions> = {}): void {
  const worker = new JobServer(handlers)
  self.onmessage = (event) => worker.take(event.data)
  lowerPriority(options.nice ?? serveDefaults.nice, 'a worker')
  self.postMessage({ kind: 'ready' })
}

type Asset = { promise: Promise<unknown>; resolve: (value: unknown) => void; make: () => Promise<unknown> }

class JobServer {
  private readonly aborts = new Map<number, AbortController>()
  private readonly streams = new Map<number, StreamState>()
  /** Streams that are being opened and were not closed meanwhile. */
  private readonly opening = new Set<number>()
  private readonly assets = new Map<string, Asset>()

  constructor(private readonly handlers: JobHandlers) {}

  take(message: ToWorker): void {
    switch (message.kind) {
      case 'run':
        this.answer(message.id, (context) =>
          pick(this.handlers.jobs, message.job)(message.input as never, context),
        )
        break
      case 'open':
        this.opening.add(message.stream)
        this.answer(message.id, (context) =>
          this.openStream(message.stream, message.job, message.input, context),
        )
        break
      case 'step':
        this.answer(message.id, () => this.step(message.stream, message.data, message.last))
        break
      case 'closeStream':
        this.closeStream(message.stream)
        break
      case 'cancel':
        this.aborts.get(message.id)?.abort()
        break
      case 'asset':
        this.assets.get(message.key)?.resolve(message.value)
        break
      case 'makeAsset':
        this.makeAsset(message.key)
    }
  }

  private answer(id: number, work: (context: JobContext) => unknown): void {
    const abort = new AbortController()
    let retire = false
    this.aborts.set(id, abort)
    const context: JobContext = {
      signal: abort.signal,
      chunk: (data) => self.postMessage({ kind: 'chunk', id, data }),
      asset: (key, make) => this.asset(key, make),
      retire: () => {
        retire = true
      },
    }
    const run = async () => {
      try {
        const result = await work(context)
        self.postMessage({ kind: 'done', id, result, retire })
      } catch (error) {
        self.postMessage(failure(id, error))
      }
      this.aborts.delete(id)
    }
    run().catch((error: unknown) => self.postMessage({ kind: 'broken', id, message: errorText(error) }))
  }

  private async openStream(id: number, job: string, input: unknown, context: JobContext): Promise<void> {
    try {
      const state = await pick(this.handlers.streams ?? {}, job)(input as never, context)
      if (this.opening.has(id)) this.streams.set(id, state)
      else state.close()
    } finally {
      this.opening.delete(id)
    }
  }

  private async step(id: number, data: unknown, last: boolean): Promise<unknown> {
    const stream = this.streams.get(id)
    if (stream === undefined) throw new AppError('aborted', 'the stream is not open')
    if (!last) return stream.push(data as never)
    const result = await stream.end()
    this.closeStream(id)
    return result
  }

  private closeStream(id: number): void {
    this.opening.delete(id)
    this.streams.get(id)?.close()
    this.streams.delete(id)
  }

  private asset<T>(key: string, make: () => Promise<T>): Promise<T> {
    let asset = this.assets.get(key)
    if (asset === undefined) {
      asset = { ...Promise.withResolvers<unknown>(), make }
      this.assets.set(key, asset)
      self.postMessage({ kind: 'wantAsset', key })
    }
    return asset.promise as Promise<T>
  }

  private makeAsset(key: string): void {
    const asset = this.assets.get(key)
    if (asset === undefined) return
    asset.make().then(
      (value) => {
        asset.resolve(value)
        self.postMessage({ kind: 'asset', key, value })
      },
      (error: unknown) => {
        this.assets.delete(key)
        asset.resolve(Promise.reject(error))
        self.postMessage({ kind: 'assetFailed', key })
      },
    )
  }
}

function pick<T>(handlers: Record<string, T>, job: string): T {
  const handler = Object.hasOwn(handlers, job) ? handlers[job] : undefined
  if (handler === undefined) throw new AppError('unknownJob', `this worker has no job ${job}`)
  return handler
}

function failure(id: number, error: unknown): FromWorker {
  if (!(error instanceof AppError)) return { kind: 'broken', id, message: errorText(error) }
  const { code, message, retryable } = error
  return { kind: 'failed', id, code, message, retryable }
}
