// Work off the call thread: a few workers, one bounded queue with two priorities, and a promise for each job.
// A worker that is lost is replaced and its job tried once more; other jobs do not notice. What the jobs are
// is the worker script's (kernel.ts); this file is the same for decoding audio and for an embedded voice.

import type { Clock, Timer } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Counter, Gauge, Metrics } from '../base/metrics.ts'
import { AssetDesk } from './assets.ts'
import { Lane, LostError } from './lane.ts'
import { WorkerError } from './protocol.ts'
import { LaneStream, type PoolStream, type StreamOptions, streamDefaults } from './stream.ts'

export type Priority = 'live' | 'batch'

export type RunOptions = {
  /** A live call goes before a batch, and one worker never runs a batch. */
  priority: Priority
  /** How long one try may take in a worker before that worker is ended. */
  deadlineMs: number
  /** How long the job may wait in the queue. */
  waitMs: number
  /** Takes a waiting job out of the queue; a running one ends in its worker and its result is dropped. */
  signal?: AbortSignal
  /** Pieces of the result as they are made; each piece once, also when the job had to be tried again. */
  onChunk?: (data: unknown) => void
}
export const runDefaults = {
  priority: 'live',
  deadlineMs: 5_000,
  waitMs: 5_000,
} as const satisfies RunOptions

export type PoolOptions = {
  /** Names the pool in log and metrics: `audio`. */
  name: string
  /** The worker script. A function instead, for a worker with options of its own. */
  worker: URL | (() => Worker)
  size: number
  queueCapacity: number
  clock: Clock
  log: Log
  metrics: Metrics
}
export const poolDefaults = { size: 3, queueCapacity: 64 } as const satisfies Partial<PoolOptions>

export type Pool = {
  /**
   * @param input must survive postMessage; large things in shared memory (`shareBytes`)
   * @throws {WorkerError} `busy` `late` `crashed` `aborted` `closed`, or the job's own code
   */
  run<T>(job: string, input: unknown, options?: Partial<RunOptions>): Promise<T>
  /**
   * A stream of questions and answers with a memory in one worker. When that worker is lost, the stream is
   * opened elsewhere and fed again what it was fed, so its answers must depend on its input alone.
   *
   * @throws {WorkerError} `busy` `closed`
   */
  stream<In, Out>(job: string, input: unknown, options?: Partial<StreamOptions>): PoolStream<In, Out>
  /** Jobs that wait, not those that run. */
  readonly queued: number
  /** Ends every worker at once; what is under way fails with `closed`. */
  close(): void
}

/** Starts `size` workers, about 2 ms each, without waiting for them. They do not keep the process alive. */
export function createPool(
  options: Omit<PoolOptions, keyof typeof poolDefaults> & Partial<PoolOptions>,
): Pool {
  return new WorkerPool({ ...poolDefaults, ...options })
}

type Job = Required<Pick<RunOptions, 'priority' | 'deadlineMs' | 'waitMs'>> & {
  id: number
  name: string
  input: unknown
  onChunk?: (data: unknown) => void
  tries: number
  delivered: number
  /** Lane of the first try. */
  avoid?: Lane
  lane?: Lane
  wait?: Timer
  isSettled: boolean
  settle: (error: WorkerError | undefined, result?: unknown) => void
}

class WorkerPool implements Pool {
  private readonly lanes: Lane[] = []
  private readonly waiting: Job[] = []
  private readonly running = new Map<Lane, Job>()
  private readonly streams = new Set<LaneStream<unknown, unknown>>()
  private readonly assets = new AssetDesk()
  private readonly depth: Gauge
  private readonly restarts: Counter
  private lastId = 0
  private closed = false

  constructor(private readonly options: PoolOptions) {
    const { name, worker, size, clock, metrics } = options
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`a pool of ${size} workers cannot work`)
    this.depth = metrics.gauge('worker_queue_jobs', 'Jobs that wait for a worker', { pool: name })
    this.restarts = metrics.counter('worker_restarts_total', 'Workers that were replaced', { pool: name })
    const start = typeof worker === 'function' ? worker : () => new Worker(worker.href)
    const events = {
      onLost: (lane: Lane, reason: string) => this.onLost(lane, reason),
      onUp: () => this.dispatch(),
      onAsset: this.assets.take,
    }
    for (let i = 0; i < size; i++) this.lanes.push(new Lane(i, start, clock, events))
  }

  get queued(): number {
    return this.waiting.length
  }

  run<T>(name: string, input: unknown, options: Partial<RunOptions> = {}): Promise<T> {
    const { signal } = options
    if (this.closed) return Promise.reject(new WorkerError('closed', 'the pool is closed'))
    if (signal?.aborted) return Promise.reject(new WorkerError('aborted', `${name} was aborted`))
    if (this.waiting.length >= this.options.queueCapacity) return Promise.reject(this.refuse('busy', name))
    return new Promise<T>((resolve, reject) => {
      const stop = () => this.abort(job)
      const job: Job = {
        ...runDefaults,
        ...options,
        id: ++this.lastId,
        name,
        input,
        tries: 0,
        delivered: 0,
        isSettled: false,
        settle: (error, result) => {
          if (job.isSettled) return
          job.isSettled = true
          signal?.removeEventListener('abort', stop)
          if (error) reject(error)
          else resolve(result as T)
        },
      }
      signal?.addEventListener('abort', stop, { once: true })
      this.enqueue(job, this.waiting.length)
      this.dispatch()
    })
  }

  stream<In, Out>(name: string, input: unknown, options: Partial<StreamOptions> = {}): PoolStream<In, Out> {
    if (this.closed) throw new WorkerError('closed', 'the pool is closed')
    const full = { ...streamDefaults, ...options }
    if (this.streams.size >= full.maxStreams) throw this.refuse('busy', name)
    const stream: LaneStream<In, Out> = new LaneStream(name, input, full, {
      lane: () => this.laneForStream(),
      nextId: () => ++this.lastId,
      now: () => this.options.clock.now(),
      onClose: () => {
        this.streams.delete(stream)
        this.dispatch()
      },
    })
    this.streams.add(stream)
    return stream
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    const error = new WorkerError('closed', 'the pool was closed')
    for (const job of this.waiting.splice(0)) this.finish(job, error)
    for (const job of this.running.values()) this.finish(job, error)
    for (const stream of [...this.streams]) stream.close()
    for (const lane of this.lanes) lane.close()
    this.depth.value = 0
  }

  private enqueue(job: Job, at: number): void {
    const { clock } = this.options
    this.waiting.splice(at, 0, job)
    this.depth.value = this.waiting.length
    job.wait = clock.at(clock.now() + job.waitMs, () => {
      this.unqueue(job)
      this.finish(job, this.refuse('late', job.name))
    })
  }

  private unqueue(job: Job): void {
    const at = this.waiting.indexOf(job)
    if (at >= 0) this.waiting.splice(at, 1)
    this.depth.value = this.waiting.length
    job.wait?.cancel()
  }

  /** Gives waiting jobs to idle lanes, live ones first. */
  private dispatch(): void {
    for (const priority of ['live', 'batch'] as const) {
      for (const job of this.waiting.filter((waiting) => waiting.priority === priority)) {
        const lane = this.laneFor(job)
        if (lane === undefined) break
        this.unqueue(job)
        this.start(job, lane)
      }
    }
  }

  /** The first lane is kept for live work, and a batch never delays a stream. */
  private laneFor(job: Job): Lane | undefined {
    let best: Lane | undefined
    for (const lane of this.lanes) {
      if (!lane.isUp || this.running.has(lane)) continue
      if (job.priority === 'batch' && (lane.streams > 0 || (lane.index === 0 && this.lanes.length > 1)))
        continue
      if (best === undefined || weight(lane, job) <= weight(best, job)) best = lane
    }
    return best
  }

  /** Streams gather where no job runs, on the first lanes; jobs prefer the last. */
  private laneForStream(): Lane | undefined {
    const load = (lane: Lane) => (this.running.has(lane) ? 1_000 : 0) + lane.streams
    let best: Lane | undefined
    for (const lane of this.lanes) {
      if (lane.isUp && (best === undefined || load(lane) < load(best))) best = lane
    }
    return best
  }

  private start(job: Job, lane: Lane): void {
    const { clock, metrics, name } = this.options
    const startedMs = clock.now()
    let seen = 0
    const onChunk = (data: unknown) => {
      if (++seen <= job.delivered || job.isSettled) return
      job.delivered = seen
      job.onChunk?.(data)
    }
    job.tries++
    job.lane = lane
    this.running.set(lane, job)
    lane.jobUntilMs = startedMs + job.deadlineMs
    const question = { kind: 'run', id: job.id, job: job.name, input: job.input } as const
    lane
      .ask(question, job.deadlineMs, onChunk)
      .then(
        (result) => this.finish(job, undefined, result),
        (error: unknown) => this.onFailed(job, lane, error),
      )
      .finally(() => {
        if (this.running.get(lane) === job) this.running.delete(lane)
        lane.jobUntilMs = 0
        metrics
          .histogram('worker_job_ms', 'Time of one try of a job in its worker', jobBoundsMs, {
            pool: name,
            job: job.name,
          })
          .observe(clock.now() - startedMs)
        this.dispatch()
      })
      .catch((error: unknown) => this.options.log.error('worker pool failed', { error: String(error) }))
  }

  private onFailed(job: Job, lane: Lane, error: unknown): void {
    if (!(error instanceof LostError)) {
      this.finish(job, error as WorkerError)
      return
    }
    if (job.isSettled || this.closed) return
    if (job.tries < 2) {
      job.avoid = lane
      job.id = ++this.lastId
      this.enqueue(job, 0)
      return
    }
    const why = `${job.name} was given up: two workers were lost over it, the last because ${error.message}`
    this.finish(job, new WorkerError('crashed', why, { cause: error }))
  }

  private onLost(lane: Lane, reason: string): void {
    const { log, name } = this.options
    this.restarts.add()
    this.assets.lost(lane)
    log.warn('worker replaced', { pool: name, lane: lane.index, reason, job: this.running.get(lane)?.name })
    this.dispatch()
  }

  private abort(job: Job): void {
    this.unqueue(job)
    job.lane?.post({ kind: 'cancel', id: job.id })
    this.finish(job, new WorkerError('aborted', `${job.name} was aborted`))
  }

  private finish(job: Job, error: WorkerError | undefined, result?: unknown): void {
    job.wait?.cancel()
    job.settle(error, result)
  }

  private refuse(code: 'busy' | 'late', name: string): WorkerError {
    const { metrics, name: pool, queueCapacity } = this.options
    metrics.counter('worker_refused_total', 'Jobs refused', { pool, code }).add()
    const why = code === 'busy' ? `${queueCapacity} jobs wait already` : 'no worker was free in time'
    return new WorkerError(code, `${name} was refused: ${why}`, { retryable: true })
  }
}

const jobBoundsMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

function weight(lane: Lane, job: Job): number {
  return lane.streams + (lane === job.avoid ? 1_000 : 0)
}
