// The face of a voice: text in, encoded speech out, streamed. Types only. Turning the vendor's format into
// 8 kHz samples is the workers' business, not the adapter's.

/** How a voice's bytes are to be read. `s16le` is headerless mono; the containers carry their own rate. */
export type AudioFormat =
  | { encoding: 's16le'; rateHz: number }
  | { encoding: 'mp3' | 'opus' | 'aac' | 'wav'; rateHz?: number }

export type SpeakRequest = {
  /** One sentence or a few, at most 4 000 characters. */
  text: string
  /** ISO 639-1. */
  language: string
  /** Ends the request and the stream at once; the stream then ends or throws, and either is fine. */
  signal: AbortSignal
}

export type Speech = {
  format: AudioFormat
  /**
   * Bytes as they arrive, in pieces of any length (a sample may be cut in two).
   * Throws {@link ProviderError}: `refused` `auth` `limited` `timeout` `cut` `unavailable` `badAudio` `aborted`.
   */
  chunks: AsyncIterable<Uint8Array>
}

export type Tts = {
  /** The adapter's name in settings and metrics: `openai`, `aura`, `embedded`. */
  readonly name: string
  /** Names voice and model as one; part of the phrase cache's key. */
  readonly voice: string
  /** Cannot speak for now, because its thread dies again and again; left out where there is no thread. */
  readonly isDown?: boolean
  /** @throws {ProviderError} as `Speech.chunks` does, when the answer never began */
  speak(request: SpeakRequest): Promise<Speech>
  close(): void
}
