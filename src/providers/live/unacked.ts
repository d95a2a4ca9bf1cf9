// Which of a call's audio a live recogniser has got, and which no result covers yet, so that it is sent again on a new
// connection. The audio itself stays where the call keeps it; here are positions only. Allocates nothing after
// construction.

import type { RingAudio } from '../stt.ts'

/** The longest message, in samples: one second. */
const mostSamples = 8_000
/** Every message is sent before the next one is made. */
const message = new Int16Array(mostSamples)
const bytes = new Uint8Array(message.buffer)

export class UnackedAudio {
  /** Audio before this position is not needed any more. */
  released: number
  /** Audio before this position was sent on the present connection. */
  sent: number
  /** Audio before this position was sent at least once, on any connection. */
  everSent: number

  /**
   * @param from position where hearing begins
   * @param maxSamples most samples that wait for a result
   * @param sentTo audio before it was sent by another session
   */
  constructor(
    private readonly audio: RingAudio,
    from: number,
    private readonly maxSamples: number,
    sentTo = from,
  ) {
    this.released = from
    this.sent = from
    this.everSent = Math.max(from, sentTo)
  }

  get written(): number {
    return this.audio.written
  }

  /** Begins anew for a new connection, from the first sample that is still needed. */
  restart(): void {
    this.sent = this.released
  }

  /**
   * The next message.
   *
   * @param samples its length; less is left for later, unless `partly`
   * @param end position that it does not go beyond
   * @returns bytes that are valid until the next call; undefined when there is not enough audio
   */
  next(samples: number, partly: boolean, end = this.written): Uint8Array | undefined {
    const length = Math.min(samples, mostSamples, end - this.sent)
    if (length <= 0 || (length < samples && !partly)) return undefined
    // Overwritten already: `trim` counts it.
    if (!this.audio.read(this.sent, message.subarray(0, length))) return undefined
    this.sent += length
    if (this.sent > this.everSent) this.everSent = this.sent
    return bytes.subarray(0, 2 * length)
  }

  /** Leaves out what is not needed any more. @returns how many samples */
  skip(): number {
    const skipped = Math.max(0, this.released - this.sent)
    this.sent += skipped
    return skipped
  }

  /** Audio before `position` need not be sent again. */
  release(position: number): void {
    this.released = Math.max(this.released, Math.min(position, this.written))
  }

  /** Lets go of audio beyond the bound. @returns how many samples of it were never sent */
  trim(): number {
    const first = Math.max(this.written - this.maxSamples, this.audio.oldest)
    if (first <= this.released) return 0
    const lost = Math.max(0, first - Math.max(this.released, this.everSent))
    this.release(first)
    return lost
  }
}
