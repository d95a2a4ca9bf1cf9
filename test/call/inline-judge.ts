// The neural judge without its thread: the answer to a window comes two frames later, as measured with 100 calls at
// once. A test or bench can then process the labelled set faster than real time.

import { readFileSync } from 'node:fs'
import type { SpeechJudge } from '../../src/audio/detector.ts'
import { Silero } from '../../src/audio/silero.ts'
import { AskedWindows } from '../../src/audio/silero-windows.ts'

const delayFrames = 2
const weights = readFileSync(new URL('../../assets/models/silero-vad-8k.bin', import.meta.url))

export class InlineJudge implements SpeechJudge {
  probability: number | undefined
  readonly absent = false
  private readonly silero = new Silero(weights, 1)
  private newest: number | undefined
  private readonly coming: (number | undefined)[] = []
  private readonly windows = new AskedWindows((samples, at, first) => {
    if (first) this.silero.reset(0)
    this.silero.window.set(samples.subarray(at, at + this.silero.window.length))
    this.newest = this.silero.judge(0)
  })

  push(frame: Int16Array, asked: boolean): void {
    if (!asked) this.forget()
    this.windows.push(frame, asked)
    if (!asked) return
    this.coming.push(this.newest)
    if (this.coming.length > delayFrames) this.probability = this.coming.shift()
  }
  reset(): void {
    this.forget()
    this.windows.reset()
  }
  close(): void {}

  private forget(): void {
    this.newest = undefined
    this.probability = undefined
    this.coming.length = 0
  }
}

/** The judge that a call has when the thread is dead. */
export const absentJudge: SpeechJudge = {
  push() {},
  probability: undefined,
  absent: true,
  reset() {},
  close() {},
}
