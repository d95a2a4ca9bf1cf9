// One worker thread that is always running or about to run again. Starts it, learns when it is ready, notices when it
// throws, exits or hangs, and starts another in its place. What is sent to the thread, and what to do with the work
// that a lost thread took along, is up to the owner: the worker pool (lane.ts), the voice judge, the recording writer,
// the embedded voice.

import type { Clock, Timer } from '../base/clock.ts'

/** The part of a Worker that is used here; a test passes a fake. */
export type ThreadWorker<In> = Pick<
  Worker,
  'onmessage' | 'onerror' | 'addEventListener' | 'ref' | 'unref' | 'terminate'
> & { postMessage(message: In): void }

/** Any message of a thread says its kind; `ready` means that the thread can work, and is not passed on. */
export type ThreadMessage = { kind: string }

export type ThreadLoss = {
  /** `died`: it threw or exited. `hung`: a deadline passed. `replaced`: the owner asked for it. */
  cause: 'died' | 'hung' | 'replaced'
  /** For the log: one line of at most 200 characters. */
  reason: string
  /** When the next thread starts: 0 when it has started already, undefined when `start` will start it. */
  againInMs: number | undefined
}

/** What to wait before the next thread starts. Each loss in a row doubles the delay, from `firstMs` to `maxMs`. */
export type RestartDelay = {
  firstMs: number
  maxMs: number
  /** A thread that had been ready is replaced without delay, until `isDown`. */
  isImmediateWhenReady?: boolean
}
export const restartDelayDefaults = { firstMs: 50, maxMs: 5_000 } as const satisfies RestartDelay

/** One lost thread may be one bad job, and a job is tried twice: three losses in a row are the thread's own fault. */
const lossesWhenDown = 3
/** A deadline that comes so late itself tells nothing of the thread, and is set once more. */
const stoodStillMs = 250

export type ThreadOptions<In, Out extends ThreadMessage> = {
  createWorker: () => ThreadWorker<In>
  clock: Clock
  /** Sent to each new thread before anything else: its settings and shared memory. */
  firstMessage?: In
  /**
   * Sent instead of terminating the thread, for a thread that must not be terminated in the middle of its work: it
   * ends itself when it comes to this message.
   */
  endMessage?: In
  /** `onDemand`: a thread starts with `start()` only, at the beginning and after a loss. */
  restart?: RestartDelay | 'onDemand'
  /** The first thread starts with `startFirst()` or `start()`; those after a loss as `restart` says. */
  startsLater?: boolean
  /**
   * Being ready ends a row of losses, unless a thread of that row had been ready too. Then `succeeded()` ends it, or,
   * when this is set, a thread that has stayed alive for this long after it was ready.
   */
  provenAfterMs?: number
  onMessage(message: Exclude<Out, { kind: 'ready' }>): void
  onReady?(): void
  /** The thread is gone, and its deadlines are cancelled. Not called by `close`. */
  onLost(loss: ThreadLoss): void
}

export class SupervisedThread<In, Out extends ThreadMessage> {
  /** Counts the threads started, so that an owner can tell whether what it keeps in a thread is still there. */
  generation = 0
  /** Threads lost since the beginning. */
  restarts = 0
  /** The present thread has said that it is ready. */
  isReady = false
  private worker: ThreadWorker<In> | undefined
  /** Lost in a row. */
  private losses = 0
  /** One of those had been ready: being ready proves nothing then. */
  private diedReady = false
  private closed = false
  private restartTimer: Timer | undefined
  private proofTimer: Timer | undefined
  private readonly deadlines = new Set<Timer>()

  constructor(private readonly options: ThreadOptions<In, Out>) {
    if (options.restart !== 'onDemand' && !options.startsLater) this.start()
  }

  /** Whether no thread was started yet. */
  get isUntried(): boolean {
    return this.generation === 0 && !this.closed
  }

  /** Whether a thread is there to send messages to; it may still be starting. */
  get isStarted(): boolean {
    return this.worker !== undefined
  }

  /** Whether three or more threads were lost in a row. */
  get isDown(): boolean {
    return this.losses >= lossesWhenDown
  }

  /** Starts the first thread, unless it was started already. */
  startFirst(): void {
    if (this.isUntried) this.start()
  }

  /** Starts a thread now if there is none, instead of a delayed restart. Does nothing after `close`. */
  start(): void {
    if (this.closed || this.worker !== undefined) return
    this.restartTimer?.cancel()
    this.restartTimer = undefined
    this.generation++
    const worker = this.options.createWorker()
    this.worker = worker
    worker.onmessage = ({ data }: MessageEvent<Out>) => {
      if (this.worker === worker) this.take(data)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      if (this.worker === worker) this.lose('died', errorLine(event.message))
    }
    // Bun's exit code tells too little: an unhandled rejection closes with 0. No close here was asked for.
    worker.addEventListener('close', () => {
      if (this.worker === worker) this.lose('died', 'the worker exited')
    })
    worker.unref()
    if (this.options.firstMessage !== undefined) worker.postMessage(this.options.firstMessage)
  }

  /** Sends a message to the thread; without a thread the message is lost. */
  post(message: In): void {
    this.worker?.postMessage(message)
  }

  /** Whether the thread keeps the process alive. A new thread does not. */
  keepAlive(isKept: boolean): void {
    if (isKept) this.worker?.ref()
    else this.worker?.unref()
  }

  /**
   * The thread hangs, and is replaced, unless this is cancelled in time.
   *
   * @param ms from now
   */
  deadline(ms: number): Timer {
    const { clock } = this.options
    const dueMs = clock.now() + ms
    const expire = () => {
      this.deadlines.delete(deadline)
      if (this.worker !== undefined) this.lose('hung', `no answer within ${Math.round(ms)} ms`)
    }
    let timer = clock.at(dueMs, () => {
      const nowMs = clock.now()
      // Our own thread stood still (a stopped process, a blocked event loop): an answer may wait to be read.
      if (nowMs - dueMs >= stoodStillMs) timer = clock.at(nowMs + ms, expire)
      else expire()
    })
    const deadline = { cancel: () => timer.cancel() }
    this.deadlines.add(deadline)
    return {
      cancel: () => {
        this.deadlines.delete(deadline)
        deadline.cancel()
      },
    }
  }

  /** The thread has done some of its work: the losses before it no longer count. */
  succeeded(): void {
    this.losses = 0
    this.diedReady = false
    this.proofTimer?.cancel()
  }

  /** Ends the thread and starts another as after a loss; `onLost` is called before this returns. */
  replace(reason: string): void {
    if (this.worker !== undefined) this.lose('replaced', reason)
  }

  /** Ends the thread for good. A thread with an `endMessage` finishes what it is doing. */
  close(): void {
    this.closed = true
    this.restartTimer?.cancel()
    this.drop(false)
  }

  private take(message: Out): void {
    if (message.kind !== 'ready') {
      this.options.onMessage(message as Exclude<Out, { kind: 'ready' }>)
      return
    }
    const { clock, provenAfterMs } = this.options
    this.isReady = true
    if (!this.diedReady) this.succeeded()
    else if (provenAfterMs !== undefined) {
      this.proofTimer = clock.at(clock.now() + provenAfterMs, () => this.succeeded())
    }
    this.options.onReady?.()
  }

  private lose(cause: ThreadLoss['cause'], reason: string): void {
    const wasReady = this.isReady
    this.drop(cause === 'died')
    this.restarts++
    this.losses++
    this.diedReady ||= wasReady
    this.options.onLost({ cause, reason, againInMs: this.restart(wasReady) })
  }

  private restart(wasReady: boolean): number | undefined {
    const { clock } = this.options
    const restart: RestartDelay | 'onDemand' = this.options.restart ?? restartDelayDefaults
    if (restart === 'onDemand') return undefined
    if (restart.isImmediateWhenReady && wasReady && !this.isDown) {
      this.start()
      return 0
    }
    const delayMs = Math.min(restart.maxMs, restart.firstMs * 2 ** (this.losses - 1))
    this.restartTimer = clock.at(clock.now() + delayMs, () => this.start())
    return delayMs
  }

  private drop(isDead: boolean): void {
    const { worker } = this
    const { endMessage } = this.options
    this.worker = undefined
    this.isReady = false
    this.proofTimer?.cancel()
    for (const timer of this.deadlines) timer.cancel()
    this.deadlines.clear()
    if (endMessage === undefined) worker?.terminate()
    else if (!isDead) worker?.postMessage(endMessage)
  }
}

/** The first line of an error: Bun puts a few lines of source before it. */
function errorLine(text: string): string {
  const isSource = (line: string) => line.trim() === '' || /^\s*(\d+ \||\^)/.test(line)
  const line = text.split('\n').find((candidate) => !isSource(candidate)) ?? 'the worker threw'
  return line.trim().slice(0, 200)
}
