// Converts headerless PCM or WAV bytes to slin8 while they arrive, on the calling thread: 20 ms of audio take 5 µs,
// less than the 11 to 25 µs of a hop to a worker, and without its tails of milliseconds.

import { ownSamplesOf, rateHz } from '../audio/pcm.ts'
import { createResampler, type Resampler } from '../audio/resample.ts'

export class PcmStream {
  private readonly resampler: Resampler | undefined
  private readonly frameBytes: number
  private rest: Uint8Array = new Uint8Array(0)

  /**
   * @param fromHz of 16-bit little-endian samples
   * @param channels interleaved; they are mixed
   * @param isBigEndian the two bytes of each sample are swapped
   * @throws {AudioError} `badRate`
   */
  constructor(
    fromHz: number,
    private readonly channels = 1,
    private readonly isBigEndian = false,
  ) {
    if (fromHz !== rateHz) this.resampler = createResampler(fromHz, rateHz)
    this.frameBytes = 2 * channels
  }

  /**
   * @param bytes any number; half a sample waits for its other half
   * @returns what is ready, possibly nothing; a new array
   */
  push(bytes: Uint8Array): Int16Array {
    const whole = this.rest.length === 0 ? bytes : joined(this.rest, bytes)
    const length = whole.length - (whole.length % this.frameBytes)
    this.rest = whole.slice(length)
    const given = ownSamplesOf(this.ordered(whole.subarray(0, length)))
    const samples = this.mixed(given)
    if (this.resampler !== undefined) return this.resampler.push(samples).slice()
    return samples === given ? given.slice() : samples
  }

  /** Ends the stream; half a sample left over is dropped. */
  flush(): Int16Array {
    return this.resampler?.flush().slice() ?? new Int16Array(0)
  }

  private ordered(bytes: Uint8Array): Uint8Array {
    return this.isBigEndian ? Buffer.from(bytes).swap16() : bytes
  }

  private mixed(samples: Int16Array): Int16Array {
    const { channels } = this
    if (channels === 1) return samples
    const mono = new Int16Array(samples.length / channels)
    for (let i = 0; i < mono.length; i++) {
      let sum = 0
      for (let c = 0; c < channels; c++) sum += samples[i * channels + c]!
      mono[i] = Math.round(sum / channels)
    }
    return mono
  }
}

/** Whether samples jump more in little-endian order than in big-endian: sound is smooth, swapped bytes are noise. */
export function isRougher(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let [little, big] = [0, 0]
  for (let at = 2; at + 1 < bytes.length; at += 2) {
    little += Math.abs(view.getInt16(at, true) - view.getInt16(at - 2, true))
    big += Math.abs(view.getInt16(at) - view.getInt16(at - 2))
  }
  return little > big
}

export type WavHeader = {
  rateHz: number
  channels: number
  /** 16-bit PCM, which needs no ffmpeg. */
  isPcm16: boolean
  /** Offset of the first sample. */
  dataAt: number
  /** Bytes of samples; undefined when the writer did not know. */
  dataBytes?: number
}

/** Reads a WAV header. @returns undefined while it is incomplete, `bad` when it is not a WAV header */
export function wavHeaderOf(bytes: Uint8Array): WavHeader | 'bad' | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12) return undefined
  if (view.getUint32(0) !== riff || view.getUint32(8) !== wave) return 'bad'
  let format: Pick<WavHeader, 'rateHz' | 'channels' | 'isPcm16'> | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = view.getUint32(at)
    const size = view.getUint32(at + 4, true)
    if (name === data) {
      if (format === undefined || format.channels === 0) return 'bad'
      // Streaming writers leave a size of 0 or almost 2³², which means "to the end".
      const dataBytes = size === 0 || size >= 0x7fff_f000 ? undefined : size
      return { ...format, dataAt: at + 8, dataBytes }
    }
    if (name === fmt) {
      if (size < 16) return 'bad'
      if (at + 8 + size > bytes.length) return undefined
      const encoding = view.getUint16(at + 8, true)
      const subformat = encoding === 0xfffe && size >= 26 ? view.getUint16(at + 32, true) : encoding
      const isPcm16 = subformat === 1 && view.getUint16(at + 22, true) === 16
      format = { channels: view.getUint16(at + 10, true), rateHz: view.getUint32(at + 12, true), isPcm16 }
    }
    at += 8 + size + (size & 1)
  }
  return undefined
}

const [riff, wave, fmt, data] = [0x52494646, 0x57415645, 0x666d7420, 0x64617461]

export function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
