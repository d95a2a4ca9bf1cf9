// Numbers the frames of a stream that has no sequence numbers, so that a lost frame keeps its place in time. A frame
// that arrives 20 ms after its time is either late or follows a lost one. A late one is followed by the others in a
// burst; after a lost one all are late. So only what stays late moves the numbers, and a frame that is early again
// moves them back.

import { frameMs } from './pcm.ts'

/** Frames this late against the earliest of the last seconds follow a lost one. */
const lostMs = 16
/** The earliest frame counts for less by this with every frame, because clocks differ: 1 000 ppm. */
const creepMs = 0.02
/** Frames in a row that must be late: on a quiet line, and on one whose frames come at uneven times. */
const [quietFrames, unevenFrames] = [2, 5]
/** Lateness that makes a line uneven, and the share of it that is forgotten with every frame. */
const unevenMs = 8
const forgetShare = 0.01

/** One direction of one call. Nothing is allocated per frame. */
export class FrameSlots {
  private slot = -1
  /** When the frame of slot 0 would have arrived, at the earliest. */
  private firstMs = Number.NaN
  private lateFrames = 0
  private leastLateMs = 0
  private unevenness = 0

  /** @returns the number of the frame that arrives now: frames 20 ms apart have numbers 1 apart */
  take(nowMs: number): number {
    this.slot++
    if (Number.isNaN(this.firstMs)) this.firstMs = nowMs - this.slot * frameMs
    this.firstMs += creepMs
    let lateMs = this.lateMs(nowMs)
    if (lateMs <= -lostMs) {
      const back = Math.round(-lateMs / frameMs)
      this.slot -= back
      lateMs += back * frameMs
      this.unevenness = Math.max(this.unevenness, back * frameMs)
    }
    if (lateMs < 0) {
      this.firstMs += lateMs
      lateMs = 0
    }
    this.follow(lateMs)
    return this.slot
  }

  /** No frame came in this 20 ms, nor for some time before. @returns the number of the missing one */
  miss(nowMs: number): number {
    if (Number.isNaN(this.firstMs)) return ++this.slot
    this.slot = Math.max(this.slot, Math.floor(this.lateMs(nowMs) / frameMs) + this.slot)
    this.lateFrames = 0
    return this.slot
  }

  private lateMs(nowMs: number): number {
    return nowMs - this.firstMs - this.slot * frameMs
  }

  private follow(lateMs: number): void {
    if (lateMs < lostMs) {
      // Those before were late and not lost.
      if (this.lateFrames > 0) this.unevenness = Math.max(this.unevenness, this.leastLateMs)
      this.unevenness = Math.max(lateMs, this.unevenness * (1 - forgetShare))
      this.lateFrames = 0
      return
    }
    this.leastLateMs = this.lateFrames === 0 ? lateMs : Math.min(this.leastLateMs, lateMs)
    this.lateFrames++
    if (this.lateFrames < (this.unevenness > unevenMs ? unevenFrames : quietFrames)) return
    this.slot += Math.floor((this.leastLateMs + frameMs - lostMs) / frameMs)
    this.lateFrames = 0
  }
}
