// One supervised worker: a place in the pool that always has a worker in it, or is about to. Asks it, watches
// each answer's deadline, and puts a new worker in its place when it throws, exits or spins. What to ask, and
// what to do with a question that was lost, is the pool's.

import type { Clock, Timer } from '../base/clock.ts'
import { type FromWorker, type ToWorker, WorkerError } from './protocol.ts'

/** The worker went away before it answered. */
export class LostError extends Error {
  override name = 'LostError'
}

export type Question = ToWorker & { id: number }
type Open = {
  resolve: (result: unknown) => void
  reject: (error: Error) => void
  onChunk?: (data: unknown) => void
  timer: Timer
}

export type LaneEvents = {
  /** The worker was lost and is being replaced; every open question was rejected with LostError. */
  onLost(lane: Lane, reason: string): void
  /** The lane can take work, at its start and after a replacement. */
  onUp(lane: Lane): void
  onAsset(lane: Lane, message: FromWorker & { key: string }): void
}

/** A worker that dies before it was ready, or as one of many, is started again after this long, doubled each time. */
const firstBackoffMs = 50
const maxBackoffMs = 5_000
/** So many workers lost in a row are no accident: a job is tried twice, so that one bad job can cost two. */
const lossesWhenDown = 3
/** A worker that lives so long after its start is sound, even when nobody asked it anything. */
const soundAfterMs = 5_000

export class Lane {
  /** Counts the workers that were here; a stream opened on an earlier one is gone. */
  generation = 0
  /** When the job that runs here must be done, on the clock; 0 when none runs. */
  jobUntilMs = 0
  /** Streams open on the present worker. */
  streams = 0
  private worker: Worker | undefined
  private readonly open = new Map<number, Open>()
  /** Workers lost in a row, without an answer between them. */
  private losses = 0
  /** Some of them had been ready: being ready again is no proof then. */
  private diedReady = false
  private sound: Timer | undefined
  private isReady = false
  private restart: Timer | undefined
  private retiring = false
  private closed = false

  constructor(
    readonly index: number,
    private readonly start: () => Worker,
    private readonly clock: Clock,
    private readonly events: LaneEvents,
  ) {
    this.begin()
  }

  /** Whether there is a worker to ask: not while a restart waits for its turn. */
  get isUp(): boolean {
    return this.worker !== undefined && !this.retiring
  }

  /** Whether one worker after the other is lost here. An answer, or a worker that stays alive, ends that. */
  get isDown(): boolean {
    return this.losses >= lossesWhenDown
  }

  /**
   * @param deadlineMs from now; a worker that has not answered by then is ended
   * @throws {LostError} @throws {WorkerError}
   */
  ask(question: Question, deadlineMs: number, onChunk?: (data: unknown) => void): Promise<unknown> {
    const { worker } = this
    if (worker === undefined) return Promise.reject(new LostError('no worker'))
    return new Promise((resolve, reject) => {
      const timer = this.clock.at(this.clock.now() + deadlineMs, () =>
        this.lose(`no answer within ${Math.round(deadlineMs)} ms`),
      )
      this.open.set(question.id, { resolve, reject, onChunk, timer })
      this.post(question)
    })
  }

  post(message: ToWorker): void {
    this.worker?.postMessage(message)
  }

  close(): void {
    this.closed = true
    this.restart?.cancel()
    this.drop('the pool was closed')
  }

  private begin(): void {
    this.generation++
    this.isReady = false
    this.retiring = false
    this.restart = undefined
    const worker = this.start()
    this.worker = worker
    worker.onmessage = (event: MessageEvent<FromWorker>) => {
      if (this.worker === worker) this.take(event.data)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      if (this.worker === worker) this.lose(firstLine(event.message))
    }
    // Bun tells by the code too little: an unhandled rejection closes with 0. Any close here was not asked for.
    worker.addEventListener('close', () => {
      if (this.worker === worker) this.lose('the worker exited')
    })
    worker.unref()
  }

  private take(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.isReady = true
        if (!this.diedReady) this.prove()
        else this.sound = this.clock.at(this.clock.now() + soundAfterMs, () => this.prove())
        this.events.onUp(this)
        break
      case 'chunk':
        this.open.get(message.id)?.onChunk?.(message.data)
        break
      case 'done': {
        if (message.retire) this.retiring = true
        this.prove()
        this.settle(message.id)?.resolve(message.result)
        this.retire()
        break
      }
      case 'failed': {
        const { code, retryable } = message
        this.prove()
        this.settle(message.id)?.reject(new WorkerError(code, message.message, { retryable }))
        this.retire()
        break
      }
      case 'broken':
        this.lose(message.message)
        break
      default:
        this.events.onAsset(this, message)
    }
  }

  private prove(): void {
    this.losses = 0
    this.diedReady = false
    this.sound?.cancel()
  }

  private settle(id: number): Open | undefined {
    const open = this.open.get(id)
    open?.timer.cancel()
    this.open.delete(id)
    return open
  }

  /** A grown worker goes when nothing is open on it; its streams are opened again elsewhere. */
  private retire(): void {
    if (this.retiring && this.open.size === 0) this.lose('it asked to be replaced')
  }

  private lose(reason: string): void {
    const wasReady = this.isReady
    this.drop(reason)
    if (this.closed) return
    this.losses++
    this.diedReady ||= wasReady
    if (wasReady && !this.isDown) this.begin()
    else {
      const delayMs = Math.min(maxBackoffMs, firstBackoffMs * 2 ** (this.losses - 1))
      this.restart = this.clock.at(this.clock.now() + delayMs, () => this.begin())
    }
    this.events.onLost(this, reason)
  }

  private drop(reason: string): void {
    const { worker } = this
    this.worker = undefined
    this.streams = 0
    this.sound?.cancel()
    worker?.terminate()
    for (const id of [...this.open.keys()]) this.settle(id)?.reject(new LostError(reason))
  }
}

/** Bun puts a few lines of source before the error itself. */
function firstLine(text: string): string {
  const isFrame = (line: string) => line.trim() === '' || /^\s*(\d+ \||\^)/.test(line)
  const line = text.split('\n').find((candidate) => !isFrame(candidate)) ?? 'the worker threw'
  return line.trim().slice(0, 200)
}
