// The price table: what is in it, what a site lays over it, and what a use costs.

import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { costText } from '../../src/phrases/price.ts'
import { costOf, layPrices, noPrices, type Price, parsePrices, priceOf } from '../../src/providers/prices.ts'
import { type Billed, billedBy, noUse, type Use } from '../../src/providers/usage.ts'
import { openFrom, withKeys } from './open.ts'

const shippedText = await Bun.file(join(import.meta.dir, '../../assets/prices/prices.yaml')).text()
const shipped = layPrices(parsePrices(shippedText), undefined)
const use = (change: Partial<Use>): Use => ({ ...noUse, ...change })
const table = (prices: string) => `currency: USD\nprices:\n  acme:\n${prices}\n`
const dated = 'asOf: 2026-11-05, source: https://acme.example/pricing'

describe('the shipped table', () => {
  test('has a price, with a date and a page, for every model that is used by default', () => {
    const keys = { ...withKeys, MISTRAL_API_KEY: withKeys.OPENAI_API_KEY! }
    const lists = {
      STT: 'deepgram,flux,whisper,voxtral',
      LLM: 'groq,openai',
      TTS: 'openai,voxtral,aura,embedded',
    }
    const { billed, close } = openFrom({ ...keys, ...lists })
    const unpriced = billed.filter((one) => priceOf(shipped, one) === undefined)
    close()
    expect(billed.length).toBeGreaterThan(9)
    expect(unpriced).toEqual([])
  })

  test('has no cost for a server of the operator’s own', () => {
    const billed = billedBy('openai', 'openai.com', 'http://gpu:8000/v1', 'any')
    expect(costOf(priceOf(shipped, billed)!, use({ prompt: 1_000_000, characters: 9, seconds: 9 }))).toBe(0)
  })
})

describe('who bills', () => {
  const rows: [baseUrl: string, vendor: string][] = [
    ['https://api.openai.com/v1', 'openai'],
    ['https://eu.api.openai.com/v1', 'openai'],
    ['http://127.0.0.1:8000/v1', 'own'],
    ['http://[::1]:8000/v1', 'own'],
    ['https://gpu.internal/v1', 'own'],
    ['ws://gpu:8000', 'own'],
    // Another company's server that speaks the same protocol: its prices are not OpenAI's, and it is not free.
    ['https://openrouter.ai/api/v1', 'openrouter.ai'],
    ['https://not-openai.com/v1', 'not-openai.com'],
  ]
  test.each(rows)('%s: %s', (baseUrl, vendor) => {
    expect(billedBy('openai', 'openai.com', baseUrl, 'm')).toEqual({ vendor, model: 'm' })
  })
})

describe('a price', () => {
  const prices = layPrices(
    parsePrices(
      table(`    ear: { minute: 0.006, ${dated} }
    ear-long: { hour: 0.6, ${dated} }
    voice: { millionCharacters: 15, ${dated} }
    voice-*: { millionCharacters: 30, ${dated} }
    voice-by-time: { minute: 0.015, ${dated} }
    model: { millionTokens: { prompt: 0.1, cached: 0.01, completion: 0.5 }, ${dated} }
    model-plain: { millionTokens: { prompt: 1, completion: 2 }, ${dated} }`),
    ),
    undefined,
  )
  const of = (model: string) => priceOf(prices, { vendor: 'acme', model })
  const rows: [model: string, used: Partial<Use>, cost: number | undefined][] = [
    ['ear', { seconds: 90 }, 0.009],
    ['ear-long', { seconds: 1_800 }, 0.3],
    ['voice', { characters: 2_000 }, 0.03],
    ['voice-anna-fr', { characters: 2_000 }, 0.06],
    // 0.065 s a character.
    ['voice-by-time', { characters: 12_000 }, 0.195],
    ['model', { prompt: 900_000, cached: 100_000, completion: 20_000 }, 0.101],
    ['model-plain', { prompt: 900_000, cached: 100_000 }, 1],
    // What it is for, and what was used, are two things.
    ['voice', { seconds: 60 }, undefined],
    ['model', { characters: 60 }, undefined],
    ['ear', { prompt: 60 }, undefined],
  ]
  test.each(rows)('%s for %o: %p', (model, used, cost) => {
    const found = costOf(of(model)!, use(used))
    if (cost === undefined) expect(found).toBeUndefined()
    else expect(found).toBeCloseTo(cost, 10)
  })

  test('is not known of another model or vendor, or one whose name is part of every object', () => {
    const unknown: Billed[] = [
      { vendor: 'acme', model: 'voic' },
      { vendor: 'other', model: 'ear' },
      { vendor: 'constructor', model: 'name' },
      { vendor: 'acme', model: 'toString' },
    ]
    expect(unknown.map((one) => priceOf(prices, one))).toEqual([undefined, undefined, undefined, undefined])
    expect(priceOf(noPrices, { vendor: 'acme', model: 'ear' })).toBeUndefined()
  })

  test('names what sentences will cost before they are spoken', () => {
    const known = of('voice') as Price
    expect(costText(200_000, known)).toBe('200000 characters, about 3.00 USD at the list price of 2026-11-05')
    expect(costText(5, priceOf(shipped, { vendor: 'own', model: 'm' }))).toBe('5 characters, free')
    expect(costText(5, undefined)).toBe('5 characters; the list price of this voice is not known')
    expect(costText(5, of('model'))).toBe('5 characters; the list price of this voice is not known')
  })
})

describe('a site’s table', () => {
  const first = parsePrices(
    table(`    a: { minute: 1, ${dated} }\n    b: { minute: 2, ${dated} }\n    c: { free: true, ${dated} }`),
  )

  test('is laid over the shipped one, model by model', () => {
    const own = parsePrices(
      `prices: { acme: { b: { minute: 3, ${dated} } }, mine: { "*": { free: true, ${dated} } } }`,
    )
    const laid = layPrices(first, own)
    const minuteOf = (vendor: string, model: string) => priceOf(laid, { vendor, model })
    expect(minuteOf('acme', 'a')).toMatchObject({ minute: 1, currency: 'USD' })
    expect(minuteOf('acme', 'b')).toMatchObject({ minute: 3 })
    expect(minuteOf('mine', 'whatever')).toMatchObject({ free: true })
  })

  test('in another currency keeps what is free, and no amount of one currency counts as the other', () => {
    const own = parsePrices(`currency: EUR\nprices: { acme: { b: { minute: 3, ${dated} } } }`)
    const laid = layPrices(first, own)
    expect(laid.currency).toBe('EUR')
    expect(priceOf(laid, { vendor: 'acme', model: 'a' })).toBeUndefined()
    expect(priceOf(laid, { vendor: 'acme', model: 'b' })).toMatchObject({ minute: 3, currency: 'EUR' })
    expect(priceOf(laid, { vendor: 'acme', model: 'c' })).toMatchObject({ free: true, currency: 'EUR' })
  })

  const faults: [what: string, text: string, fault: RegExp][] = [
    [
      'two units',
      table(`    a: { minute: 1, hour: 2, ${dated} }`),
      /^prices\.acme\.a: must have exactly one of/,
    ],
    ['no unit', table(`    a: { ${dated} }`), /^prices\.acme\.a: must have exactly one of free, minute/],
    ['a negative price', table(`    a: { minute: -1, ${dated} }`), /^prices\.acme\.a\.minute: /],
    ['no date', table('    a: { minute: 1, source: x }'), /^prices\.acme\.a\.asOf: /],
    ['no page', table('    a: { minute: 1, asOf: 2026-11 }'), /^prices\.acme\.a\.source: /],
    ['an unknown unit', table(`    a: { second: 1, ${dated} }`), /^prices\.acme\.a: /],
    ['a currency that is none', 'currency: euros\nprices: {}', /^currency: is not a code such as EUR/],
    ['a misspelt key', table('    a: { minute: 1, asOf: 2026-11, sorce: x }'), /Unrecognized key: "sorce"/],
    [
      'a comma',
      table(`    a:\n      minute: 0,5\n      asOf: 2026-11\n      source: x`),
      /^prices\.acme\.a\.minute: is not a number such as/,
    ],
    ['an empty vendor', 'prices:\n  acme:', /^prices\.acme: must be a table of models/],
    ['no prices', 'currency: EUR', /^prices: must be a table of vendors/],
    ['no table', '- a', /^the table: /],
    ['no YAML', 'prices: {', /^line \d+: /],
  ]
  test.each(faults)('with %s is refused with its place', (_what, text, fault) => {
    expect(() => parsePrices(text)).toThrow(fault)
  })
})
