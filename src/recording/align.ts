// Keeps the caller's track aligned with the agent's. The agent's track is the clock: one frame a tick. The caller's
// frames arrive late, in bursts, or not at all (a phone with silence suppression sends nothing, and a lost packet is
// missing). So silence is inserted where they lag, and quiet frames are dropped where they lead. The tracks are never
// more than 200 ms apart.

import { frameSamples } from '../audio/pcm.ts'
import type { Track } from './track.ts'

export type AlignOptions = {
  /** How far the caller may lag before silence is inserted. */
  lagMs: number
  /** How far the caller may lead before frames are dropped, quiet or not. */
  leadMs: number
  /** How far the agent's track may lag behind the clock before the skipped ticks become silence. */
  skippedMs: number
}
export const alignDefaults = { lagMs: 100, leadMs: 180, skippedMs: 100 } as const satisfies AlignOptions

const samplesPerMs = 8
/** One second: long enough for a late packet to have arrived. */
const windowFrames = 50
/** Below this peak, about −42 dBFS, a frame may be dropped or have silence inserted before it. */
const quietPeak = 256

export class Aligner {
  /** Frames of the caller dropped because they came faster than time passes. */
  droppedFrames = 0
  private seen = 0
  private leastLag = Number.POSITIVE_INFINITY
  private mostLag = Number.NEGATIVE_INFINITY
  /** Samples to insert (positive) or to drop (negative) at the next quiet frame. */
  private owed = 0

  constructor(
    private readonly callerTrack: Track,
    private readonly agentTrack: Track,
    private readonly options: AlignOptions = alignDefaults,
  ) {}

  /**
   * @param source what the track notes of the agent's frame
   * @param elapsedMs since the recording began, at the moment of this tick
   */
  agent(source: number, elapsedMs: number): void {
    const due = Math.floor(elapsedMs / 20) * frameSamples
    const behind = due - this.agentTrack.samples
    if (behind > this.options.skippedMs * samplesPerMs) this.agentTrack.silence(behind)
    this.agentTrack.append(source)
    const lag = this.agentTrack.samples - this.callerTrack.samples
    const extra = lag - this.options.lagMs * samplesPerMs
    if (extra > 0) this.callerTrack.silence(Math.ceil(extra / frameSamples) * frameSamples)
  }

  /**
   * @param frame is looked at only, for its level
   * @param source what the track notes of it
   * @returns false when the frame was dropped
   */
  caller(frame: Int16Array, source: number): boolean {
    const lag = this.agentTrack.samples - this.callerTrack.samples
    this.watch(lag)
    if (-lag >= this.options.leadMs * samplesPerMs) return this.drop()
    if (this.owed !== 0 && isQuiet(frame)) {
      if (this.owed < 0) {
        this.owed += frameSamples
        return this.drop()
      }
      this.callerTrack.silence(Math.min(this.owed, Math.max(0, lag)))
      this.owed = 0
    }
    this.callerTrack.append(source)
    return true
  }

  /** Makes both tracks equally long. */
  finish(): void {
    const length = Math.max(this.callerTrack.samples, this.agentTrack.samples)
    this.callerTrack.silence(length - this.callerTrack.samples)
    this.agentTrack.silence(length - this.agentTrack.samples)
  }

  /** A lag or lead that lasts a whole second is not jitter: frames were lost, or came in a burst. */
  private watch(lag: number): void {
    this.leastLag = Math.min(this.leastLag, lag)
    this.mostLag = Math.max(this.mostLag, lag)
    if (++this.seen < windowFrames) return
    this.owed = 0
    if (this.leastLag > frameSamples) this.owed = this.leastLag - frameSamples
    else if (this.mostLag <= -frameSamples) this.owed = this.mostLag
    this.seen = 0
    this.leastLag = Number.POSITIVE_INFINITY
    this.mostLag = Number.NEGATIVE_INFINITY
  }

  private drop(): false {
    this.droppedFrames++
    return false
  }
}

function isQuiet(frame: Int16Array): boolean {
  for (let i = 0; i < frame.length; i++) if (frame[i] > quietPeak || frame[i] < -quietPeak) return false
  return true
}
