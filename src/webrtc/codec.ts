// One codec of one peer, between RTP payloads and frames of 8 kHz. Opus is libopus in WebAssembly and works at 8 kHz
// itself, so nothing is resampled. A payload that cannot be decoded is a lost frame; nothing here throws.

import { frameSamples } from '../audio/pcm.ts'
import { decodeG711, encodeG711, type Law } from './g711.ts'
import type { CodecName } from './sdp.ts'

export type Codec = {
  readonly name: CodecName
  /** RTP clock units per frame of 20 ms. */
  readonly unitsPerFrame: number
  /** @param out room for 120 ms, Opus's longest packet @returns samples written; 0 when it cannot be decoded */
  decode(payload: Uint8Array, out: Int16Array): number
  /** Whether {@link restore} can do more than conceal with this payload. */
  hasFec(payload: Uint8Array): boolean
  /** Restores the lost frame before this payload. @returns samples written, one frame; 0 when it cannot */
  restore(payload: Uint8Array, out: Int16Array): number
  /** What is played for a lost frame. @returns samples written, one frame */
  conceal(out: Int16Array): number
  /** @param frame 160 samples @param out room for {@link maxEncodedBytes} @returns bytes written; 0 when it failed */
  encode(frame: Int16Array, out: Uint8Array): number
  /** Frees the codec's memory. */
  close(): void
}

/** 20 ms at 20 kb/s have 50 bytes; Opus never makes more than 255 here, and G.711 makes 160. */
export const maxEncodedBytes = 400
/** Samples of Opus's longest packet, 120 ms. */
export const maxDecodedSamples = 960

/** Telephone speech; lower rates are heard, higher ones are not at 8 kHz. */
const bitrate = 20_000
/** How much loss the encoder plans its in-band FEC for, in percent. */
const plannedLossPercent = 10
/**
 * Of 0 to 10. Below 2 libopus encodes no in-band FEC at all (a restored frame is then 4 dB off the sent one, as a
 * concealed one is; with it 13 dB). From 2 on more costs time and restores no better: 103 µs a frame at 2, 128 at 5.
 */
export const opusComplexity = 2

type Opus = typeof import('libopus-wasm')

/** @returns undefined when the package is not installed */
export async function loadOpus(): Promise<Opus | undefined> {
  try {
    const opus = await import('libopus-wasm')
    await opus.loadLibopus()
    return opus
  } catch {
    return undefined
  }
}

export async function openOpus(opus: Opus, complexity = opusComplexity): Promise<Codec> {
  const shape = { sampleRate: 8_000, channels: 1 } as const
  const decoder = await opus.createDecoder({ ...shape, maxFrameSize: maxDecodedSamples })
  const encoder = await opus.createEncoder({
    ...shape,
    application: opus.Application.Voip,
    signal: opus.Signal.Voice,
    bitrate,
    complexity,
    fec: true,
    packetLossPercent: plannedLossPercent,
    frameSize: frameSamples,
  })
  /** The library throws for bytes that are not Opus. */
  const decoded = (decode: () => Int16Array, out: Int16Array): number => {
    try {
      const samples = decode()
      out.set(samples.length > out.length ? samples.subarray(0, out.length) : samples)
      return Math.min(samples.length, out.length)
    } catch {
      return 0
    }
  }
  return {
    name: 'opus',
    unitsPerFrame: 960,
    decode: (payload, out) => decoded(() => decoder.decode(payload), out),
    hasFec: hasOpusFec,
    restore: (payload, out) =>
      decoded(() => decoder.decode(payload, { decodeFec: true, frameSize: frameSamples }), out),
    conceal: (out) => decoded(() => decoder.decodePacketLoss(frameSamples), out),
    encode(frame, out) {
      try {
        const packet = encoder.encode(frame)
        if (packet.length > out.length) return 0
        out.set(packet)
        return packet.length
      } catch {
        return 0
      }
    },
    close() {
      decoder.free()
      encoder.free()
    },
  }
}

/**
 * Whether a packet of 20 ms has in-band FEC. libopus writes none into frames of silence, and a browser none before it
 * has learnt of a loss.
 *
 * @see RFC 6716, 3.1 (the first byte) and 4.2.3 (a VAD bit per frame, then the LBRR bit)
 */
export function hasOpusFec(payload: Uint8Array): boolean {
  if (payload.length < 2) return false
  const configuration = payload[0] >> 3
  const isCelt = configuration >= 16
  // SILK: 10, 20, 40, 60 ms; hybrid: 10, 20 ms.
  const is20Ms = configuration < 12 ? (configuration & 3) === 1 : (configuration & 1) === 1
  const isOneFrame = (payload[0] & 3) === 0
  if (isCelt || !is20Ms || !isOneFrame) return false
  const isStereo = (payload[0] & 4) !== 0
  return (payload[1] & 0x40) !== 0 || (isStereo && (payload[1] & 0x10) !== 0)
}

/** Each frame that is concealed is half as loud as the one before. */
const fading = 0.5

export function openG711(law: Law): Codec {
  const last = new Int16Array(frameSamples)
  return {
    name: law,
    unitsPerFrame: frameSamples,
    decode(payload, out) {
      const length = decodeG711(law, payload, out)
      if (length >= frameSamples) last.set(out.subarray(length - frameSamples, length))
      return length
    },
    hasFec: () => false,
    restore: () => 0,
    conceal(out) {
      for (let i = 0; i < frameSamples; i++) last[i] *= fading
      out.set(last)
      return frameSamples
    },
    encode: (frame, out) => encodeG711(law, frame, out),
    close() {},
  }
}
