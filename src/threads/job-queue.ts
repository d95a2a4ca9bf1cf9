// The jobs that wait for a worker: bounded, live ones before batches, each with a time after which it is no
// longer worth waiting. Who works on them is pool.ts's business.

import type { Clock, Timer } from '../base/clock.ts'
import type { Lane } from './lane.ts'
import type { WorkerError } from './protocol.ts'

export type Priority = 'live' | 'batch'

export type RunOptions = {
  /** A live call goes before a batch, and one worker never runs a batch (unless it is the only one). */
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

/** One job on its way: settled once, by its answer, its refusal or its abort, whichever comes first. */
export class Job {
  readonly options: RunOptions
  tries = 0
  /** Pieces that were handed on. */
  delivered = 0
  /** Where it runs, or ran last. */
  lane: Lane | undefined
  isSettled = false
  wait: Timer | undefined
  private readonly stop: () => void

  constructor(
    /** Of the present try. */
    public id: number,
    readonly name: string,
    readonly input: unknown,
    options: Partial<RunOptions>,
    private readonly answer: { resolve: (result: unknown) => void; reject: (error: WorkerError) => void },
    onAbort: (job: Job) => void,
  ) {
    this.options = { ...runDefaults, ...options }
    this.stop = () => onAbort(this)
    options.signal?.addEventListener('abort', this.stop, { once: true })
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
    this.options.signal?.removeEventListener('abort', this.stop)
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

  /** @param isFirst for a job that waited before and lost its worker; it may exceed the bound */
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

  /** Empties it, with this error for all. */
  refuseAll(error: WorkerError): void {
    for (const job of this.jobs.splice(0)) job.reject(error)
    this.events.onLength(0)
  }
}
