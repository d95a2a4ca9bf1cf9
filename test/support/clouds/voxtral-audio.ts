// The speech of the Voxtral stand-ins: the tone of the other fake voices, 24 kHz mono, in the encodings of each server.

import { type SpeechFormat, spokenS, tone, wavHeader } from './speech.ts'

export const voxtralRateHz = 24_000

const mp3File = new URL('./tone.mp3', import.meta.url)

/** @returns s16le samples of what `text` sounds like */
export function spokenSamples(text: string, silent: boolean): Int16Array {
  const samples = new Int16Array(tone(spokenS(text), voxtralRateHz).buffer)
  return silent ? new Int16Array(samples.length) : samples
}

/** Mistral's `pcm`: f32le from -1 to 1. */
export const floatBytes = (samples: Int16Array): Uint8Array =>
  new Uint8Array(Float32Array.from(samples, (sample) => sample / 32_768).buffer)

/** @param pcm how the server encodes `pcm`; @returns one file in `format` */
export async function encoded(
  samples: Int16Array,
  format: SpeechFormat,
  pcm: 's16' | 'f32',
): Promise<Uint8Array> {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  switch (format) {
    case 'mp3':
      return Bun.file(mp3File).bytes()
    case 'wav':
      return Buffer.concat([wavHeader(voxtralRateHz), bytes])
    default:
      return pcm === 'f32' ? floatBytes(samples) : bytes
  }
}

/** Cuts bytes in pieces of `size`; the last one holds the rest. */
export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
  return pieces
}
