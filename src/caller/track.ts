// One side of a call on a timeline of 8 kHz, for the stereo recording, and the gaps between its messages.

const samplesPerMs = 8

/** A message that is later than this leaves a gap in the recording; a telephone's jitter buffer covers less. */
const toleranceMs = 60

export type GapFigures = { count: number; p50Ms: number; p95Ms: number; p99Ms: number; maxMs: number }

export class Track {
  /** Samples discarded because the recording was full. */
  dropped = 0
  private buffer = new Int16Array(8_000)
  private length = 0
  private lastMs: number | undefined
  private readonly gapsMs: number[] = []

  /** @param maxMs longest recording; later samples are only counted, in `dropped` */
  constructor(private readonly maxMs: number) {}

  /** @param samples are copied @param atMs when they arrived, counted from the start of the call */
  add(samples: Int16Array, atMs: number): void {
    if (this.lastMs !== undefined && this.gapsMs.length < this.maxMs) this.gapsMs.push(atMs - this.lastMs)
    this.lastMs = atMs
    const at = Math.round(atMs * samplesPerMs)
    const start = at > this.length + toleranceMs * samplesPerMs || this.length === 0 ? at : this.length
    const room = Math.max(0, Math.min(samples.length, this.maxMs * samplesPerMs - start))
    this.dropped += samples.length - room
    if (room === 0) return
    this.reserve(start + room)
    this.buffer.set(samples.subarray(0, room), start)
    this.length = start + room
  }

  /** The recording from the start of the call, silent where nothing arrived; a view, valid until the next `add`. */
  samples(): Int16Array {
    return this.buffer.subarray(0, this.length)
  }

  /** Statistics of the times between messages. */
  gaps(): GapFigures {
    const sorted = Float64Array.from(this.gapsMs).sort()
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
    return { count: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) }
  }

  private reserve(samples: number): void {
    if (samples <= this.buffer.length) return
    const grown = new Int16Array(Math.max(samples, this.buffer.length * 2))
    grown.set(this.buffer.subarray(0, this.length))
    this.buffer = grown
  }
}
