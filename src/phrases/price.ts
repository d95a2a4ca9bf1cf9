// What it costs to have sentences spoken, named before it is spent.

import type { Price } from '../providers/adapter.ts'
import { usualSPerChar } from '../providers/unspoken.ts'

/** @param price undefined where the vendor's list is not known */
export function costText(characters: number, price: Price | undefined): string {
  const text = `${characters} characters`
  if (price === undefined) return `${text}; the list price of this voice is not known`
  if (price.usd === 0) return `${text}, free`
  const units = price.per === 'minute' ? (characters * usualSPerChar) / 60 : characters / 1_000_000
  return `${text}, about ${(units * price.usd).toFixed(2)} USD at the list price of ${price.asOf}`
}
