// Work off the call thread: a few workers, one bounded queue with two priorities, and a promise for each job. A worker
// that is lost is replaced and its job tried once more; other jobs do not notice. The worker script says what the jobs
// are (worker-loop.ts); the pool is the same for any work.

import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Counter, Metrics } from '../base/metrics.ts'
import { Job, JobQueue, type RunOptions } from './job-queue.ts'
import { Lane, LostError } from './lane.ts'
import { WorkerError } from './protocol.ts'
import { SharedAssets } from './shared-assets.ts'
import { type PoolStream, type StreamOptions, streamDefaults, WorkerStream } from './worker-stream.ts'

export type { Priority, RunOptions } from './job-queue.ts'

export type PoolOptions = {
  /** Names the pool in log and metrics: `audio`. */
  name: string
  /** The worker script; a function, for a worker with options of its own. */
  worker: URL | (() => Worker)
  size: number
  /** A worker starts with its first work, or with `startAll()`: not when the pool is created. */
  startsLater: boolean
  queueCapacity: number
  clock: Clock
  log: Log
  metrics: Metrics
}
export const poolDefaults = {
  size: 3,
  startsLater: false,
  queueCapacity: 64,
} as const satisfies Partial<PoolOptions>

export type Pool = {
  /**
   * @param input can be cloned by postMessage; large data goes in shared memory (`shareBytes`)
   * @throws {WorkerError} `busy` `late` `crashed` `aborted` `closed`, or the job's own code
   */
  run<T>(job: string, input: unknown, options?: Partial<RunOptions>): Promise<T>
  /**
   * A stream of questions and answers whose state lives in one worker. When that worker is lost, the stream is opened
   * in another one, which gets the same input again; so its answers must depend on its input alone.
   *
   * @throws {WorkerError} `busy` `closed`
   */
  stream<In, Out>(job: string, input: unknown, options?: Partial<StreamOptions>): PoolStream<In, Out>
  /** Jobs that wait; running jobs do not count. */
  readonly queued: number
  /** Workers that are down: three or more were lost in a row, and the present one has not proven itself. */
  readonly down: number
  /** Starts the workers that were not started yet, each when the one before it is ready. */
  startAll(): void
  /** Terminates every worker at once; jobs under way fail with `closed`, open streams with `aborted`. */
  close(): void
}

/**
 * Starts `size` workers, about 2 ms each, without waiting for them, unless they start later. They do not keep the
 * process alive.
 */
export function createPool(
  options: Omit<PoolOptions, keyof typeof poolDefaults> & Partial<PoolOptions>,
): Pool {
  return new WorkerPool({ ...poolDefaults, ...options })
}

class WorkerPool implements Pool {
  private readonly lanes: Lane[] = []
  private readonly queue: JobQueue
  private readonly running = new Map<Lane, Job>()
  private readonly streams = new Set<WorkerStream<unknown, unknown>>()
  private readonly assets = new SharedAssets()
  private readonly restarts: Counter
  private lastId = 0
  private isStarting = false
  private closed = false

  constructor(private readonly options: PoolOptions) {
    const { name, worker, size, startsLater, clock, metrics, queueCapacity } = options
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`a pool needs at least one worker, not ${size}`)
    const depth = metrics.gauge('worker_queue_jobs', 'Jobs that wait for a worker', { pool: name })
    this.restarts = metrics.counter('worker_restarts_total', 'Workers that were replaced', { pool: name })
    this.queue = new JobQueue(queueCapacity, clock, {
      onLength: (length) => {
        depth.value = length
      },
      onLate: (job) => job.reject(this.refusal('late', job.name)),
    })
    const createWorker = typeof worker === 'function' ? worker : () => new Worker(worker.href)
    const events = {
      onLost: (lane: Lane, reason: string) => this.onLost(lane, reason),
      onUp: () => {
        if (this.isStarting) this.startAll()
        this.dispatch()
      },
      onAsset: this.assets.take,
    }
    for (let i = 0; i < size; i++) this.lanes.push(new Lane(i, createWorker, clock, events, startsLater))
  }

  get queued(): number {
    return this.queue.length
  }

  get down(): number {
    return this.lanes.filter((lane) => lane.isDown).length
  }

  run<T>(name: string, input: unknown, options: Partial<RunOptions> = {}): Promise<T> {
    if (this.closed) return Promise.reject(new WorkerError('closed', 'the pool is closed'))
    if (options.signal?.aborted) return Promise.reject(new WorkerError('aborted', `${name} was aborted`))
    if (this.queue.isFull) return Promise.reject(this.refusal('busy', name))
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const answer = { resolve: (result: unknown) => resolve(result as T), reject }
    this.queue.add(new Job(++this.lastId, name, input, options, answer, (job) => this.abort(job)))
    this.dispatch()
    return promise
  }

  stream<In, Out>(name: string, input: unknown, options: Partial<StreamOptions> = {}): PoolStream<In, Out> {
    if (this.closed) throw new WorkerError('closed', 'the pool is closed')
    const full = { ...streamDefaults, ...options }
    if (this.streams.size >= full.maxStreams) throw this.refusal('busy', name)
    const stream: WorkerStream<In, Out> = new WorkerStream(name, input, full, {
      lane: () => this.laneForStream(),
      nextId: () => ++this.lastId,
      now: () => this.options.clock.now(),
      onClose: () => {
        this.streams.delete(stream)
        this.dispatch()
      },
    })
    if (!stream.isClosed) this.streams.add(stream)
    return stream
  }

  startAll(): void {
    this.isStarting = this.lanes.some((lane) => lane.startFirst())
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    const error = new WorkerError('closed', 'the pool was closed')
    this.queue.refuseAll(error)
    for (const job of this.running.values()) job.reject(error)
    for (const stream of [...this.streams]) stream.close()
    for (const lane of this.lanes) lane.close()
  }

  /** Gives waiting jobs to idle lanes, live ones first. */
  private dispatch(): void {
    for (const priority of ['live', 'batch'] as const) {
      for (const job of this.queue.of(priority)) {
        const lane = this.laneFor(job)
        if (lane === undefined) break
        this.queue.remove(job)
        this.start(job, lane)
      }
    }
  }

  /** The last idle lane, without a stream and started if possible; a second try goes to another lane than the first. */
  private laneFor(job: Job): Lane | undefined {
    const isBatch = job.options.priority === 'batch'
    const weight = (lane: Lane) => lane.streams + (lane.isUntried ? 500 : 0) + (lane === job.lane ? 1_000 : 0)
    let best: Lane | undefined
    for (const lane of this.lanes) {
      if (!lane.isUp || this.running.has(lane)) continue
      // The first lane is kept for live jobs, and a batch never delays a stream.
      if (isBatch && (lane.streams > 0 || (lane.index === 0 && this.lanes.length > 1))) continue
      if (best === undefined || weight(lane) <= weight(best)) best = lane
    }
    return best
  }

  /** The lane with no job and the fewest streams, from the first on: jobs start at the other end. */
  private laneForStream(): Lane | undefined {
    const weight = (lane: Lane) => (this.running.has(lane) ? 1_000 : 0) + lane.streams
    let best: Lane | undefined
    for (const lane of this.lanes) {
      if (lane.isUp && (best === undefined || weight(lane) < weight(best))) best = lane
    }
    return best
  }

  private start(job: Job, lane: Lane): void {
    const { clock, log } = this.options
    const { deadlineMs } = job.options
    const startedMs = clock.now()
    let pieces = 0
    const onChunk = (data: unknown) => {
      if (++pieces <= job.delivered || job.isSettled) return
      job.delivered = pieces
      job.options.onChunk?.(data)
    }
    job.tries++
    job.lane = lane
    this.running.set(lane, job)
    lane.jobUntilMs = startedMs + deadlineMs
    lane
      .ask({ kind: 'run', id: job.id, job: job.name, input: job.input }, deadlineMs, onChunk)
      .then(
        (result) => job.resolve(result),
        (error: unknown) => this.onFailed(job, error),
      )
      .finally(() => {
        this.running.delete(lane)
        lane.jobUntilMs = 0
        this.observe(job.name, clock.now() - startedMs)
        this.dispatch()
      })
      .catch((error: unknown) => log.error('worker pool failed', { error: errorText(error) }))
  }

  private onFailed(job: Job, error: unknown): void {
    if (error instanceof WorkerError) job.reject(error)
    if (job.isSettled || this.closed) return
    if (!(error instanceof LostError) || job.tries >= 2) {
      const why = `${job.name} failed: two workers were lost over it, the last because ${errorText(error)}`
      job.reject(new WorkerError('crashed', why, { cause: error }))
      return
    }
    job.id = ++this.lastId
    this.queue.add(job, true)
  }

  private onLost(lane: Lane, reason: string): void {
    const { log, name } = this.options
    this.restarts.add()
    if (this.isStarting) this.startAll()
    this.assets.lost(lane)
    log.warn('worker replaced', { pool: name, lane: lane.index, reason, job: this.running.get(lane)?.name })
    this.dispatch()
  }

  private abort(job: Job): void {
    this.queue.remove(job)
    job.lane?.post({ kind: 'cancel', id: job.id })
    job.reject(new WorkerError('aborted', `${job.name} was aborted`))
  }

  private observe(job: string, ms: number): void {
    const { metrics, name: pool } = this.options
    const help = 'Time of one try of a job in its worker'
    metrics.histogram('worker_job_ms', help, jobBoundsMs, { pool, job }).observe(ms)
  }

  private refusal(code: 'busy' | 'late', name: string): WorkerError {
    const { metrics, name: pool, queueCapacity } = this.options
    metrics.counter('worker_refused_total', 'Jobs refused', { pool, code }).add()
    const why = code === 'busy' ? `${queueCapacity} jobs wait already` : 'no worker was free in time'
    return new WorkerError(code, `${name} was refused: ${why}`, { retryable: true })
  }
}

const jobBoundsMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
