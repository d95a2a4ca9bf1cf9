// The worker's side of the pool: takes jobs and streams, answers each, and says so when one threw. A worker
// script calls `serve` with its handlers and nothing else; what the jobs do is the script's.

import { constants, setPriority } from 'node:os'
import { AppError, errorText } from '../base/errors.ts'
import type { FromWorker, ToWorker } from './protocol.ts'

export type Task = {
  /** Aborts when the answer is no longer wanted; seen only by jobs that let the event loop run. */
  readonly signal: AbortSignal
  /** Sends a piece of the result ahead of its end. After a crash the job runs again, so pieces must come out alike. */
  chunk(data: unknown): void
  /**
   * A thing made once for all workers of the pool, by the first that needs it: a compiled WebAssembly.Module.
   * It must survive postMessage.
   */
  asset<T>(key: string, make: () => Promise<T>): Promise<T>
  /** Asks for this worker to be replaced after the job, because it has grown too large. */
  retire(): void
}

/** @throws {AppError} a refusal, which the asker gets; anything else thrown costs the worker its life */
export type JobHandler = (input: never, task: Task) => unknown

export type StreamState = {
  /** One answer for each piece. */
  push(data: never): unknown
  /** The last answer; `close` follows. */
  end(): unknown
  close(): void
}
export type StreamHandler = (input: never, task: Task) => StreamState | Promise<StreamState>

export type Handlers = { jobs: Record<string, JobHandler>; streams?: Record<string, StreamHandler> }
/** @param nice 0 to 19; on Linux it holds for this thread alone, so that the ticker's thread goes first */
export type ServeOptions = { nice: number }
export const serveDefaults = {
  nice: constants.priority.PRIORITY_BELOW_NORMAL,
} as const satisfies ServeOptions

declare const self: {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
  postMessage(message: FromWorker): void
}

/**
 * Starts answering. Call it before any top-level `await`: Bun drops messages that come while a module waits and
 * `onmessage` is not set.
 */
export function serve(handlers: Handlers, options: Partial<ServeOptions> = {}): void {
  const worker = new Served(handlers)
  self.onmessage = (event) => worker.take(event.data)
  lower(options.nice ?? serveDefaults.nice)
  self.postMessage({ kind: 'ready' })
}

function lower(nice: number): void {
  try {
    setPriority(0, nice)
  } catch (error) {
    // Some containers forbid it; the jobs are done all the same.
    console.warn(`a worker keeps the usual priority (${errorText(error)})`)
  }
}

type Asset = { promise: Promise<unknown>; resolve: (value: unknown) => void; make: () => Promise<unknown> }

class Served {
  private readonly aborts = new Map<number, AbortController>()
  private readonly streams = new Map<number, StreamState>()
  /** Streams on their way that nobody has closed yet. */
  private readonly opening = new Set<number>()
  private readonly assets = new Map<string, Asset>()

  constructor(private readonly handlers: Handlers) {}

  take(message: ToWorker): void {
    switch (message.kind) {
      case 'run':
        this.answer(message.id, (task) => pick(this.handlers.jobs, message.job)(message.input as never, task))
        break
      case 'open':
        this.opening.add(message.stream)
        this.answer(message.id, (task) => this.openStream(message.stream, message.job, message.input, task))
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

  private answer(id: number, work: (task: Task) => unknown): void {
    const abort = new AbortController()
    let retire = false
    this.aborts.set(id, abort)
    const task: Task = {
      signal: abort.signal,
      chunk: (data) => self.postMessage({ kind: 'chunk', id, data }),
      asset: (key, make) => this.asset(key, make),
      retire: () => {
        retire = true
      },
    }
    const run = async () => {
      try {
        const result = await work(task)
        self.postMessage({ kind: 'done', id, result, retire })
      } catch (error) {
        self.postMessage(failure(id, error))
      }
      this.aborts.delete(id)
    }
    run().catch((error: unknown) => self.postMessage({ kind: 'broken', id, message: errorText(error) }))
  }

  private async openStream(id: number, job: string, input: unknown, task: Task): Promise<void> {
    try {
      const state = await pick(this.handlers.streams ?? {}, job)(input as never, task)
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
