// Both directions of a call in the browser's audio thread: `capture-8k` cuts the microphone's audio into 20 ms frames
// of 8 kHz, `play-8k` plays such frames. Nodes outside do the filtering for the change of rate
// (phone/player.ts, phone/socket-line.ts).

import { frameSamples, rateHz } from '../../../audio/pcm.ts'
import { PlayRing } from './phone/play-ring.ts'

// TypeScript's DOM library does not declare the globals of the audio thread.
declare const sampleRate: number
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

class Capture extends AudioWorkletProcessor {
  private frame = new Int16Array(frameSamples)
  private filled = 0
  private last = 0
  /** Position of the next 8 kHz sample, in device samples after `last`. */
  private ahead = 0

  process(inputs: Float32Array[][]): boolean {
    const input = inputs[0]?.[0]
    if (input === undefined) return true
    const step = sampleRate / rateHz
    for (const sample of input) {
      for (; this.ahead < 1; this.ahead += step) this.put(this.last + (sample - this.last) * this.ahead)
      this.ahead -= 1
      this.last = sample
    }
    return true
  }

  private put(value: number): void {
    this.frame[this.filled++] = Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767)))
    if (this.filled < frameSamples) return
    this.port.postMessage(this.frame, [this.frame.buffer])
    this.frame = new Int16Array(frameSamples)
    this.filled = 0
  }
}

class Play extends AudioWorkletProcessor {
  private readonly ring = new PlayRing()

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<Int16Array>) => this.ring.push(data)
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const output = outputs[0]?.[0]
    if (output !== undefined) this.ring.fill(output, sampleRate)
    return true
  }
}

registerProcessor('capture-8k', Capture)
registerProcessor('play-8k', Play)
