// What the vendors' work costs: a table of list prices by vendor and model, each with its date and the page that it is
// from. assets/prices/prices.yaml is the shipped one, and a site lays its own over it. Pure.

import { z } from 'zod'
import { parseYaml } from '../base/yaml.ts'
import { usualSPerChar } from './unspoken.ts'
import type { Billed, Use } from './usage.ts'

const amount = z.number('is not a number such as 0.0048').min(0, 'is less than 0').max(100_000)
const dateFault = 'is not a date such as 2026-11-05'
const unitNames = ['free', 'minute', 'hour', 'millionCharacters', 'millionTokens'] as const

const priceSchema = z
  .strictObject({
    free: z.literal(true).optional(),
    /** Of audio that a recogniser gets, or of speech that a voice makes. */
    minute: amount.optional(),
    hour: amount.optional(),
    millionCharacters: amount.optional(),
    /** `cached` is `prompt` when left out. */
    millionTokens: z
      .strictObject({ prompt: amount, cached: amount.optional(), completion: amount })
      .optional(),
    /** When the price was read, as `2026-11-05` or `2026-11`. */
    asOf: z.string(dateFault).regex(/^\d{4}-\d{2}(-\d{2})?$/, dateFault),
    /** The page that it is from. */
    source: z.string('is missing: add the page that it is from').min(1).max(300),
  })
  .refine(
    (price) => unitNames.filter((name) => price[name] !== undefined).length === 1,
    `must have exactly one of ${unitNames.join(', ')}`,
  )

const tableSchema = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'is not a code such as EUR')
    .optional(),
  /** By vendor, then by model; `nova-3*` are all models that begin so. */
  prices: z.record(
    z.string(),
    z.record(z.string(), priceSchema, 'must be a table of models'),
    'must be a table of vendors',
  ),
})

type Entry = z.infer<typeof priceSchema>
export type Price = Entry & { currency: string }
export type PriceTable = {
  currency: string
  prices: Readonly<Record<string, Readonly<Record<string, Entry>>>>
}

export const usualCurrency = 'USD'
export const noPrices: PriceTable = { currency: usualCurrency, prices: {} }

/** A table as a file has it. */
export type PriceFile = z.infer<typeof tableSchema>

/** @throws {Error} all that is wrong, each with its path: a misspelt key is one, and the key that is missing another */
export function parsePrices(text: string): PriceFile {
  const found = tableSchema.safeParse(parseYaml(text))
  if (found.success) return found.data
  const faults = found.error.issues.map(({ path, message }) => `${path.join('.') || 'the table'}: ${message}`)
  throw new Error(faults.join('; '))
}

/**
 * The site's prices over the shipped ones. Of these a table in another currency keeps what is free, because amounts are
 * not converted.
 */
export function layPrices(shipped: PriceFile | undefined, own: PriceFile | undefined): PriceTable {
  const { currency: first = usualCurrency, prices = {} } = shipped ?? {}
  const currency = own?.currency ?? first
  const below = currency === first ? prices : freeOf(prices)
  const vendors = [...new Set([...Object.keys(below), ...Object.keys(own?.prices ?? {})])]
  return {
    currency,
    prices: Object.fromEntries(
      vendors.map((vendor) => [vendor, { ...below[vendor], ...own?.prices[vendor] }]),
    ),
  }
}

const freeOf = (prices: PriceTable['prices']): PriceTable['prices'] =>
  Object.fromEntries(
    Object.entries(prices).map(([vendor, models]) => [
      vendor,
      Object.fromEntries(Object.entries(models).filter(([, { free }]) => free)),
    ]),
  )

/** @returns the price of the model's whole name, or of its longest beginning; undefined when none is known */
export function priceOf({ currency, prices }: PriceTable, { vendor, model }: Billed): Price | undefined {
  const table = Object.hasOwn(prices, vendor) ? prices[vendor]! : {}
  const beginnings = Object.keys(table)
    .filter((name) => name.endsWith('*') && model.startsWith(name.slice(0, -1)))
    .sort((a, b) => b.length - a.length)
  const name = Object.hasOwn(table, model) ? model : beginnings[0]
  return name === undefined ? undefined : { ...table[name]!, currency }
}

/** @returns the money; undefined where the price is for something else than what was used */
export function costOf(price: Price, use: Use): number | undefined {
  const { free, minute, hour, millionCharacters, millionTokens } = price
  if (free) return 0
  const perMinute = minute ?? (hour === undefined ? undefined : hour / 60)
  const tokens = use.prompt + use.cached + use.completion
  if (millionTokens === undefined && tokens > 0) return undefined
  if (use.characters > 0 && millionCharacters === undefined && perMinute === undefined) return undefined
  if (use.seconds > 0 && perMinute === undefined) return undefined
  const ofTokens = millionTokens
    ? use.prompt * millionTokens.prompt +
      use.cached * (millionTokens.cached ?? millionTokens.prompt) +
      use.completion * millionTokens.completion
    : 0
  const ofCharacters =
    millionCharacters === undefined
      ? ((use.characters * usualSPerChar) / 60) * (perMinute ?? 0)
      : (use.characters / 1_000_000) * millionCharacters
  return ofTokens / 1_000_000 + ofCharacters + (use.seconds / 60) * (perMinute ?? 0)
}
