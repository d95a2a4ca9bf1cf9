// A site's own prices: laid by the command, printed by it, refused when they are wrong, and used after a reload.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { priceOf } from '../../src/providers/prices.ts'
import { openPrices, pricesId } from '../../src/server/spending/prices.ts'
import { runSite } from '../../src/site/main.ts'
import { openSite } from '../../src/site/store.ts'
import { startWorld } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'

setDefaultTimeout(60_000)

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'prices-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const flux = { vendor: 'deepgram', model: 'flux-general-multi' }
const mine = (minute: number, currency = 'USD') =>
  `currency: ${currency}
prices: { deepgram: { flux-general-multi: { minute: ${minute}, asOf: 2026-11-28, source: our contract } } }
`

/** `bun run site prices`, with a file of this text if there is one. */
async function site(text?: string) {
  let printed = ''
  const out = { write: (more: string) => (printed += more) }
  const args = text === undefined ? ['prices'] : ['prices', join(dir, 'mine.yaml')]
  if (text !== undefined) await Bun.write(join(dir, 'mine.yaml'), text)
  const code = await runSite(args, out, { DATA_DIR: join(dir, 'data'), CONFIG_FILE: '' })
  return { code, printed }
}

const inUse = async () =>
  openPrices('assets', await openSite({ dir: join(dir, 'data/site'), wallMs: Date.now }))

test('the command prints the shipped table until the site has its own, and lays that over it', async () => {
  const shipped = await Bun.file(join('assets', pricesId)).text()
  expect(await site()).toEqual({ code: 0, printed: shipped })
  expect(priceOf(await inUse(), flux)).toMatchObject({ minute: 0.0078, currency: 'USD' })
  expect((await site(mine(0.005))).code).toBe(0)
  expect(await site()).toEqual({ code: 0, printed: mine(0.005) })
  expect(priceOf(await inUse(), flux)).toMatchObject({ minute: 0.005, source: 'our contract' })
  expect(priceOf(await inUse(), { vendor: 'deepgram', model: 'nova-3' })).toMatchObject({ minute: 0.0048 })
})

test('a table that is wrong is refused with its place, and the one in use stays', async () => {
  await site(mine(0.005))
  const { code, printed } = await site(mine(-1))
  expect(code).toBe(1)
  expect(printed).toContain('prices.deepgram.flux-general-multi.minute: ')
  expect(priceOf(await inUse(), flux)).toMatchObject({ minute: 0.005 })
})

test('a vendor that is misspelt is refused with all others, in one message without "Error:"', async () => {
  const wrong = mine(0.005).replace('deepgram:', 'deepgarm:').replace('prices: {', 'prices: { acme: {},')
  const { code, printed } = await site(wrong)
  expect(code).toBe(1)
  expect(printed).toBe(
    `${join(dir, 'mine.yaml')}: prices.acme: is not a vendor; ` +
      'prices.deepgarm: is not a vendor: do you mean deepgram? ' +
      "(vendors are own, deepgram, openai, groq, mistral, embedded, or the host name of another company's server)\n",
  )
  expect((await site(mine(0.005).replace('deepgram:', 'openrouter.ai:'))).code).toBe(0)
})

test('a start with wrong prices in the site folder stops with what is wrong and how to mend it', async () => {
  const kept = await openSite({ dir: join(dir, 'data/site'), wallMs: Date.now })
  const bytes = new TextEncoder().encode(mine(0.005).replace('deepgram:', 'deepgarm:'))
  const after = { sha256: await kept.store(bytes, 'txt'), bytes: bytes.length, version: 1 }
  await kept.commit({
    by: 'Marie',
    action: 'document',
    items: [{ kind: 'document', id: pricesId, before: null, after }],
  })
  const start = startWorld({ DATA_DIR: join(dir, 'data') })
  await expect(start).rejects.toThrow(
    /own prices cannot be used: prices\.deepgarm: is not a vendor: do you mean deepgram\?.*`bun run site undo/,
  )
})

test('a running server uses new prices after a reload', async () => {
  const world = await startWorld({ DATA_DIR: join(dir, 'data') })
  try {
    const ask = (path: string, init?: RequestInit) => askAdmin(world.server.adminUrl, path, init)
    const currency = async () =>
      ((await (await ask('/api/spending')).json()) as { currency: string }).currency
    expect(await currency()).toBe('USD')
    expect((await site(mine(0.005, 'EUR'))).code).toBe(0)
    expect(await currency()).toBe('USD')
    expect((await ask('/api/phrases/reload', { method: 'POST' })).status).toBe(200)
    expect(await currency()).toBe('EUR')
  } finally {
    await world.stop()
  }
})
