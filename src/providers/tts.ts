// The interface of a voice: text in, encoded speech out, streamed. Types only. The codecs turn the vendor's format into
// 8 kHz samples, not the adapter.

import type { Billed } from './usage.ts'

/**
 * How a voice's bytes are to be read, as far as it is known before they come; a container that the bytes show counts
 * for more. `s16le` is headerless, mono unless `channels` says otherwise; the containers carry their own rate.
 */
export type AudioFormat =
  | {
      encoding: 's16le'
      rateHz: number
      channels?: number
      /** `audio/L16` is big-endian by RFC 2586 and little-endian at most servers: the samples have to show it. */
      byteOrder?: 'unknown'
    }
  | { encoding: 'mp3' | 'opus' | 'aac' | 'wav'; rateHz?: number }

export type SpeakRequest = {
  /** One sentence or a few, at most 4 000 characters. */
  text: string
  /** ISO 639-1. */
  language: string
  /** Aborts the request and its stream at once; the stream may then end or throw. */
  signal: AbortSignal
}

export type Speech = {
  format: AudioFormat
  /**
   * Bytes as they arrive, in chunks of any length (a sample may be split over two).
   * Throws {@link ProviderError}: `refused` `auth` `limited` `timeout` `cut` `unavailable` `badAudio` `aborted`.
   */
  chunks: AsyncIterable<Uint8Array>
  /** Whether nobody else needs a chunk, so that its reader may free it. */
  isFreeable?: boolean | undefined
}

export type Tts = {
  /** The adapter's name in settings and metrics: `openai`, `aura`, `embedded`. */
  readonly name: string
  /** Names voice and model for people and in metrics: `openai/gpt-4o-mini-tts/coral`. */
  readonly voice: string
  /**
   * Part of the key of a phrase: names everything that makes the sound, as `voiceKeyOf` does. The name of the voice
   * alone is enough where nothing else changes the sound.
   */
  readonly voiceKey: string
  /** The names under which its work is counted; absent where it is not. */
  readonly billed?: Billed
  /** Whether the voice cannot speak for now because its thread keeps dying; absent in a voice without a thread. */
  readonly isDown?: boolean
  /** @throws {ProviderError} with the codes of `Speech.chunks`, when the answer never began */
  speak(request: SpeakRequest): Promise<Speech>
  close(): void
}
