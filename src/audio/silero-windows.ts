// Cuts a call's frames of 160 samples into the windows of 256 that the neural judge takes, only while windows are asked
// for. Otherwise it keeps the last 320 ms, so that the judge also gets what came before the first word.

import { frameSamples } from './pcm.ts'
import { windowSamples } from './silero.ts'

/** 320 ms: exactly ten windows and 16 frames. */
const keptSamples = 10 * windowSamples
/** Twice the history, so that samples move to the front once in 16 frames and not with each frame. */
const roomSamples = 2 * keptSamples

/**
 * @param samples 256 from `at` on, valid until the call returns
 * @param first whether the window follows no other, so that the judge must forget what it heard of this call
 */
export type TakeWindow = (samples: Int16Array, at: number, first: boolean) => void

/** One side of one call. Nothing is allocated after construction. */
export class AskedWindows {
  private readonly room = new Int16Array(roomSamples)
  /** End of the samples in `room`. */
  private end = 0
  private heard = 0
  /** Samples before `end` that are in no window yet. */
  private pending = 0
  private asking = false
  private first = true

  constructor(private readonly take: TakeWindow) {}

  /** @param frame 160 samples, copied @param asked whether windows are wanted; the first cover the past 320 ms */
  push(frame: Int16Array, asked: boolean): void {
    const { room } = this
    if (this.end + frameSamples > roomSamples) {
      room.copyWithin(0, this.end - keptSamples, this.end)
      this.end = keptSamples
    }
    room.set(frame, this.end)
    this.end += frameSamples
    this.heard = Math.min(keptSamples, this.heard + frameSamples)
    if (!asked) {
      this.asking = false
      return
    }
    if (this.asking) this.pending += frameSamples
    else {
      this.asking = true
      this.first = true
      // Whole windows that end now, so that the last one contains the newest frame.
      this.pending = this.heard - (this.heard > windowSamples ? this.heard % windowSamples : 0)
    }
    while (this.pending >= windowSamples) {
      this.take(room, this.end - this.pending, this.first)
      this.pending -= windowSamples
      this.first = false
    }
  }

  reset(): void {
    this.heard = 0
    this.asking = false
  }
}
