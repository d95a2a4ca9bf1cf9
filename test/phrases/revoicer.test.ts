// The voice in use speaks the whole desk: once, in the background, and on air in one step.

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from 'bun:test'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { copyDesk, createDesk, marie, mortal, startDesk } from '../site/support.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { standIn } from './stand-in.ts'

setDefaultTimeout(60_000)

/** Sentences of the desk of the tests: three lines and 110 numbers. */
const all = 113

let shipped: Awaited<ReturnType<typeof createDesk>>
let desk: Awaited<ReturnType<typeof copyDesk>>
beforeAll(async () => {
  shipped = await createDesk()
})
afterAll(() => shipped.remove())
beforeEach(async () => {
  desk = await copyDesk(shipped.dir)
})
afterEach(() => desk.remove())

type Voice = ReturnType<typeof standIn>
/** A start whose voice is the stand-in. */
async function start(
  voice: Voice,
  {
    disk = mortal().disk,
    ...more
  }: { disk?: ReturnType<typeof mortal>['disk']; megabytes?: number; isHeld?: () => boolean } = {},
) {
  const clock = new FakeClock()
  const started = await startDesk(desk.dir, disk, { speaker: voice.speaker, clock, ...more })
  /** Works until all is done, or it has paused `pauses` times; the clock moves only while it pauses. */
  const run = async (pauses = 100) => {
    let done = false
    const end = started.revoicer.work().then(() => {
      done = true
    })
    while (!done && pauses >= 0) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (clock.pending === 0) continue
      pauses--
      while (pauses >= 0 && clock.pending > 0) await clock.run(1_000)
    }
    if (done) await end
  }
  return { ...started, clock, run }
}

describe('the voice in use', () => {
  test('speaks every sentence once, and is on air for the calls that begin when it has', async () => {
    const voice = standIn()
    const one = await start(voice)
    const before = one.cache.forCall()
    expect(one.revoicer.state).toMatchObject({ voice: 'stand-in/marie', onAir: false, phrases: all, done: 0 })
    const sizes = { before: before.find('Bonjour.', 'fr')!.samples.length }
    await one.run()
    expect(one.revoicer.state).toMatchObject({ onAir: true, phase: 'done', phrases: all, done: all })
    expect(voice.asked).toHaveLength(all)
    expect(new Set(voice.asked).size).toBe(all)
    expect(before.find('Bonjour.', 'fr')?.samples.length).toBe(sizes.before)
    expect(one.cache.forCall().find('Bonjour.', 'fr')?.samples.length).not.toBe(sizes.before)
    expect(one.info('welcome').source).toBe('stand-in/marie')
    // At most two sets are in memory.
    expect(one.cache.share().arenas).toHaveLength(2)
  })

  test('says nothing while an overloaded server holds such work, and goes on when it is well', async () => {
    const voice = standIn()
    let isHeld = true
    const one = await start(voice, { isHeld: () => isHeld })
    void one.revoicer.work()
    await one.clock.run(60_000)
    // It waits for its next look at that, and for nothing else.
    expect([voice.asked, one.clock.pending]).toEqual([[], 1])
    isHeld = false
    await one.run()
    expect(one.revoicer.state).toMatchObject({ onAir: true, done: all })
  })

  test('is not on air while a single sentence is missing', async () => {
    const voice = standIn()
    voice.never.add('nombre 42')
    const one = await start(voice)
    await one.run(5)
    expect(one.revoicer.state).toMatchObject({ onAir: false, phase: 'paused', done: all - 1 })
    expect(one.cache.forCall().find('Bonjour.', 'fr')).toEqual(one.cache.find('Bonjour.', 'fr'))
    expect(one.paused.at(-1)).toContain('112 of 113')
    expect(one.paused.at(-1)).toContain('no speech')
    one.revoicer.close()
  })

  test('is not asked again after a restart', async () => {
    const voice = standIn()
    await (await start(voice)).run()
    const again = await start(voice)
    expect(again.revoicer.state).toMatchObject({ onAir: true, phase: 'done', done: all })
    await again.run()
    expect(voice.asked).toHaveLength(all)
    expect(again.paused.filter((reason) => reason !== undefined)).toEqual([])
  })

  test('goes on after a restart where it was', async () => {
    const voice = standIn()
    const one = await start(voice)
    voice.mishaps.push(...Array.from({ length: 40 }, () => ({ waits: Promise.resolve() })), 'dies')
    await one.run(0)
    one.revoicer.close()
    const asked = voice.asked.length
    expect(asked).toBeWithin(40, 44)
    await (await start(voice)).run()
    expect(voice.asked.length).toBeWithin(all, all + 3)
  })

  test('whose key is another begins from the beginning, and what was spoken before stays', async () => {
    const [first, second] = [standIn(), standIn('stand-in/marie#ba9876543210')]
    await (await start(first)).run()
    await (await start(second)).run()
    expect(second.asked).toHaveLength(all)
    expect((await start(first)).revoicer.state).toMatchObject({ onAir: true })
    expect(first.asked).toHaveLength(all)
  })
})

describe('a sentence that is changed', () => {
  test('is spoken alone, and the voice stays on air', async () => {
    const voice = standIn()
    const one = await start(voice)
    await one.run()
    expect((await one.editor.put('welcome', 'fr', 'Bonsoir.', marie)).ok).toBe(true)
    await one.run()
    expect(voice.asked.slice(all)).toEqual(['Bonsoir.'])
    expect(one.revoicer.state).toMatchObject({ onAir: true, done: all - 1, phrases: all - 1 })
    expect(one.cache.forCall().find('Bonsoir.', 'fr')).toBeDefined()
  })

  test('back to words that another voice spoke is spoken again, and live until then', async () => {
    const other = await startDesk(desk.dir)
    await other.editor.put('welcome', 'fr', 'Bonsoir.', marie)
    const voice = standIn()
    const one = await start(voice)
    await one.run()
    expect(voice.asked).toContain('Bonsoir.')
    await one.editor.undo(1, 'Paul')
    expect(one.cache.forCall().find('Bonjour.', 'fr')).toBeUndefined()
    expect(one.revoicer.state.onAir).toBe(true)
    await one.run()
    expect(voice.asked.slice(all)).toEqual(['Bonjour.'])
    expect(one.cache.forCall().find('Bonjour.', 'fr')).toBeDefined()
  })

  test('whose audio is damaged is spoken alone', async () => {
    const voice = standIn()
    await (await start(voice)).run()
    const content = join(desk.dir, 'data/site/content')
    const [name] = await readdir(content)
    await Bun.write(join(content, name!), new Uint8Array(8))
    const again = await start(voice)
    // Sentences of the same length have the same tone.
    const damaged = again.revoicer.state.phrases - again.revoicer.state.done
    expect(damaged).toBeGreaterThan(0)
    await again.run()
    expect(voice.asked).toHaveLength(all + damaged)
    expect(again.revoicer.state).toMatchObject({ onAir: true, done: all })
  })
})

describe('a failure', () => {
  test('pauses as long as the vendor asks, is said, and ends with the next success', async () => {
    const voice = standIn()
    voice.mishaps.push({ refuses: { retryAfterMs: 120_000 } })
    const one = await start(voice)
    await one.run(0)
    expect(one.paused.at(-1)).toContain('stand-in/marie has spoken 1 of 113 phrases and pauses')
    const atMs = one.clock.now()
    expect(voice.asked).toHaveLength(2)
    await one.run()
    expect(voice.asked).toHaveLength(all + 1)
    expect(one.clock.now() - atMs).toBe(120_000)
    expect(one.paused.at(-1)).toBeUndefined()
  })

  test('after a failure pauses longer and longer', async () => {
    const voice = standIn()
    voice.mishaps.push(...Array.from({ length: 12 }, () => 'dies' as const))
    const one = await start(voice)
    const startMs = one.clock.now()
    await one.run()
    // Two at a time fail: six pauses of 15 s, doubled each time.
    expect(one.clock.now() - startMs).toBe(15_000 * (1 + 2 + 4 + 8 + 16 + 32))
  })

  test('of the folder shows before anything is bought', async () => {
    const voice = standIn()
    await mkdir(join(desk.dir, 'data/site'), { recursive: true })
    await Bun.write(join(desk.dir, 'data/site/voices'), 'a file')
    const one = await start(voice)
    await one.run(0)
    one.revoicer.close()
    expect([voice.asked, one.revoicer.state.phase]).toEqual([[], 'paused'])
  })

  test('of the memory too: both sets have to fit into PHRASE_CACHE_MB', async () => {
    const voice = standIn()
    const one = await start(voice, { megabytes: 2 })
    await one.run()
    expect(voice.asked).toEqual([])
    expect(one.paused.at(-1)).toContain('need about PHRASE_CACHE_MB=')
  })
})

test('only the languages that are offered are loaded and spoken', async () => {
  const texts = await Bun.file(join(desk.dir, 'phrases/fr.json')).json()
  await Bun.write(join(desk.dir, 'phrases/en.json'), JSON.stringify({ ...texts, language: 'en' }))
  const voice = standIn()
  const one = await start(voice)
  await one.run()
  expect(voice.asked).toHaveLength(all)
  expect(new Set(one.editor.list().map(({ language }) => language))).toEqual(new Set(['fr']))
})
