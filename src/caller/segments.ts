// When the agent speaks and when it is silent, as heard at the telephone: by level alone, which is enough for
// synthesised speech on a clean line. Frames and their times in, beginnings and ends out.

import { frameMs, levelDb, rms } from '../audio/pcm.ts'

export type SegmentEvent =
  | { kind: 'began'; atMs: number }
  /** `levelDb` is the RMS level of all of it, in dB below full scale. */
  | { kind: 'ended'; startMs: number; endMs: number; levelDb: number }

/** Above the noise of any codec, below any speech. */
const speechDb = -45
/** Shorter silences are inside a sentence. */
const hangoverMs = 400

export class Segments {
  private startMs = -1
  private loudMs = 0
  private energy = 0
  private frames = 0

  constructor(private readonly onEvent: (event: SegmentEvent) => void) {}

  /** @param frame 160 samples of 8 kHz @param atMs its time; the times only grow */
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

  /** Ends what is under way, when the call is over. */
  end(): void {
    if (this.startMs < 0) return
    const { startMs, loudMs: endMs } = this
    this.startMs = -1
    const level = 10 * Math.log10(this.energy / this.frames / 32_768 ** 2)
    this.onEvent({ kind: 'ended', startMs, endMs, levelDb: level })
  }
}
