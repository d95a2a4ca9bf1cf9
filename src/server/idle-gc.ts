// Collects the memory that calls have left behind while no call is live. A full collection stops the event loop for
// longer than a frame, so it must not run beside a call. Without it the process keeps the garbage of thousands of calls
// until the collector finds the heap large enough.

import type { Clock, Timer } from '../base/clock.ts'

export type IdleOptions = {
  clock: Clock
  liveCalls: () => number
  /** Reports every call that ended. @returns unsubscribe */
  onEnded: (ended: () => void) => () => void
  collect: () => void
  /** Time since the last call ended, in ms, after which to collect. */
  idleMs: number
}

/** @returns a stop function */
export function collectWhenIdle({ clock, liveCalls, onEnded, collect, idleMs }: IdleOptions): () => void {
  let timer: Timer | undefined
  const unsubscribe = onEnded(() => {
    timer?.cancel()
    timer = clock.at(clock.now() + idleMs, () => {
      timer = undefined
      if (liveCalls() === 0) collect()
    })
  })
  return () => {
    timer?.cancel()
    unsubscribe()
  }
}
