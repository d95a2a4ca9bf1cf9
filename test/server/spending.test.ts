// What vendors cost today and DAILY_BUDGET, on a faked clock: a budget reached in mid-day, midnight, a restart.

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readConfig } from '../../src/config.ts'
import { layPrices, parsePrices } from '../../src/providers/prices.ts'
import { audioUsage, type Billed, characterUsage, tokenUsage } from '../../src/providers/usage.ts'
import { createRelief } from '../../src/server/context.ts'
import { Spending } from '../../src/server/spending/spending.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'spending-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const voice: Billed = { vendor: 'acme', model: 'voice' }
const ear: Billed = { vendor: 'acme', model: 'ear' }
const model: Billed = { vendor: 'acme', model: 'model' }
const dated = 'asOf: 2026-11, source: https://acme.example'
const pricesOf = (perMillion: number, currency = 'USD') =>
  layPrices(
    parsePrices(`currency: ${currency}
prices:
  acme:
    voice: { millionCharacters: ${perMillion}, ${dated} }
    ear: { minute: 0.006, ${dated} }
    model: { millionTokens: { prompt: 1, completion: 2 }, ${dated} }`),
    undefined,
  )

type Start = { dir?: string; settings?: Record<string, string>; clock?: FakeClock; billed?: Billed[] }

/** A start of the server. Its metrics begin at nothing, as those of a new process. */
async function open({
  dir,
  settings = { DAILY_BUDGET: '1' },
  clock = new FakeClock(),
  billed = [],
}: Start = {}) {
  const folder = dir ?? (await mkdtemp(join(root, 'data-')))
  const lines: { event: string; level: string }[] = []
  const { log } = createLog({
    level: 'info',
    showPrivate: false,
    write: (line) => void lines.push(JSON.parse(line)),
  })
  const metrics = new Metrics()
  const relief = createRelief()
  const config = readConfig({ DATA_DIR: folder, ...settings })
  const server = { prices: pricesOf(30) }
  const context = { clock, config, log, metrics, relief }
  const spending = new Spending(context, () => server.prices, billed)
  return {
    ...{ spending, clock, relief, metrics, lines, server, dir: folder },
    /** 30 USD a million. */
    speak: (characters: number) => characterUsage(metrics, voice).add(characters),
    gauge: (name: string) => metrics.gauge(name, '').value,
    events: () => lines.map(({ event }) => event),
  }
}

/** Paris is an hour before UTC in winter; the faked clock begins at 10:00 there. */
const hours = (count: number) => count * 3_600_000

test('new calls use vendors until the budget is spent, and again after the next midnight', async () => {
  const { spending, clock, relief, speak, gauge, events } = await open()
  expect([gauge('daily_budget'), relief.spendsNothing]).toEqual([1, false])
  speak(33_000)
  await clock.run(2_000)
  expect(gauge('daily_cost')).toBeCloseTo(0.99, 9)
  expect([relief.spendsNothing, gauge('daily_budget_spent'), events()]).toEqual([false, 0, []])
  speak(400)
  await clock.run(2_000)
  const spent = 'the budget of the day is spent: new calls use keys until midnight'
  expect([relief.spendsNothing, gauge('daily_budget_spent'), events()]).toEqual([true, 1, [spent]])
  // Calls that had begun go on, and cost.
  speak(10_000)
  await clock.run(hours(13) + 59 * 60_000)
  expect(gauge('daily_cost')).toBeCloseTo(1.302, 9)
  expect([relief.spendsNothing, events()]).toEqual([true, [spent]])
  await clock.run(2 * 60_000)
  expect([relief.spendsNothing, gauge('daily_cost'), gauge('daily_budget_spent')]).toEqual([false, 0, 0])
  expect(events()).toEqual([spent, 'new calls use the vendors again'])
  await spending.stop()
})

test('a restart in mid-day forgets nothing; one on the next day begins at nothing', async () => {
  const clock = new FakeClock()
  const first = await open({ clock })
  first.speak(40_000)
  await first.clock.run(2_000)
  await first.spending.stop()
  const second = await open({ dir: first.dir, clock })
  expect([second.relief.spendsNothing, second.spending.info().spent]).toEqual([true, 1.2])
  second.speak(10_000)
  await second.spending.stop()
  const third = await open({ dir: first.dir, clock })
  expect(third.spending.info().spent).toBeCloseTo(1.5, 9)
  expect(third.spending.info().uses).toMatchObject([{ ...voice, characters: 50_000 }])
  await third.spending.stop()
  clock.wallOffsetMs += hours(24)
  const next = await open({ dir: first.dir, clock })
  expect([next.relief.spendsNothing, next.spending.info().uses]).toEqual([false, []])
  await next.spending.stop()
})

test('a crash forgets ten seconds at most', async () => {
  const { clock, dir, speak } = await open()
  speak(20_000)
  await clock.run(10_000)
  // The write is one of the real disk.
  for (let i = 0; i < 500 && !(await readdir(dir)).some((name) => name.endsWith('.json')); i++)
    await Bun.sleep(2)
  const next = await open({ dir, clock })
  expect(next.spending.info().spent).toBeCloseTo(0.6, 9)
})

test('a budget of nothing spends nothing; no budget never ends', async () => {
  const none = await open({ settings: { DAILY_BUDGET: '0' } })
  expect(none.relief.spendsNothing).toBe(true)
  const endless = await open({ settings: {} })
  endless.speak(1_000_000_000)
  await endless.clock.run(2_000)
  expect([endless.relief.spendsNothing, endless.spending.info().budget]).toEqual([false, null])
  expect(endless.gauge('daily_cost')).toBe(30_000)
})

test('every kind of use has its price, and the total of a vendor only ever grows', async () => {
  const { spending, metrics, clock, speak } = await open({ billed: [voice, ear, model] })
  const cost = (of: Billed) => metrics.counter('provider_cost_total', '', { ...of, currency: 'USD' }).value
  // There before the first use.
  expect(metrics.snapshot().filter(({ name }) => name === 'provider_cost_total')).toHaveLength(3)
  speak(1_000)
  audioUsage(metrics, ear).add(90)
  tokenUsage(metrics, model)({ prompt: 1_000, cached: 0, completion: 500 }, false)
  tokenUsage(metrics, model)({ prompt: 2_000, cached: 0, completion: 0 }, true)
  expect(spending.info()).toMatchObject({ currency: 'USD', day: '2026-11-23', timeZone: 'Europe/Paris' })
  expect(spending.info().uses).toMatchObject([
    { ...voice, characters: 1_000, cost: 0.03 },
    { ...ear, seconds: 90, cost: expect.closeTo(0.009, 9) },
    { ...model, prompt: 3_000, completion: 500, estimated: 2_000, cost: 0.004 },
  ])
  await clock.run(hours(24))
  expect(spending.info().uses).toEqual([])
  expect([cost(voice), cost(ear), cost(model)].map((one) => Number(one.toFixed(6)))).toEqual([
    0.03, 0.009, 0.004,
  ])
})

test('a model without a price is counted, costs nothing, and is said once', async () => {
  const other: Billed = { vendor: 'acme', model: 'new' }
  const { spending, metrics, clock, events, relief } = await open({ billed: [voice, other] })
  const unknown = 'no price is known: what this model does counts as no money'
  expect(events()).toEqual([unknown])
  characterUsage(metrics, other).add(5_000_000)
  await clock.run(60_000)
  expect(events()).toEqual([unknown])
  expect(spending.info().uses).toMatchObject([{ ...other, characters: 5_000_000, cost: null }])
  expect(relief.spendsNothing).toBe(false)
})

test('a corrected price counts for the whole day', async () => {
  const { spending, server, speak, relief, clock } = await open()
  speak(40_000)
  await clock.run(2_000)
  expect(relief.spendsNothing).toBe(true)
  server.prices = pricesOf(15)
  await clock.run(2_000)
  expect([relief.spendsNothing, spending.info().spent]).toEqual([false, 0.6])
  server.prices = pricesOf(60, 'EUR')
  expect(spending.info()).toMatchObject({ spent: 2.4, currency: 'EUR', isSpent: true })
})

test('the day is that of TIME_ZONE', async () => {
  // 09:00 UTC: in Auckland it is 22:00, two hours before midnight.
  const { spending, clock, speak } = await open({ settings: { TIME_ZONE: 'Pacific/Auckland' } })
  speak(1_000)
  await clock.run(hours(2) - 60_000)
  expect(spending.info()).toMatchObject({ day: '2026-11-23', spent: 0.03 })
  await clock.run(60_000)
  expect(spending.info()).toMatchObject({ day: '2026-11-24', spent: 0 })
})

test('what the recognisers’ thread begins to count anew after it was lost takes nothing away', async () => {
  const { spending, metrics } = await open()
  const counter = audioUsage(metrics, ear)
  counter.add(60)
  expect(spending.info().spent).toBeCloseTo(0.006, 9)
  // ears.ts adds differences, so the counter itself never falls; a fall would count as nothing.
  counter.value = 0
  expect(spending.info().spent).toBeCloseTo(0.006, 9)
})

test('a file that cannot be read is named, and the day is counted from there on', async () => {
  const { dir, clock, spending, speak } = await open()
  speak(1_000)
  await spending.stop()
  const [file] = (await readdir(dir)).filter((name) => name.startsWith('spending-'))
  for (const text of ['{', '{"day":"2026-11-23","uses":[{"vendor":"acme"}]}', '[]']) {
    await Bun.write(join(dir, file!), text)
    const next = await open({ dir, clock })
    expect([next.events(), next.spending.info().uses]).toEqual([
      ['what vendors cost today cannot be read: it is counted from here on'],
      [],
    ])
  }
})

test('a file that is there but cannot be opened is named too', async () => {
  const dir = await mkdtemp(join(root, 'closed-'))
  await mkdir(join(dir, 'spending-9092.json'))
  const { events } = await open({ dir, settings: { AUDIOSOCKET_PORT: '9092' } })
  expect(events()).toEqual(['what vendors cost today cannot be read: it is counted from here on'])
})

test('a clock that is set right after the start finds what was kept of the day', async () => {
  const clock = new FakeClock()
  const first = await open({ clock })
  first.speak(40_000)
  await first.spending.stop()
  // A machine whose clock has no battery begins years ago.
  clock.wallOffsetMs -= hours(24 * 3_000)
  const second = await open({ dir: first.dir, clock })
  await clock.run(60_000)
  expect([second.relief.spendsNothing, second.spending.info().spent]).toEqual([false, 0])
  clock.wallOffsetMs += hours(24 * 3_000)
  await clock.run(2_000)
  expect([second.relief.spendsNothing, second.spending.info().spent]).toEqual([true, 1.2])
  await second.spending.stop()
})

test('a clock that falls back over midnight forgets nothing of either day', async () => {
  const { spending, clock, speak, relief } = await open()
  speak(40_000)
  await clock.run(hours(14))
  expect(spending.info()).toMatchObject({ day: '2026-11-24', spent: 0 })
  speak(1_000)
  clock.wallOffsetMs -= 60_000
  await clock.run(2_000)
  expect([relief.spendsNothing, spending.info().day]).toEqual([true, '2026-11-23'])
  expect(spending.info().spent).toBeCloseTo(1.23, 9)
  clock.wallOffsetMs += 60_000
  await clock.run(2_000)
  expect([relief.spendsNothing, spending.info().day]).toEqual([false, '2026-11-24'])
  await spending.stop()
})

test('a folder that cannot be written is said once, and the budget holds all the same', async () => {
  const { clock, events, relief, speak, spending } = await open({
    dir: join(root, 'there', 'is', 'no', 'folder'),
  })
  speak(20_000)
  await clock.run(10_000)
  await spending.stop()
  speak(20_000)
  await spending.stop()
  expect(events().filter((event) => event.startsWith('what vendors cost today is not kept'))).toHaveLength(1)
  expect(relief.spendsNothing).toBe(true)
})

test('two servers that share a folder count each for itself', async () => {
  const dir = await mkdtemp(join(root, 'shared-'))
  const one = await open({ dir, settings: { AUDIOSOCKET_PORT: '9101', DAILY_BUDGET: '1' } })
  const two = await open({ dir, settings: { AUDIOSOCKET_PORT: '9102', DAILY_BUDGET: '1' } })
  one.speak(40_000)
  two.speak(1_000)
  await one.spending.stop()
  await two.spending.stop()
  expect((await readdir(dir)).toSorted()).toEqual(['spending-9101.json', 'spending-9102.json'])
  expect([one.relief.spendsNothing, two.relief.spendsNothing]).toEqual([true, false])
})
