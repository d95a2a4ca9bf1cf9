// Decodes MP3, and WAV of 16-bit PCM, without ffmpeg. The audio workers use it when ffmpeg is not installed.

import { toSample } from '../audio/pcm.ts'
import { readWav } from '../audio/wav.ts'
import { AppError } from '../base/errors.ts'
import { ffmpegMissing } from './ffmpeg-files.ts'
import type { AudioKind } from './inspect.ts'
import { makeDecoder } from './mp3.ts'

export type Decoded = { samples: Int16Array; rateHz: number }

/**
 * @param channels 2 keeps both sides, interleaved; 1 mixes them
 * @returns samples at the rate of the source
 * @throws {AppError} `noFfmpeg` for what only ffmpeg reads; `badAudio` for damaged MP3
 */
export async function decodePlain(bytes: Uint8Array, kind: AudioKind, channels: 1 | 2): Promise<Decoded> {
  if (kind === 'mp3') return decodeMp3(bytes, channels)
  if (kind === 'wav') return decodeWav(bytes, channels)
  throw noFfmpeg(kind)
}

async function decodeMp3(bytes: Uint8Array, channels: 1 | 2): Promise<Decoded> {
  const decoder = await makeDecoder()
  try {
    const { channelData, samplesDecoded, sampleRate, errors } = decoder.decode(bytes)
    if (errors.length > 0)
      throw new AppError('badAudio', `${errors.length} damaged frames in ${bytes.length} bytes of MP3`)
    // A mono stream comes twice.
    const [left, right] = [channelData[0]!, channelData[1] ?? channelData[0]!]
    const samples = new Int16Array(samplesDecoded * channels)
    for (let i = 0; i < samplesDecoded; i++) {
      if (channels === 1) samples[i] = toSample((left[i]! + right[i]!) * 16_384)
      else {
        samples[2 * i] = toSample(left[i]! * 32_768)
        samples[2 * i + 1] = toSample(right[i]! * 32_768)
      }
    }
    return { samples, rateHz: sampleRate }
  } finally {
    decoder.free()
  }
}

function decodeWav(bytes: Uint8Array, channels: 1 | 2): Decoded {
  const { samples, rateHz, channels: given } = readPcmWav(bytes)
  const frames = samples.length / given
  const mixed = new Int16Array(frames * channels)
  for (let i = 0; i < frames; i++) {
    const [left, right] = [samples[i * given]!, samples[i * given + (given > 1 ? 1 : 0)]!]
    if (channels === 1) mixed[i] = (left + right) >> 1
    else mixed.set([left, right], 2 * i)
  }
  return { samples: mixed, rateHz }
}

/** A WAV that is not 16-bit PCM is one for ffmpeg. */
function readPcmWav(bytes: Uint8Array) {
  try {
    return readWav(bytes)
  } catch (cause) {
    throw new AppError('noFfmpeg', `this WAV is not 16-bit PCM, and ${ffmpegMissing}`, { cause })
  }
}

function noFfmpeg(kind: AudioKind): AppError {
  return new AppError('noFfmpeg', `${kind} cannot be decoded: ${ffmpegMissing}`)
}
