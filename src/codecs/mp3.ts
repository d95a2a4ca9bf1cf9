// Decodes MP3 to slin8 while it arrives, with libmpg123 as WebAssembly (mpg123-decoder). The first sound comes out one
// network packet after the first bytes; ffmpeg would need the whole file. Runs in a worker.

import type { MPEGDecodedAudio, MPEGDecoder } from 'mpg123-decoder'
import { rateHz, toSample } from '../audio/pcm.ts'
import { createResampler, type Resampler } from '../audio/resample.ts'
import { AppError } from '../base/errors.ts'
import { shareSamples } from '../threads/protocol.ts'
import type { StreamState } from '../threads/worker-loop.ts'
import { inspectAudio } from './inspect.ts'

/** A decoder made ahead of need: making the first takes 35 ms, each later one 2 ms. */
let spare: Promise<MPEGDecoder> | undefined

export function warmMp3(): Promise<MPEGDecoder> {
  spare ??= makeDecoder()
  return spare
}

/** By a dynamic import: from a static one Bun's bundler drops a class that the package's index.js uses as it loads. */
export async function makeDecoder(): Promise<MPEGDecoder> {
  const { MPEGDecoder } = await import('mpg123-decoder')
  const decoder = new MPEGDecoder()
  await decoder.ready
  return decoder
}

/** How much of a stream is kept to check for a cut end; 4 MB are four minutes at 128 kbit/s. */
const keptBytes = 4_000_000
/** Encoder delay and padding: three of the longest frames. */
const slackMs = 220

/**
 * Opens one stream of MP3. `push` takes a Uint8Array and returns what is decoded as slin8 in shared memory; `end`
 * returns the rest.
 *
 * @throws {AppError} `badAudio` at the end, when there was no sound, frames were damaged or the end is missing
 */
export async function openMp3(): Promise<StreamState> {
  const decoder = await warmMp3()
  spare = undefined
  return new Mp3Stream(decoder)
}

class Mp3Stream implements StreamState {
  private resampler: Resampler | undefined
  private heardMs = 0
  private faults = 0
  private kept: Uint8Array[] = []
  private bytes = 0

  constructor(private readonly decoder: MPEGDecoder) {}

  push(data: Uint8Array): Int16Array<SharedArrayBuffer> {
    this.bytes += data.length
    if (this.bytes <= keptBytes) this.kept.push(data)
    return shareSamples(this.convert(quietly(() => this.decoder.decode(data))))
  }

  end(): Int16Array<SharedArrayBuffer> {
    if (this.heardMs === 0) throw new AppError('badAudio', `no sound in ${this.bytes} bytes of MP3`)
    if (this.faults > 0)
      throw new AppError('badAudio', `${this.faults} damaged frames in ${this.bytes} bytes of MP3`)
    this.checkLength()
    return shareSamples(this.resampler?.flush() ?? new Int16Array(0))
  }

  close(): void {
    this.decoder.free()
    this.kept = []
    // Now rather than when the stream opened: there it would have delayed the first samples.
    warmMp3().catch(() => {
      spare = undefined // the next stream tries again and gets the error
    })
  }

  private convert(decoded: MPEGDecodedAudio): Int16Array {
    const { channelData, samplesDecoded, sampleRate, errors } = decoded
    this.faults += errors.length
    if (samplesDecoded === 0) return new Int16Array(0)
    this.heardMs += (samplesDecoded * 1_000) / sampleRate
    if (this.resampler?.fromHz !== sampleRate) this.resampler = createResampler(sampleRate, rateHz)
    return this.resampler.push(mixed(channelData, samplesDecoded))
  }

  private checkLength(): void {
    if (this.bytes > keptBytes) return
    const whole = new Uint8Array(this.bytes)
    let at = 0
    for (const piece of this.kept) {
      whole.set(piece, at)
      at += piece.length
    }
    const found = inspectAudio(whole)
    const missingMs = (found?.durationMs ?? 0) - this.heardMs
    if (found?.fault !== undefined || missingMs > slackMs) {
      throw new AppError('badAudio', `MP3 is ${found?.fault ?? 'short'} after ${Math.round(this.heardMs)} ms`)
    }
  }
}

/** Both channels in one; mpg123-decoder gives a mono stream twice. */
function mixed(channels: Float32Array[], length: number): Int16Array {
  const [left, right] = [channels[0]!, channels[1] ?? channels[0]!]
  const samples = new Int16Array(length)
  for (let i = 0; i < length; i++) samples[i] = toSample((left[i]! + right[i]!) * 16_384)
  return samples
}

/** Mutes the console: the decoder also writes each damaged frame there. */
function quietly<T>(work: () => T): T {
  const { error } = console
  console.error = () => {}
  try {
    return work()
  } finally {
    console.error = error
  }
}
