// Deadlines for answers and streams. The SDKs' own timeouts end at the response headers, and a stream that goes silent
// hangs for ever (measured with groq-sdk 1.6 and openai 7.57), so every wait for a vendor goes through here.

import type { Clock, Timer } from '../base/clock.ts'
import { ProviderFailure } from './errors.ts'

export type Watch = {
  clock: Clock
  /** The adapter's name, for the message. */
  who: string
  /** Ends the wait; a watched stream then ends without an error. */
  signal: AbortSignal
}

const aborted = Symbol('aborted')

/** A time on the clock. A function may name a later one each time it is called. */
type Deadline = number | (() => number)

/**
 * Waits for `promise`, at most until `atMs` on the clock.
 *
 * @throws {ProviderFailure} `timeout` at the deadline, `aborted` when the signal aborts first; rejections of `promise`
 *   pass through
 */
export async function within<T>(promise: Promise<T>, atMs: Deadline, watch: Watch): Promise<T> {
  const waits = new Waits<T>(watch)
  try {
    const result = await waits.next(promise, atMs)
    if (result === aborted) throw new ProviderFailure('aborted', `${watch.who}: the request was aborted`)
    return result
  } finally {
    waits.end()
  }
}

/**
 * Yields what `source` yields. Throws `timeout` when the first item has not come by `firstAtMs`, or a later one within
 * `gapMs` of its request.
 *
 * @param stop called exactly once at the end, to free the connection
 */
export async function* watched<T>(
  source: AsyncIterable<T>,
  limits: { firstAtMs: number; gapMs: number },
  watch: Watch,
  stop: () => void,
): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]()
  const waits = new Waits<IteratorResult<T>>(watch)
  let atMs = limits.firstAtMs
  try {
    for (;;) {
      const step = await waits.next(items.next(), atMs)
      if (step === aborted || step.done) return
      yield step.value
      atMs = watch.clock.now() + limits.gapMs
    }
  } finally {
    waits.end()
    stop()
    // A hung source never settles `return`, so it is not awaited; a rejection there is only our own abort.
    items.return?.()?.catch(() => undefined)
  }
}

/**
 * One wait after another, with one listener and one timer for all of them: a model's answer has fifty pieces, and a
 * timer and a listener for each of them were a third of what it allocated.
 */
class Waits<T> {
  private open: PromiseWithResolvers<T | typeof aborted> | undefined
  private atMs: Deadline = 0
  private timer: Timer | undefined
  /** When the timer runs. */
  private dueMs = 0

  constructor(private readonly watch: Watch) {
    watch.signal.addEventListener('abort', this.onAbort, { once: true })
  }

  /** Resolves or rejects with `promise`, with `aborted`, or with a timeout; the wait before it must be over. */
  next(promise: Promise<T>, atMs: Deadline): Promise<T | typeof aborted> {
    if (this.watch.signal.aborted) {
      // The request was aborted, so its failure does not matter.
      promise.catch(() => undefined)
      return Promise.resolve(aborted)
    }
    this.atMs = atMs
    if (this.timer === undefined || this.deadline() < this.dueMs) this.arm()
    const open = Promise.withResolvers<T | typeof aborted>()
    this.open = open
    promise.then(open.resolve, open.reject)
    return open.promise
  }

  end(): void {
    this.timer?.cancel()
    this.watch.signal.removeEventListener('abort', this.onAbort)
  }

  private deadline(): number {
    return typeof this.atMs === 'number' ? this.atMs : this.atMs()
  }

  private arm(): void {
    this.timer?.cancel()
    this.dueMs = this.deadline()
    this.timer = this.watch.clock.at(this.dueMs, this.onTime)
  }

  private readonly onAbort = (): void => {
    this.timer?.cancel()
    this.open?.resolve(aborted)
  }

  /** A timer of an earlier wait comes too soon for this one. */
  private readonly onTime = (): void => {
    this.timer = undefined
    if (this.deadline() > this.watch.clock.now()) this.arm()
    else
      this.open?.reject(
        new ProviderFailure('timeout', `${this.watch.who} was silent too long`, { retryable: true }),
      )
  }
}
