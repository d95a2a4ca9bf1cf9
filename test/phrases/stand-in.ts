// A voice that speaks the desk in tests as vendors do: with a sound of its own, slowly, refusing, dying in the middle of
// a sentence, or sending silence.

import { ProviderError } from '../../src/base/errors.ts'
import type { PhraseSpeaker } from '../../src/phrases/generate.ts'
import { type FailureOptions, ProviderFailure } from '../../src/providers/errors.ts'
import { tone } from './support.ts'

export const standInKey = 'stand-in/marie#0123456789ab'

/** What it does with the next sentences, one after the other; afterwards it speaks. */
export type Mishap = 'dies' | 'silence' | { refuses: FailureOptions } | { waits: Promise<unknown> }

export function standIn(voice = standInKey) {
  const asked: string[] = []
  const mishaps: Mishap[] = []
  /** Sentences that it never speaks. */
  const never = new Set<string>()
  const speaker: PhraseSpeaker = {
    voice,
    async speak(text) {
      asked.push(text)
      const mishap = never.has(text) ? 'silence' : mishaps.shift()
      if (mishap === 'dies') throw new ProviderError('cut', 'it broke off', { retryable: true })
      if (mishap === 'silence') throw new ProviderError('badAudio', 'there is no speech in it')
      if (typeof mishap === 'object' && 'refuses' in mishap)
        throw new ProviderFailure('limited', 'too many requests', mishap.refuses)
      if (typeof mishap === 'object') await mishap.waits
      return { samples: tone(8_000, 700, 0.1 + text.length * 0.01), rateHz: 8_000 }
    },
  }
  return { speaker, asked, mishaps, never }
}
