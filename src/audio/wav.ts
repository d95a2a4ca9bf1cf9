// Reads and writes WAV: 16-bit PCM, any rate, any number of channels. Also reads the headers of streams whose writer
// did not know the length. ffmpeg in the workers reads other encodings.

import { AudioError, bytesOf, samplesOf } from './pcm.ts'

export type Wav = {
  rateHz: number
  channels: number
  /** Interleaved when there is more than one channel. */
  samples: Int16Array
}

const pcm = 1
const extensible = 0xfffe

/**
 * Reads a WAV file or the whole of a WAV stream.
 *
 * A `data` size of 0, of 0xFFFFFFFF or beyond the end means "to the end", as streaming writers leave it. Half a sample
 * at the end is dropped.
 *
 * @returns new samples, not a view of `bytes`
 * @throws {AudioError} `badWav` when the file is not WAV, not 16-bit PCM, or has no data
 * @see RFC 2361 and Microsoft's WAVEFORMATEXTENSIBLE
 */
export function readWav(bytes: Uint8Array): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || textAt(bytes, 0) !== 'RIFF' || textAt(bytes, 8) !== 'WAVE') {
    throw new AudioError('badWav', `not a WAV file: ${bytes.length} bytes without a RIFF/WAVE header`)
  }
  let format: { rateHz: number; channels: number } | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = textAt(bytes, at)
    const size = view.getUint32(at + 4, true)
    const start = at + 8
    if (name === 'fmt ') format = readFormat(view, start, size)
    if (name === 'data') {
      if (format === undefined) throw new AudioError('badWav', 'WAV data chunk comes before its format')
      const end = size === 0 || start + size > bytes.length ? bytes.length : start + size
      const whole = end - ((end - start) % (2 * format.channels))
      return { ...format, samples: samplesOf(bytes.subarray(start, whole)) }
    }
    at = start + size + (size & 1)
  }
  throw new AudioError('badWav', 'WAV file without a data chunk')
}

function readFormat(view: DataView, start: number, size: number): { rateHz: number; channels: number } {
  if (size < 16 || start + size > view.byteLength)
    throw new AudioError('badWav', 'WAV format chunk is cut off')
  let encoding = view.getUint16(start, true)
  if (encoding === extensible && size >= 26) encoding = view.getUint16(start + 24, true)
  const channels = view.getUint16(start + 2, true)
  const rateHz = view.getUint32(start + 4, true)
  const bits = view.getUint16(start + 14, true)
  if (encoding !== pcm || bits !== 16) {
    throw new AudioError('badWav', `expected 16-bit PCM, got encoding ${encoding} with ${bits} bits`)
  }
  if (channels === 0 || rateHz === 0) throw new AudioError('badWav', `${channels} channels at ${rateHz} Hz`)
  return { rateHz, channels }
}

/** A WAV file of 16-bit PCM, with a header of 44 bytes. @param samples interleaved */
export function writeWav(
  samples: Int16Array,
  { rateHz, channels }: { rateHz: number; channels: number },
): Uint8Array<ArrayBuffer> {
  const size = samples.length * 2
  const bytes = new Uint8Array(44 + size)
  const view = new DataView(bytes.buffer)
  putText(bytes, 0, 'RIFF')
  view.setUint32(4, 36 + size, true)
  putText(bytes, 8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, pcm, true)
  view.setUint16(22, channels, true)
  view.setUint32(24, rateHz, true)
  view.setUint32(28, rateHz * channels * 2, true)
  view.setUint16(32, channels * 2, true)
  view.setUint16(34, 16, true)
  putText(bytes, 36, 'data')
  view.setUint32(40, size, true)
  bytesOf(samples, bytes.subarray(44))
  return bytes
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!)
}

function putText(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
}
