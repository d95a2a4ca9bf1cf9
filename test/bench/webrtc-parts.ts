// Where the time of the sound goes between Chromium and the bot, and who is late when Chromium has to conceal: looks
// into the server's jitter buffer and at its packets while a call runs in the same process.

import { JitterBuffer } from '../../src/webrtc/jitter.ts'
import { Media } from '../../src/webrtc/media.ts'
import { round, spread } from './crowd.ts'

/** Of Chromium's report on the sound that it gets: sums over frames, in seconds. */
export type Inbound = {
  concealedSamples: number
  silentConcealedSamples: number
  concealmentEvents: number
  packetsLost: number
  packetsReceived: number
  packetsDiscarded: number
  jitterBufferDelay: number
  jitterBufferTargetDelay: number
  jitterBufferEmittedCount: number
}

/** What one call shows between `begin` and `end`. */
export class Parts {
  private readonly waitedMs: number[] = []
  private readonly sentMs: number[] = []
  private readonly arrivedMs = new Map<number, number>()
  private readonly restore: () => void

  constructor() {
    const { push, take } = JitterBuffer.prototype
    const { sendFrame } = Media.prototype
    const { waitedMs, sentMs, arrivedMs } = this
    JitterBuffer.prototype.push = function (sequence, timestamp, payload, nowMs, back) {
      if (!arrivedMs.has(sequence)) arrivedMs.set(sequence, performance.now())
      push.call(this, sequence, timestamp, payload, nowMs, back)
    }
    JitterBuffer.prototype.take = function () {
      const { next } = this as unknown as { next: number }
      const played = take.call(this)
      const atMs = arrivedMs.get(next)
      arrivedMs.delete(next)
      if (played.kind === 'packet' && atMs !== undefined) waitedMs.push(performance.now() - atMs)
      return played
    }
    Media.prototype.sendFrame = function (frame) {
      sentMs.push(performance.now())
      sendFrame.call(this, frame)
    }
    this.restore = () => {
      Object.assign(JitterBuffer.prototype, { push, take })
      Object.assign(Media.prototype, { sendFrame })
    }
  }

  begin(): void {
    this.waitedMs.length = 0
    this.sentMs.length = 0
    this.arrivedMs.clear()
  }

  end(first: Inbound, last: Inbound) {
    this.restore()
    const between = (name: keyof Inbound) => last[name] - first[name]
    const frames = between('jitterBufferEmittedCount')
    const gapsMs = this.sentMs.slice(1).map((ms, i) => ms - (this.sentMs[i] ?? 0))
    return {
      ourJitterBufferMs: spread(this.waitedMs),
      ourPacketGapMs: spread(gapsMs),
      browserJitterBufferMs: round((1_000 * between('jitterBufferDelay')) / frames),
      browserTargetMs: round((1_000 * between('jitterBufferTargetDelay')) / frames),
      concealedSamples: between('concealedSamples'),
      concealedInSilence: between('silentConcealedSamples'),
      concealments: between('concealmentEvents'),
      packetsLost: between('packetsLost'),
      packets: between('packetsReceived'),
    }
  }
}
