// Samples of one telephone channel: signed 16-bit, mono, 8 kHz, in frames of 20 ms. Only this file converts between
// bytes and samples, so byte order and alignment are handled once.

import { AppError } from '../base/errors.ts'

/** Samples per second of everything inside the program. */
export const rateHz = 8_000
export const frameMs = 20
/** 160 samples are one frame. */
export const frameSamples = (rateHz * frameMs) / 1_000
export const frameBytes = frameSamples * 2

/** One frame of silence. Shared by all readers: never write to it. */
export const silenceFrame: Int16Array = new Int16Array(frameSamples)

/** Unusable audio; `code` is `badWav`, `badRate`, … */
export class AudioError extends AppError {
  override name = 'AudioError'
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/**
 * Samples of little-endian bytes.
 *
 * @param bytes an odd last byte is ignored
 * @param out receives the samples: at least ⌊bytes.length / 2⌋ long, a view of it is returned
 * @returns a copy, never a view of `bytes`
 * @throws {RangeError} when `out` is too short
 */
export function samplesOf(bytes: Uint8Array, out?: Int16Array): Int16Array {
  const length = bytes.length >> 1
  const samples = out === undefined ? new Int16Array(length) : out.subarray(0, length)
  if (samples.length < length)
    throw new RangeError(`out has room for ${samples.length} samples, needs ${length}`)
  if (littleEndian && (bytes.byteOffset & 1) === 0) {
    samples.set(new Int16Array(bytes.buffer, bytes.byteOffset, length))
  } else {
    for (let i = 0; i < length; i++) samples[i] = bytes[2 * i]! | (bytes[2 * i + 1]! << 8)
  }
  return samples
}

/** Samples of bytes that nobody changes while they are used, such as those of a file: a view of them where possible. */
export const ownSamplesOf = (bytes: Uint8Array): Int16Array =>
  littleEndian && (bytes.byteOffset & 1) === 0
    ? new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)
    : samplesOf(bytes)

/**
 * Little-endian bytes of samples.
 *
 * @param out receives the bytes: at least 2 × samples.length long, a view of it is returned
 * @throws {RangeError} when `out` is too short
 */
export function bytesOf(samples: Int16Array, out?: Uint8Array): Uint8Array {
  const length = samples.length * 2
  const bytes = out === undefined ? new Uint8Array(length) : out.subarray(0, length)
  if (bytes.length < length) throw new RangeError(`out has room for ${bytes.length} bytes, needs ${length}`)
  if (littleEndian) {
    bytes.set(new Uint8Array(samples.buffer, samples.byteOffset, length))
  } else {
    for (let i = 0; i < samples.length; i++) {
      bytes[2 * i] = samples[i]!
      bytes[2 * i + 1] = samples[i]! >> 8
    }
  }
  return bytes
}

/** Root mean square, 0 to 32 768; 0 for no samples. */
export function rms(samples: Int16Array): number {
  if (samples.length === 0) return 0
  let sum = 0
  for (let i = 0; i < samples.length; i++) sum += samples[i]! * samples[i]!
  return Math.sqrt(sum / samples.length)
}

/** {@link levelDb} of digital silence: below one step of 16 bit. */
export const silenceDb = -100

/**
 * Level in dB below full scale, by RMS against 32 768: a full-scale square is 0, a full-scale sine −3.01.
 * Never below {@link silenceDb}.
 */
export function levelDb(samples: Int16Array): number {
  return dbOf(rms(samples))
}

/** dBFS of an amplitude, not below {@link silenceDb}. */
export function dbOf(amplitude: number): number {
  return Math.max(silenceDb, 20 * Math.log10(amplitude / 32_768))
}

/** Amplitude, 0 to 32 768, of a level in dBFS. */
export function amplitudeOf(db: number): number {
  return 32_768 * 10 ** (db / 20)
}

/** The nearest sample, clipped at full scale. */
export function toSample(value: number): number {
  return value >= 32_767 ? 32_767 : value <= -32_768 ? -32_768 : Math.round(value)
}

/** One array of all samples. */
export function joinSamples(pieces: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
