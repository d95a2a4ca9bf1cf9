// The two batches of windows in the memory shared with the voice judge's thread: one is filled while the other is
// judged. Remembers which call gave which window, so that each answer finds its call. Allocates nothing per window.

import type { CallJudge } from './call-judge.ts'
import { windowSamples } from './silero.ts'
import { type Area, areaOf, firstFlag, sharedBytes } from './vad-areas.ts'

type Batch = {
  index: 0 | 1
  area: Area
  owners: (CallJudge | undefined)[]
  askings: number[]
  count: number
  sinceMs: number
}

export class JudgeBatches {
  readonly shared: SharedArrayBuffer
  /** The batch that takes the next window, and the other one. */
  private filling: Batch
  private judging: Batch
  private isJudging = false

  /** @param windows that one batch holds */
  constructor(private readonly windows: number) {
    this.shared = new SharedArrayBuffer(sharedBytes(windows))
    this.filling = this.batch(0)
    this.judging = this.batch(1)
  }

  /** Windows that wait for the thread. */
  get waiting(): number {
    return this.filling.count
  }

  /** Since when the thread has been judging, as the time of its oldest window; undefined while it is idle. */
  get judgingSinceMs(): number | undefined {
    return this.isJudging ? this.judging.sinceMs : undefined
  }

  /**
   * Copies a window of 256 samples, from `at` on.
   *
   * @param first the call's window before this one was not judged
   * @returns false when the batch is full
   */
  add(
    owner: CallJudge,
    asking: number,
    samples: Int16Array,
    at: number,
    first: boolean,
    nowMs: number,
  ): boolean {
    const { filling } = this
    if (filling.count === this.windows) return false
    const i = filling.count++
    const window = filling.area.windows[i]!
    for (let k = 0; k < windowSamples; k++) window[k] = samples[at + k]!
    filling.area.calls[i] = owner.place | (first ? firstFlag : 0)
    filling.owners[i] = owner
    filling.askings[i] = asking
    if (i === 0) filling.sinceMs = nowMs
    return true
  }

  /** The filled batch goes to the thread, if there is anything in it and the thread is idle. */
  handOver(): { area: 0 | 1; count: number } | undefined {
    if (this.isJudging || this.filling.count === 0) return undefined
    const batch = this.filling
    this.filling = this.judging
    this.judging = batch
    this.isJudging = true
    return { area: batch.index, count: batch.count }
  }

  /** Gives each answer of the judged batch to its call. @returns how many, and when the first window was added */
  answer(): { count: number; sinceMs: number } {
    const { area, owners, askings, count, sinceMs } = this.judging
    for (let i = 0; i < count; i++) {
      owners[i]?.take(askings[i]!, area.probabilities[i]!)
      owners[i] = undefined
    }
    this.judging.count = 0
    this.isJudging = false
    return { count, sinceMs }
  }

  /** The thread is lost: tells every call with a window in either batch that no answer will come. */
  loseAll(): void {
    for (const batch of [this.filling, this.judging]) {
      for (let i = 0; i < batch.count; i++) {
        batch.owners[i]?.miss()
        batch.owners[i] = undefined
      }
      batch.count = 0
    }
    this.isJudging = false
  }

  private batch(index: 0 | 1): Batch {
    return {
      index,
      area: areaOf(this.shared, this.windows, index),
      owners: new Array<CallJudge | undefined>(this.windows).fill(undefined),
      askings: new Array<number>(this.windows).fill(0),
      count: 0,
      sinceMs: 0,
    }
  }
}
