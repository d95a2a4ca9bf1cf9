// The jobs that wait for a worker: a bounded queue, live jobs before batches, each job with a limit to its wait.
// pool.ts gives them to workers.

import type { Clock, Timer } from '../base/clock.ts'
import type { Lane } from './lane.ts'
import type { WorkerError } from './protocol.ts'

export type Priority = 'live' | 'batch'

export type RunOptions = {
  /** `live` goes before `batch`. One worker never runs a batch, unless it is the only one. */
  priority: Priority
  /** How long one try may take; then the worker is terminated. */
  deadlineMs: number
  /** How long the job may wait in the queue. */
  waitMs: number
  /** Takes a waiting job out of the queue. A running job ends in its worker, and its result is dropped. */
  signal?: AbortSignal
  /** Gets pieces of the result as they are made: each piece once, even when the job is tried again. */
  onChunk?: (data: unknown) => void
}
export const runDefaults = {
  priority: 'live',
  deadlineMs: 5_000,
  waitMs: 5_000,
} as const satisfies RunOptions

/** One job under way: settled once, by its result, its error or its abort, whichever comes first. */
export class Job {
  readonly options: RunOptions
  tries = 0
  /** Pieces of the result that were passed on. */
  delivered = 0
  /** The worker that runs it, or ran it last. */
  lane: Lane | undefined
  isSettled = false
  wait: Timer | undefined
  private readonly onAbortSignal: () => void

  constructor(
    /** Id of the present try. */
    public id: number,
    readonly name: string,
    readonly input: unknown,
    options: Partial<RunOptions>,
    private readonly answer: { resolve: (result: unknown) => void; reject: (error: WorkerError) => void },
    onAbort: (job: Job) => void,
  ) {
    this.options = { ...runDefaults, ...options }
    this.onAbortSignal = () => onAbort(this)
    options.signal?.addEventListener('abort', this.onAbortSignal, { once: true })
  }

  resolve(result: unknown): void {
    if (this.settle()) this.answer.resolve(result)
  }

  reject(error: WorkerError): void {
    if (this.settle()) this.answer.reject(error)
  }

  private settle(): boolean {
    if (this.isSettled) return false
    this.isSettled = true
    this.wait?.cancel()
    this.options.signal?.removeEventListener('abort', this.onAbortSignal)
    return true
  }
}

export class JobQueue {
  private readonly jobs: Job[] = []

  constructor(
    private readonly capacity: number,
    private readonly clock: Clock,
    private readonly events: { onLength(length: number): void; onLate(job: Job): void },
  ) {}

  get length(): number {
    return this.jobs.length
  }

  get isFull(): boolean {
    return this.jobs.length >= this.capacity
  }

  /** @param isFirst for a job that was running when its worker was lost; it may exceed the bound */
  add(job: Job, isFirst = false): void {
    if (isFirst) this.jobs.unshift(job)
    else this.jobs.push(job)
    job.wait = this.clock.at(this.clock.now() + job.options.waitMs, () => {
      this.remove(job)
      this.events.onLate(job)
    })
    this.events.onLength(this.jobs.length)
  }

  remove(job: Job): void {
    const at = this.jobs.indexOf(job)
    if (at < 0) return
    this.jobs.splice(at, 1)
    job.wait?.cancel()
    this.events.onLength(this.jobs.length)
  }

  of(priority: Priority): Job[] {
    return this.jobs.filter((job) => job.options.priority === priority)
  }

  /** Empties the queue; every job fails with this error. */
  refuseAll(error: WorkerError): void {
    for (const job of this.jobs.splice(0)) job.reject(error)
    this.events.onLength(0)
  }
}
