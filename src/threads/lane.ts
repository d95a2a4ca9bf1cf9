// One worker of the pool: sends it questions and returns the answers. A question that is not answered in time costs
// the worker its place; supervised-thread.ts starts the next one. What to ask, and what to do with a question that was
// lost, is up to the pool.

import type { Clock, Timer } from '../base/clock.ts'
import { type FromWorker, type ToWorker, WorkerError } from './protocol.ts'
import { restartDelayDefaults, SupervisedThread, type ThreadLoss } from './supervised-thread.ts'

/** The worker was lost before it answered. */
export class LostError extends Error {
  override name = 'LostError'
}

export type WorkerQuestion = ToWorker & { id: number }
type OpenQuestion = {
  resolve: (result: unknown) => void
  reject: (error: Error) => void
  onChunk?: (data: unknown) => void
  deadline: Timer
}

export type LaneEvents = {
  /** The worker was lost and is being replaced; every open question was rejected with LostError. */
  onLost(lane: Lane, reason: string): void
  /** The lane can take work, at its start and after a replacement. */
  onUp(lane: Lane): void
  onAsset(lane: Lane, message: FromWorker & { key: string }): void
}

/** A worker that stays alive for this long after it was ready counts as working, even without a job. */
const provenAfterMs = 5_000

export class Lane {
  /** When the job that runs here must be done, on the clock; 0 when none runs. */
  jobUntilMs = 0
  /** Streams open on the present worker. */
  streams = 0
  private readonly thread: SupervisedThread<ToWorker, FromWorker>
  private readonly open = new Map<number, OpenQuestion>()
  /** The worker asked to be replaced, and gets no new work. */
  private isRetiring = false

  constructor(
    readonly index: number,
    createWorker: () => Worker,
    clock: Clock,
    private readonly events: LaneEvents,
    startsLater = false,
  ) {
    this.thread = new SupervisedThread<ToWorker, FromWorker>({
      createWorker,
      clock,
      startsLater,
      restart: { ...restartDelayDefaults, isImmediateWhenReady: true },
      provenAfterMs,
      onMessage: (message) => this.take(message),
      onReady: () => events.onUp(this),
      onLost: (loss) => this.onLost(loss),
    })
  }

  /** Counts the workers that were here; a stream opened on an earlier one is gone. */
  get generation(): number {
    return this.thread.generation
  }

  /** Whether there is a worker to ask, or one that the first question starts: not while a restart is delayed. */
  get isUp(): boolean {
    return (this.thread.isStarted || this.thread.isUntried) && !this.isRetiring
  }

  /** Whether its worker was never started: the first question starts it. */
  get isUntried(): boolean {
    return this.thread.isUntried
  }

  /** Starts the worker, unless it was started already. @returns whether it was not */
  startFirst(): boolean {
    const { isUntried } = this
    this.thread.startFirst()
    return isUntried
  }

  /** Whether three or more workers were lost in a row. An answer, or a worker that stays alive, ends that. */
  get isDown(): boolean {
    return this.thread.isDown
  }

  /**
   * @param deadlineMs from now; a worker that has not answered by then is terminated
   * @throws {LostError} @throws {WorkerError}
   */
  ask(question: WorkerQuestion, deadlineMs: number, onChunk?: (data: unknown) => void): Promise<unknown> {
    this.thread.startFirst()
    if (!this.thread.isStarted) return Promise.reject(new LostError('no worker'))
    return new Promise((resolve, reject) => {
      const deadline = this.thread.deadline(deadlineMs)
      this.open.set(question.id, { resolve, reject, onChunk, deadline })
      this.post(question)
    })
  }

  post(message: ToWorker): void {
    this.thread.post(message)
  }

  close(): void {
    this.thread.close()
    this.rejectAll('the pool was closed')
  }

  private take(message: Exclude<FromWorker, { kind: 'ready' }>): void {
    switch (message.kind) {
      case 'chunk':
        this.open.get(message.id)?.onChunk?.(message.data)
        break
      case 'done':
        if (message.retire) this.isRetiring = true
        this.thread.succeeded()
        this.settle(message.id)?.resolve(message.result)
        this.retire()
        break
      case 'failed': {
        const { code, retryable } = message
        this.thread.succeeded()
        this.settle(message.id)?.reject(new WorkerError(code, message.message, { retryable }))
        this.retire()
        break
      }
      case 'broken':
        this.thread.replace(message.message)
        break
      default:
        this.events.onAsset(this, message)
    }
  }

  private settle(id: number): OpenQuestion | undefined {
    const question = this.open.get(id)
    question?.deadline.cancel()
    this.open.delete(id)
    return question
  }

  /** Replaces a worker that asked for it (its memory has grown) once no question is open; its streams move on. */
  private retire(): void {
    if (this.isRetiring && this.open.size === 0) this.thread.replace('it asked to be replaced')
  }

  private onLost({ reason }: ThreadLoss): void {
    this.isRetiring = false
    this.rejectAll(reason)
    this.events.onLost(this, reason)
  }

  private rejectAll(reason: string): void {
    this.streams = 0
    for (const id of [...this.open.keys()]) this.settle(id)?.reject(new LostError(reason))
  }
}
