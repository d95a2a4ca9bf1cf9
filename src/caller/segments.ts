// Detects at the telephone when the agent speaks and when it is silent, by level alone: that is enough for synthesised
// speech on a clean line. Takes frames with their times, reports beginnings and ends.

import { frameMs, levelDb, rms } from '../audio/pcm.ts'

export type SegmentEvent =
  | { kind: 'began'; atMs: number }
  /** `levelDb` is the RMS level of the whole segment, in dB relative to full scale. */
  | { kind: 'ended'; startMs: number; endMs: number; levelDb: number }

/** Above the noise of codecs, below speech. */
const speechDb = -45
/** A shorter silence is part of the sentence. */
const hangoverMs = 400

export class Segments {
  private startMs = -1
  private loudMs = 0
  private energy = 0
  private frames = 0

  constructor(private readonly onEvent: (event: SegmentEvent) => void) {}

  /** @param frame 160 samples of 8 kHz @param atMs its time, never less than before */
  push(frame: Int16Array, atMs: number): void {
    const loud = levelDb(frame) > speechDb
    if (loud && this.startMs < 0) {
      this.startMs = atMs
      this.energy = 0
      this.frames = 0
      this.onEvent({ kind: 'began', atMs })
    }
    if (loud) {
      this.loudMs = atMs + frameMs
      this.energy += rms(frame) ** 2
      this.frames++
    } else if (this.startMs >= 0 && atMs - this.loudMs >= hangoverMs) this.end()
  }

  /** The call is over: ends the current segment. */
  end(): void {
    if (this.startMs < 0) return
    const { startMs, loudMs: endMs } = this
    this.startMs = -1
    const level = 10 * Math.log10(this.energy / this.frames / 32_768 ** 2)
    this.onEvent({ kind: 'ended', startMs, endMs, levelDb: level })
  }
}
