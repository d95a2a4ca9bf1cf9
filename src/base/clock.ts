// Time as an argument. Code that measures or waits takes a Clock, so that a test can run a whole call in milliseconds
// (test/support/lab/fake-clock.ts). Monotonic milliseconds everywhere; wall-clock time only for records.

export type Timer = { cancel(): void }

export type Clock = {
  /** Monotonic milliseconds with a fraction; only differences mean anything. */
  now(): number
  /** Wall-clock milliseconds since 1970, for file names and log lines; may jump. */
  wallMs(): number
  /**
   * Runs `task` once, at or shortly after `atMs` on this clock. A time in the past runs it on the next turn of the
   * event loop, never inside this call.
   */
  at(atMs: number, task: () => void): Timer
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  at(atMs, task) {
    const handle = setTimeout(task, Math.max(0, atMs - performance.now()))
    return { cancel: () => clearTimeout(handle) }
  },
}

/** Resolves with true after `ms` on `clock`, or with false as soon as `signal` aborts. */
export function waitMs(clock: Clock, ms: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    const timer = clock.at(clock.now() + ms, () => {
      signal?.removeEventListener('abort', stop)
      resolve(true)
    })
    const stop = () => {
      timer.cancel()
      resolve(false)
    }
    signal?.addEventListener('abort', stop, { once: true })
  })
}
