import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { rename, unlink } from 'node:fs/promises'
import { samplesOf } from '../../src/audio/pcm.ts'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { generatePhrases } from '../../src/phrases/generate.ts'
import { reloadPhrases } from '../../src/phrases/reload.ts'
import { createAssets, pattern, texts, toneSpeaker } from './support.ts'

setDefaultTimeout(60_000)

let assets: Awaited<ReturnType<typeof createAssets>>
beforeAll(async () => {
  assets = await createAssets()
})
afterAll(() => assets.remove())
beforeEach(async () => {
  await assets.writeTexts(texts)
  await generatePhrases({ assetsDir: assets.dir, speaker: toneSpeaker() })
})

const file = (name: string) => Bun.file(assets.raw(name))
const rewrite = async (name: string, change: (bytes: Uint8Array) => Uint8Array) =>
  Bun.write(assets.raw(name), change(await file(name).bytes()))
const changeIndex = async (change: (text: string) => string) =>
  Bun.write(assets.raw('index.json'), change(await file('index.json').text()))

describe('a reload', () => {
  test('makes every shipped sentence available to a look-up', async () => {
    const cache = createPhraseCache({ megabytes: 8, voice: 'aura' })
    const result = await reloadPhrases(assets.dir, cache)
    expect(result).toMatchObject({ recordings: 113, generation: 1, incomplete: [] })
    expect(cache.find('Bonjour.', 'fr')?.samples).toEqual(samplesOf(await file('fr.welcome.raw').bytes()))
    expect(cache.find('nombre 99', 'fr')?.samples.length).toBeGreaterThan(160)
    expect(cache.find('Bonjour.', 'en')).toBeUndefined()
  })

  test('lets a call finish the old phrase it is playing, and gives the next call the new one', async () => {
    const cache = createPhraseCache({ megabytes: 8, voice: 'aura' })
    await reloadPhrases(assets.dir, cache)
    const playing = cache.find('Bonjour.', 'fr')!
    const before = playing.samples.slice()
    cache.keep('oui', 'fr', pattern(5, 320))
    await generatePhrases({ assetsDir: assets.dir, speaker: louder(), force: true })
    await reloadPhrases(assets.dir, cache)
    expect(playing.samples).toEqual(before)
    expect(cache.find('Bonjour.', 'fr')!.samples).not.toEqual(before)
    expect(cache.find('oui', 'fr')?.samples).toEqual(pattern(5, 320))
    await generatePhrases({ assetsDir: assets.dir, speaker: toneSpeaker(), force: true })
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['missing', () => rename(assets.raw('fr.ok.1.raw'), assets.raw('moved')), 'fr.ok.1.raw is missing'],
    ['odd', () => rewrite('fr.ok.1.raw', (b) => b.slice(0, -1)), 'fr.ok.1.raw has an odd length'],
    ['truncated', () => rewrite('fr.ok.1.raw', (b) => b.slice(0, -320)), 'fr.ok.1.raw has'],
    [
      'changed',
      () => rewrite('fr.ok.1.raw', (b) => b.fill(1, 0, 2)),
      'fr.ok.1.raw does not match its checksum',
    ],
    [
      'listed under another name',
      () => changeIndex((t) => t.replace('fr.ok.1.raw', 'fr.none.raw')),
      'fr.none.raw is missing',
    ],
    ['without an index', () => unlink(assets.raw('index.json')), 'index.json is missing'],
    ['with a truncated index', () => changeIndex((text) => text.slice(0, -9)), 'index.json is not JSON'],
    [
      'with an index of another rate',
      () => changeIndex((text) => text.replace('"rateHz": 8000', '"rateHz": 16000')),
      'index.json rateHz',
    ],
    [
      'with a path in its index',
      () => changeIndex((text) => text.replace('fr.ok.1.raw', '../fr.ok.1.raw')),
      'is not the name of a recording',
    ],
  ])(
    'of a set that is %s changes nothing and names the file and the reason',
    async (_what, damage, message) => {
      const cache = createPhraseCache({ megabytes: 8, voice: 'aura' })
      await reloadPhrases(assets.dir, cache)
      const view = cache.find('Bonjour.', 'fr')
      await damage()
      const error = await reloadPhrases(assets.dir, cache).catch((reason) => reason)
      expect(error.code).toBe('badRecordings')
      expect(error.message).toContain(message)
      expect(cache.find('Bonjour.', 'fr')).toBe(view!)
    },
  )

  test('names every broken file', async () => {
    await unlink(assets.raw('fr.ok.1.raw'))
    await rewrite('fr.ok.2.raw', (bytes) => bytes.slice(1))
    const cache = createPhraseCache({ megabytes: 8, voice: 'aura' })
    const { message } = await reloadPhrases(assets.dir, cache).catch((reason) => reason)
    expect(message).toContain('fr.ok.1.raw is missing; fr.ok.2.raw has an odd length')
  })

  test('skips a recording of an older text and reports it', async () => {
    await assets.writeTexts({ ...texts, lines: { welcome: 'Bonsoir.' } })
    const cache = createPhraseCache({ megabytes: 8, voice: 'aura' })
    const { recordings, incomplete } = await reloadPhrases(assets.dir, cache)
    expect(recordings).toBe(110)
    expect(incomplete.map(({ file: name, reason }) => `${name} ${reason}`)).toEqual([
      'fr.welcome.raw speaks an older text',
      'fr.ok.1.raw is in the index but has no text',
      'fr.ok.2.raw is in the index but has no text',
    ])
    expect(cache.find('Bonjour.', 'fr')).toBeUndefined()
    expect(cache.find('Bonsoir.', 'fr')).toBeUndefined()
  })

  test('of bad texts changes nothing', async () => {
    const cache = createPhraseCache({ megabytes: 8, voice: 'aura' })
    await reloadPhrases(assets.dir, cache)
    await assets.writeTexts('{')
    expect(await reloadPhrases(assets.dir, cache).catch((reason) => reason.code)).toBe('badTexts')
    expect(cache.find('Bonjour.', 'fr')).toBeDefined()
  })

  test('larger than the cache’s limit is refused with the setting that would suffice', async () => {
    const cache = createPhraseCache({ megabytes: 0.5, voice: 'aura' })
    const error = await reloadPhrases(assets.dir, cache).catch((reason) => reason)
    expect([error.code, error.message]).toEqual(['tooBig', expect.stringContaining('PHRASE_CACHE_MB=')])
  })
})

/** The same voice, with another sound. */
function louder() {
  const speaker = toneSpeaker()
  const { speak } = speaker
  speaker.speak = async (text, language) => speak(`${text} bis`, language)
  return speaker
}
