// What it costs to have sentences spoken, named before it is spent.

import { costOf, type Price } from '../providers/prices.ts'
import { noUse } from '../providers/usage.ts'
import type { VoiceState } from './types.ts'

/** @param price undefined where the vendor's list is not known */
export function costText(characters: number, price: Price | undefined): string {
  const text = `${characters} characters`
  const cost = price && costOf(price, { ...noUse, characters })
  if (price === undefined || cost === undefined) return `${text}; the list price of this voice is not known`
  if (price.free) return `${text}, free`
  return `${text}, about ${cost.toFixed(2)} ${price.currency} at the list price of ${price.asOf}`
}

/** Which voice the phrases have, in one line. */
export function phrasesIn({ voice, onAir, phase, phrases, done, cost }: VoiceState): string {
  if (onAir) return `the voice ${voice}`
  if (phase === 'off') return 'the shipped voice (REVOICE=off)'
  const left = phrases - done
  return `the shipped voice, until ${voice} has spoken ${left === phrases ? left : `${left} of ${phrases}`}: ${cost}`
}
