// What a phone heard: every RTP packet with its time of arrival, and the samples on one time line. The socket is in
// media.ts.

export type Packet = { atMs: number; sequence: number; timestamp: number; ssrc: number; samples: Int16Array }

export type GapStatistics = { packets: number; p50Ms: number; p95Ms: number; p99Ms: number; maxMs: number }

export class Heard {
  readonly packets: Packet[] = []

  /** Times between arrivals, of the packets that came from `fromMs` to before `toMs` (of `performance.now()`). */
  gaps(fromMs = 0, toMs = Number.POSITIVE_INFINITY): number[] {
    const times = this.packets.map((packet) => packet.atMs).filter((atMs) => atMs >= fromMs && atMs < toMs)
    return times.slice(1).map((atMs, i) => atMs - times[i])
  }

  /**
   * The samples on the sender's time line: each packet where its RTP timestamp puts it, silence where none came.
   * A new source, or a jump of the timestamp that is not the time that passed, goes on where its first packet arrived.
   *
   * @param fromMs of `performance.now()`: earlier packets are left out
   * @returns mono 8 kHz s16; `startMs` is when the first sample arrived
   */
  samples(fromMs = 0): { startMs: number; samples: Int16Array } {
    const packets = this.packets.filter((packet) => packet.atMs >= fromMs)
    if (packets.length === 0) return { startMs: fromMs, samples: new Int16Array(0) }
    const startMs = packets[0].atMs
    const lengthMs = packets[packets.length - 1].atMs - startMs + 1_000
    const line = new Int16Array(Math.ceil(lengthMs) * 8)
    let used = 0
    let source = packets[0]
    let sourceAt = 0
    for (const packet of packets) {
      const arrivedAt = Math.round((packet.atMs - startMs) * 8)
      let at = sourceAt + ((packet.timestamp - source.timestamp) | 0)
      if (packet.ssrc !== source.ssrc || Math.abs(at - arrivedAt) > 4_000) {
        source = packet
        sourceAt = arrivedAt
        at = arrivedAt
      }
      const { samples } = packet
      if (at < 0 || at + samples.length > line.length) continue
      line.set(samples, at)
      used = Math.max(used, at + samples.length)
    }
    return { startMs, samples: line.subarray(0, used) }
  }

  /** The last `ms` of what came, in order of the time stamps. */
  last(ms: number): Int16Array {
    const { samples } = this.samples(this.lastAtMs() - ms - 200)
    return samples.subarray(Math.max(0, samples.length - ms * 8))
  }

  lastAtMs(): number {
    return this.packets[this.packets.length - 1]?.atMs ?? 0
  }
}

export function gapStatistics(gapsMs: readonly number[]): GapStatistics {
  const sorted = [...gapsMs].sort((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return {
    packets: gapsMs.length + 1,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: sorted[sorted.length - 1] ?? Number.NaN,
  }
}
