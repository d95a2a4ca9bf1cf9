// The 8 kHz samples that wait to be played, at the rate of the device. It buffers 60 ms before it starts, and again
// after an underrun; above 400 ms it skips ahead to 120 ms of buffer.

import { rateHz } from '../../../../audio/pcm.ts'

export class PlayRing {
  private readonly ring = new Float32Array(rateHz)
  private written = 0
  private read = 0
  private isPlaying = false

  /** @param samples of 8 kHz, copied */
  push(samples: Int16Array): void {
    for (const sample of samples) this.ring[this.written++ % rateHz] = sample / 32_768
    if (this.written - this.read > 0.4 * rateHz) this.read = this.written - 0.12 * rateHz
  }

  /** @param output filled; silence where nothing waits @param deviceHz rate of the output */
  fill(output: Float32Array, deviceHz: number): void {
    if (!this.isPlaying) this.isPlaying = this.written - this.read >= 0.06 * rateHz
    const step = rateHz / deviceHz
    for (let i = 0; i < output.length; i++) {
      if (this.isPlaying && this.written - this.read < 2) this.isPlaying = false
      output[i] = this.isPlaying ? this.next(step) : 0
    }
  }

  private next(step: number): number {
    const whole = Math.floor(this.read)
    const a = this.ring[whole % rateHz] ?? 0
    const b = this.ring[(whole + 1) % rateHz] ?? 0
    const value = a + (b - a) * (this.read - whole)
    this.read += step
    return value
  }
}
