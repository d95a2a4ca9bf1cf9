// A recogniser's session for a call whose audio the test writes, frame by frame.

import { frameSamples } from '../../src/audio/pcm.ts'
import type { RingAudio, Stt, SttOpen } from '../../src/providers/stt.ts'

/** A ring as long as a test needs it, in the memory of one thread. */
export class LongRing implements RingAudio {
  readonly place = 0
  written = 0
  private readonly samples: Int16Array

  /** @param capacity samples that are kept, and a frame more */
  constructor(private readonly capacity: number) {
    this.samples = new Int16Array(capacity + frameSamples)
  }

  get oldest(): number {
    return Math.max(0, this.written - this.capacity)
  }

  write(frame: Int16Array): void {
    for (const sample of frame) this.samples[this.written++ % this.samples.length] = sample
  }

  read(from: number, out: Int16Array): boolean {
    for (let i = 0; i < out.length; i++) out[i] = this.samples[(from + i) % this.samples.length]
    return from >= this.oldest
  }
}

/** More than any test writes: two minutes. */
export const longAudio = () => new LongRing(120 * 8_000)

export function openCall(stt: Stt, options: Pick<SttOpen, 'language' | 'callId' | 'onEvent'>) {
  const audio = longAudio()
  const session = stt.open({ ...options, audio, from: 0 })
  return {
    audio,
    write: (frame: Int16Array) => audio.write(frame),
    hint: session.hint.bind(session),
    finalize: session.finalize.bind(session),
    answered: () => session.answered?.(),
    /** The audio that no final transcript covers yet. */
    pending(): Int16Array {
      const from = session.coveredTo?.() ?? audio.written
      const samples = new Int16Array(audio.written - from)
      audio.read(from, samples)
      return samples
    },
    close: session.close.bind(session),
  }
}
export type HearingCall = ReturnType<typeof openCall>
