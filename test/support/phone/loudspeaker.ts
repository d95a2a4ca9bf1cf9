// The loudspeaker of a phone on a table: what it plays reaches the microphone lower and later. Packets are played one
// after the other as they come, so `delayMs` includes the phone's jitter buffer.

export class Loudspeaker {
  private readonly gain: number
  private readonly waiting: number[] = []

  constructor(echo: { db: number; delayMs: number } | undefined) {
    this.gain = echo ? 10 ** (echo.db / 20) : 0
    if (echo) for (let i = 0; i < echo.delayMs * 8; i++) this.waiting.push(0)
  }

  /** A packet was received. */
  push(samples: Int16Array): void {
    if (this.gain > 0) for (const sample of samples) this.waiting.push(sample)
  }

  /** The microphone's next samples, of the echo alone. @returns a new array */
  echo(length: number): Int16Array {
    const out = new Int16Array(length)
    if (this.gain === 0) return out
    for (const [i, sample] of this.waiting.splice(0, length).entries()) out[i] = this.gain * sample
    return out
  }
}
