// Joins the audio of a voice that streams, for a speaker of whole sentences.

import { bytesOf } from '../audio/pcm.ts'

/** Joins the audio of a voice that streams a sentence in pieces, for a {@link PhraseSpeaker}. */
export async function collect(pieces: AsyncIterable<Int16Array>): Promise<Int16Array> {
  const parts: Uint8Array[] = []
  for await (const samples of pieces) parts.push(bytesOf(samples.slice()))
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return new Int16Array(whole.buffer)
}
