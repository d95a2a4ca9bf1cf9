// A voice whose account may have only so many requests open at once, over all machines. The vendor refuses one more: a
// sentence without a place waits a moment, and is then spoken by the next voice.

import { ProviderFailure } from './errors.ts'
import type { Places } from './places.ts'
import type { Tts } from './tts.ts'

/** A sentence has a place for about a second: of 15 places one is free again after some 70 ms. */
const askAgainMs = 100

/** @param places of the account; closed with the voice */
export function withVoicePlaces(tts: Tts, places: Places): Tts {
  return {
    ...tts,
    async speak(request) {
      if (!places.take())
        throw new ProviderFailure('limited', `${tts.name} has no place left at its account`, {
          retryable: true,
          retryAfterMs: askAgainMs,
        })
      let isHeld = true
      const release = () => {
        request.signal.removeEventListener('abort', release)
        if (isHeld) places.release()
        isHeld = false
      }
      // The turn may end before anyone reads the answer.
      request.signal.addEventListener('abort', release, { once: true })
      try {
        const { format, chunks } = await tts.speak(request)
        return { format, chunks: untilRead(chunks, release) }
      } catch (error) {
        release()
        throw error
      }
    },
    close() {
      tts.close()
      places.close()
    },
  }
}

/** The same chunks. @param ended called when they end, break off or are read no further */
async function* untilRead(chunks: AsyncIterable<Uint8Array>, ended: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } finally {
    ended()
  }
}
