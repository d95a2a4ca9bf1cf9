// What it costs to have sentences spoken, named before it is spent.

import type { Price } from '../providers/adapter.ts'
import { usualSPerChar } from '../providers/unspoken.ts'
import type { VoiceState } from './types.ts'

/** @param price undefined where the vendor's list is not known */
export function costText(characters: number, price: Price | undefined): string {
  const text = `${characters} characters`
  if (price === undefined) return `${text}; the list price of this voice is not known`
  if (price.usd === 0) return `${text}, free`
  const units = price.per === 'minute' ? (characters * usualSPerChar) / 60 : characters / 1_000_000
  return `${text}, about ${(units * price.usd).toFixed(2)} USD at the list price of ${price.asOf}`
}

/** Which voice the phrases have, in one line. */
export function phrasesIn({ voice, onAir, phase, phrases, done, cost }: VoiceState): string {
  if (onAir) return `the voice ${voice}`
  if (phase === 'off') return 'the shipped voice (REVOICE=off)'
  const left = phrases - done
  return `the shipped voice, until ${voice} has spoken ${left === phrases ? left : `${left} of ${phrases}`}: ${cost}`
}
