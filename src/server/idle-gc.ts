// What is done while nobody calls: memory that calls have left behind is collected whole, which holds the event loop for
// longer than a frame and so has no place beside a call. Without it the process keeps the garbage of thousands of calls
// until the collector finds the heap large enough.

import type { Clock, Timer } from '../base/clock.ts'

export type QuietOptions = {
  clock: Clock
  liveCalls: () => number
  /** Tells of every call that ended. @returns what ends that */
  onEnded: (ended: () => void) => () => void
  collect: () => void
  /** Nobody has called for so long. */
  afterMs: number
}

/** @returns what ends it */
export function collectWhenQuiet({ clock, liveCalls, onEnded, collect, afterMs }: QuietOptions): () => void {
  let timer: Timer | undefined
  const unsubscribe = onEnded(() => {
    timer?.cancel()
    timer = clock.at(clock.now() + afterMs, () => {
      timer = undefined
      if (liveCalls() === 0) collect()
    })
  })
  return () => {
    timer?.cancel()
    unsubscribe()
  }
}
