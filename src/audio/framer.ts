// Turns payloads of any length and rate into frames of 160 samples at 8 kHz, the only form that the rest of the program
// handles. Unusable audio becomes silence of the same duration, so that time does not slip. Independent of the wire.

import { rateHz as frameRateHz, frameSamples } from './pcm.ts'
import { createResampler } from './resample.ts'

/** The part of resample.ts that is used; `push` returns a view that is valid until its next call. */
export type FramerResampler = { push(input: Int16Array): Int16Array; flush(): Int16Array }

export type FramerOptions = {
  /** Default: the one of resample.ts. */
  createResampler?: (fromHz: number, toHz: number) => FramerResampler
  /** @param frame 160 samples of 8 kHz mono, the same array every time, valid until return */
  onFrame: (frame: Int16Array) => void
  /** `odd`: half a sample too many, so none of the samples can be trusted. */
  onUnusable: (why: 'empty' | 'odd') => void
}

/**
 * One per call. At 8 kHz nothing is allocated per payload; the first payload of another rate creates a resampler, one
 * per rate at most.
 */
export class Framer {
  private readonly frame = new Int16Array(frameSamples)
  private readonly frameBytes = new Uint8Array(this.frame.buffer)
  private filledBytes = 0
  private rateHz = frameRateHz
  private readonly resamplers = new Map<number, FramerResampler>()
  /** Aligned copy of a payload of another rate; grows to the longest one, 32 767 samples at most. */
  private samples = new Int16Array(0)

  constructor(private readonly options: FramerOptions) {}

  /**
   * @param payload s16 little-endian mono at any byte offset, 0 to 65 535 bytes; not kept after return
   * @param rateHz its sample rate
   */
  push(payload: Uint8Array, rateHz: number): void {
    if (payload.length === 0) {
      this.options.onUnusable('empty')
      return
    }
    const usable = payload.length % 2 === 0
    if (!usable) this.options.onUnusable('odd')
    if (rateHz !== this.rateHz) this.changeRate(rateHz)
    if (rateHz === frameRateHz) {
      if (usable) this.append(payload)
      else this.appendSilence(payload.length - 1)
      return
    }
    const resampled = this.resampler(rateHz).push(this.aligned(payload, usable))
    if (resampled.length > 0) this.append(bytesOf(resampled))
  }

  /**
   * One frame of 8 kHz, like `push` of its 320 bytes, without a view of them.
   *
   * @param bytes the frame's begin at `at`; not kept after return
   */
  pushFrame(bytes: Uint8Array, at: number): void {
    if (this.rateHz !== frameRateHz || this.filledBytes !== 0) {
      this.push(bytes.subarray(at, at + this.frameBytes.length), frameRateHz)
      return
    }
    copyBytes.call(bytes as Buffer, this.frameBytes, 0, at, at + this.frameBytes.length)
    this.options.onFrame(this.frame)
  }

  private append(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      const taken = Math.min(this.frameBytes.length - this.filledBytes, bytes.length - at)
      this.frameBytes.set(taken === bytes.length ? bytes : bytes.subarray(at, at + taken), this.filledBytes)
      this.advance(taken)
      at += taken
    }
  }

  private appendSilence(bytes: number): void {
    for (let left = bytes; left > 0; ) {
      const taken = Math.min(this.frameBytes.length - this.filledBytes, left)
      this.frameBytes.fill(0, this.filledBytes, this.filledBytes + taken)
      this.advance(taken)
      left -= taken
    }
  }

  private advance(bytes: number): void {
    this.filledBytes += bytes
    if (this.filledBytes < this.frameBytes.length) return
    this.filledBytes = 0
    this.options.onFrame(this.frame)
  }

  /** Appends what the old rate's resampler still holds; it starts a new stream when its rate comes back. */
  private changeRate(rateHz: number): void {
    const tail = this.resamplers.get(this.rateHz)?.flush()
    if (tail && tail.length > 0) this.append(bytesOf(tail))
    this.rateHz = rateHz
  }

  private resampler(rateHz: number): FramerResampler {
    let resampler = this.resamplers.get(rateHz)
    if (!resampler) {
      resampler = (this.options.createResampler ?? createResampler)(rateHz, frameRateHz)
      this.resamplers.set(rateHz, resampler)
    }
    return resampler
  }

  /** A copy, because an Int16Array cannot start at an odd byte offset; zeros for unusable audio. */
  private aligned(payload: Uint8Array, usable: boolean): Int16Array {
    const count = payload.length >> 1
    if (count > this.samples.length) this.samples = new Int16Array(count)
    const samples = this.samples.subarray(0, count)
    if (usable) bytesOf(samples).set(payload)
    else samples.fill(0)
    return samples
  }
}

/** Copies part of an array without a view of it: 90 ns instead of 260 for a view and `set`. */
const copyBytes = Buffer.prototype.copy

function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
}
