// How many frames a jitter buffer should hold: as many as the network's jitter needs, and as its losses need. Pure:
// times are arguments.

import { frameMs } from '../audio/pcm.ts'
import { distance } from './rtp.ts'

export type DepthOptions = {
  minFrames: number
  maxFrames: number
  /** RTP clock units per millisecond: 8 for G.711, 48 for Opus whatever its sample rate. */
  unitsPerMs: number
}
export const depthDefaults = { minFrames: 2, maxFrames: 6, unitsPerMs: 8 } as const satisfies DepthOptions

/** How fast a peak of jitter is forgotten: 20 ms in 4 s. */
const peakDecayMs = 0.1
/** How fast the shortest transit time is forgotten, so that clocks may drift: 500 ppm. */
const creepMs = 0.01
/** A transit time that differs by more than this belongs to new timestamps, not to the network. */
const newStreamMs = 2_000
/** A longer gap in the sequence numbers is a new stream or an outage. */
const maxRun = 32
/** How long a run of lost packets counts: 30 s. At 5 % loss two packets in a row are lost every 8 s. */
const runTicks = 1_500

export class WantedDepth {
  private peakMs = 0
  private baseMs = Number.NaN
  private baseTimestamp = 0
  /** Sequence number of the newest packet; -1 before the first. */
  private newest = -1
  /** By how many frames the oldest copy in a packet is older than the packet. */
  private copies = 0
  /** Lost packets in a row that later packets bring back, and for how many ticks that counts. */
  private run = 0
  private runFor = 0

  constructor(private readonly options: DepthOptions) {}

  get frames(): number {
    const { minFrames, maxFrames } = this.options
    const forJitter = 1 + Math.ceil(this.peakMs / frameMs)
    return Math.min(maxFrames, Math.max(minFrames, forJitter, 1 + this.run))
  }

  /** Once per 20 ms. */
  tick(): void {
    if (this.runFor > 0 && --this.runFor === 0) this.run = 0
  }

  /** A new stream begins with this packet. */
  restart(sequence: number): void {
    this.baseMs = Number.NaN
    this.newest = sequence
    this.copies = 0
  }

  /** A packet held a copy of the frame that is `back` frames older. */
  copy(back: number): void {
    if (back > this.copies) this.copies = back
  }

  /** @param hasFec whether the packet can restore the frame before its own */
  arrival(sequence: number, timestamp: number, nowMs: number, hasFec: boolean): void {
    this.measure(timestamp, nowMs)
    this.watchRuns(sequence, hasFec)
  }

  /** The transit time beyond the shortest one is jitter; its recent peak is what the buffer must bridge. */
  private measure(timestamp: number, nowMs: number): void {
    const dueMs = this.baseMs + ((timestamp - this.baseTimestamp) | 0) / this.options.unitsPerMs
    const excessMs = nowMs - dueMs
    this.baseTimestamp = timestamp
    if (excessMs >= 0 && excessMs < newStreamMs) {
      this.baseMs = dueMs + creepMs
      this.peakMs = Math.max(excessMs, this.peakMs - peakDecayMs)
      return
    }
    // The first packet, one that came faster than all before, or a stream with new timestamps.
    this.baseMs = nowMs
    if (excessMs > -newStreamMs && excessMs < 0) this.peakMs -= excessMs
  }

  /**
   * The frames of a run of lost packets come back only when later packets are there before the first one is due. Each
   * copy in a packet reaches one frame further back, and FEC one more; beyond that, depth would only be delay.
   */
  private watchRuns(sequence: number, hasFec: boolean): void {
    const gap = distance(sequence, this.newest) - 1
    if (gap < 0) return
    this.newest = sequence
    if (gap === 0 || gap > maxRun) return
    const run = Math.min(gap, this.copies + (hasFec ? 1 : 0))
    if (run === 0 || run < this.run) return
    this.run = run
    this.runFor = runTicks
  }
}
