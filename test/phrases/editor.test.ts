import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProviderError } from '../../src/base/errors.ts'
import { createPhraseCache, type PhraseCache } from '../../src/phrases/cache.ts'
import { openPhraseDesk, type PhraseDesk } from '../../src/phrases/editor.ts'
import type { PhraseSpeaker } from '../../src/phrases/generate.ts'

const assets = join(import.meta.dir, '..', '..', 'assets')
let dir: string
let cache: PhraseCache
let desk: PhraseDesk
let loads: number

/** Half a second of a tone: sound that finishing keeps. */
const tone = Int16Array.from({ length: 4_000 }, (_, i) => 8_000 * Math.sin(i / 3))
const speaker: PhraseSpeaker = { voice: 'test-voice', speak: async () => ({ samples: tone, rateHz: 8_000 }) }

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'desk-'))
  for (const folder of ['phrases', 'cache'])
    await cp(join(assets, folder), join(dir, folder), { recursive: true })
  cache = createPhraseCache({ megabytes: 32, voice: 'test-voice' })
  loads = 0
  desk = await openPhraseDesk({
    assetsDir: dir,
    language: 'fr',
    cache,
    speaker,
    onLoaded: () => void loads++,
  })
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function everything(): Promise<string> {
  const parts: string[] = []
  for (const folder of ['phrases', 'cache'])
    for (const file of (await readdir(join(dir, folder))).sort())
      parts.push(`${file} ${Bun.hash(await Bun.file(join(dir, folder, file)).bytes())}`)
  return parts.join('\n')
}

describe('the operator’s phrases', () => {
  test('every phrase is listed with its text, its length and its voice, and can be heard', () => {
    const list = desk.list()
    expect(list.length).toBe(cache.state.recordings)
    for (const phrase of list) {
      expect(phrase.bytes).toBe(phrase.durationMs * 16)
      expect(desk.samples(phrase.name, phrase.language)?.byteLength).toBe(phrase.bytes)
    }
    expect(desk.samples('nothing', 'fr')).toBeUndefined()
  })

  test('looking at them and hearing one counts as no sentence of a call', () => {
    const { hits, misses } = cache.state
    for (const { name, language } of desk.list()) desk.samples(name, language)
    expect(cache.state).toMatchObject({ hits, misses })
  })

  test('the desk’s own language is listed first', () => {
    expect(desk.list()[0].language).toBe('fr')
  })

  test('a changed text is spoken, stored and found at once, and outlives a reload', async () => {
    const change = await desk.put('welcome', 'fr', '  Bonjour,   ici Wouippleul. ')
    expect(change.ok).toBe(true)
    expect(loads).toBe(2)
    const view = cache.find('Bonjour, ici Wouippleul.', 'fr')
    expect(view?.samples.length).toBeGreaterThan(3_000)
    expect(desk.texts.find(({ language }) => language === 'fr')?.lines.welcome).toBe(
      'Bonjour, ici Wouippleul.',
    )
    expect((await desk.reload()).ok).toBe(true)
    expect(desk.list().find(({ name, language }) => name === 'welcome' && language === 'fr')?.source).toBe(
      'test-voice',
    )
  })

  test('one wording of several, and a number, are changed alone', async () => {
    const before = desk.list().filter(({ name }) => name.startsWith('ok.'))
    await desk.put('ok.2', 'fr', 'Parfait, c’est noté.')
    const after = desk.list().filter(({ name }) => name.startsWith('ok.'))
    expect(after.filter(({ text }, i) => text !== before[i].text).map(({ name }) => name)).toEqual(['ok.2'])
    expect((await desk.put('number-06', 'fr', 'zéro, six')).ok).toBe(true)
    expect(desk.samples('number-06', 'fr')?.length).toBeGreaterThan(3_000)
  })

  const refusals: [string, string, string, string][] = [
    ['an unknown name', 'nothing', 'fr', 'Bonjour.'],
    ['an unknown language', 'welcome', 'de', 'Bonjour.'],
    ['a name that would be a path', '../welcome', 'fr', 'Bonjour.'],
    ['an empty text', 'welcome', 'fr', '   '],
    ['a text without end', 'welcome', 'fr', 'a'.repeat(401)],
    ['markup', 'welcome', 'fr', 'Bonjour <break/>'],
  ]
  test.each(refusals)('%s is refused and nothing changes', async (_, name, language, text) => {
    const before = await everything()
    const change = await desk.put(name, language, text)
    expect(change.ok).toBe(false)
    expect(await everything()).toBe(before)
  })

  test('a voice that fails, or is silent, leaves everything as it was', async () => {
    const before = await everything()
    for (const speak of [
      () => Promise.reject(new ProviderError('unavailable', 'gone')),
      async () => ({ samples: new Int16Array(0), rateHz: 8_000 }),
    ]) {
      const broken = await openPhraseDesk({
        assetsDir: dir,
        language: 'fr',
        cache,
        speaker: { ...speaker, speak },
        onLoaded() {},
      })
      expect((await broken.put('welcome', 'fr', 'Bonjour.')).ok).toBe(false)
      expect(await everything()).toBe(before)
    }
  })

  test('a broken file rejects the reload, says which, and the old phrases go on', async () => {
    await Bun.write(join(dir, 'cache', 'fr.welcome.raw'), new Uint8Array(10))
    const change = await desk.reload()
    expect(change).toMatchObject({ ok: false })
    expect(JSON.stringify(change)).toContain('fr.welcome.raw')
    expect(desk.samples('welcome', 'fr')?.length).toBeGreaterThan(10_000)
  })

  test('changes asked at once happen one after the other', async () => {
    const changes = await Promise.all(
      ['Un.', 'Deux.', 'Trois.'].map((text) => desk.put('welcome', 'fr', text)),
    )
    expect(changes.every(({ ok }) => ok)).toBe(true)
    expect(desk.list().find(({ name, language }) => name === 'welcome' && language === 'fr')?.text).toBe(
      'Trois.',
    )
  })
})
