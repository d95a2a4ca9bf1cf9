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
  const result = await race(promise, atMs, watch)
  if (result === aborted) throw new ProviderFailure('aborted', `${watch.who}: the request was aborted`)
  return result
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
  let atMs = limits.firstAtMs
  try {
    for (;;) {
      const step = await race(items.next(), atMs, watch)
      if (step === aborted || step.done) return
      yield step.value
      atMs = watch.clock.now() + limits.gapMs
    }
  } finally {
    stop()
    // A hung source never settles `return`, so it is not awaited; a rejection there is only our own abort.
    items.return?.()?.catch(() => undefined)
  }
}

function race<T>(promise: Promise<T>, atMs: Deadline, watch: Watch): Promise<T | typeof aborted> {
  const { clock, signal } = watch
  if (signal.aborted) {
    // The request was aborted, so its failure does not matter.
    promise.catch(() => undefined)
    return Promise.resolve(aborted)
  }
  return new Promise((resolve, reject) => {
    let timer: Timer | undefined
    const done = () => {
      timer?.cancel()
      signal.removeEventListener('abort', onAbort)
    }
    const onAbort = () => {
      done()
      resolve(aborted)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    const deadline = () => (typeof atMs === 'number' ? atMs : atMs())
    const onTime = () => {
      if (deadline() > clock.now()) {
        timer = clock.at(deadline(), onTime)
        return
      }
      done()
      reject(new ProviderFailure('timeout', `${watch.who} was silent too long`, { retryable: true }))
    }
    timer = clock.at(deadline(), onTime)
    promise.then(
      (value) => {
        done()
        resolve(value)
      },
      (error: unknown) => {
        done()
        reject(error)
      },
    )
  })
}
