// The phrase routes over the real phrase editor, an assets folder and a voice of tones: what the page does, end to end.

import { afterEach, beforeEach, expect, test } from 'bun:test'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '../../src/admin/client.ts'
import { readWav } from '../../src/audio/wav.ts'
import { createPhraseCache } from '../../src/phrases/cache.ts'
import { openPhraseEditor } from '../../src/phrases/editor.ts'
import { generatePhrases } from '../../src/phrases/generate.ts'
import { openSite } from '../../src/site/store.ts'
import { createAssets, texts, toneSpeaker } from '../phrases/support.ts'
import { fakeProgram } from './fakes.ts'

let assets: Awaited<ReturnType<typeof createAssets>>
beforeEach(async () => {
  assets = await createAssets()
  await generatePhrases({ assetsDir: assets.dir, speaker: toneSpeaker() })
})
afterEach(() => assets.remove())

async function open() {
  const cache = createPhraseCache({ megabytes: 64, voice: 'tone-1' })
  const phrases = await openPhraseEditor({
    assetsDir: assets.dir,
    site: await openSite({ dir: join(assets.dir, 'site'), wallMs: Date.now }),
    language: 'fr',
    cache,
    speaker: toneSpeaker(),
    decode: async (file) => readWav(file).samples,
    onLoaded() {},
  })
  const { ask } = fakeProgram({ phrases })
  const fetch = ((url: string, init?: RequestInit) =>
    ask(new URL(url).pathname + new URL(url).search, init)) as unknown as typeof globalThis.fetch
  return { cache, phrases, api: createClient('http://127.0.0.1:8080', undefined, fetch).api.phrases }
}

test('every listed phrase can be played, and changed to the text it already has', async () => {
  const { api } = await open()
  const { phrases } = await (await api.$get()).json()
  expect(phrases.map(({ name }) => name)).toEqual(expect.arrayContaining(['welcome', 'ok.2', 'number-06']))
  for (const { name, bytes } of phrases) {
    const query = { language: 'fr' } as const
    const response = await api[':name'].$get({ param: { name: `${name}.wav` }, query })
    const wav = readWav(new Uint8Array(await response.arrayBuffer()))
    expect([name, wav.samples.byteLength]).toEqual([name, bytes])
  }
  for (const name of ['welcome', 'ok.2', 'number-06']) {
    const text = phrases.find((phrase) => phrase.name === name)!.text
    const response = await api[':name'].$put({ param: { name }, json: { text, language: 'fr' } })
    expect([name, response.status]).toEqual([name, 200])
  }
})

test('1 000 look-ups during 50 reloads find the old phrase or the new one, each whole', async () => {
  const { cache, api } = await open()
  // Two sets that differ in every sample and in every length; each reload finds the other one on disk.
  const [inUse, aside] = [join(assets.dir, 'cache'), join(assets.dir, 'aside')]
  const swap = async () => {
    await rename(inUse, `${aside}.now`)
    await rename(aside, inUse)
    await rename(`${aside}.now`, aside)
  }
  const sentences = ['Bonjour.', "D'accord.", 'Très bien.', texts.numbers['06']!]
  const whole = new Set<string>()
  const remember = () => {
    for (const text of sentences) whole.add(shapeOf(text, cache.find(text, 'fr')!.samples))
  }
  remember()
  await rename(inUse, aside)
  const longer = toneSpeaker()
  const { speak } = longer
  longer.speak = (text, language) => speak(`${text} bis`, language)
  await generatePhrases({ assetsDir: assets.dir, speaker: longer })
  await api.reload.$post()
  remember()
  expect(whole.size).toBe(sentences.length * 2)

  const torn: string[] = []
  const generations = new Set<number>()
  let lookups = 0
  let isReloading = true
  const looking = (async () => {
    while (isReloading || lookups < 1_000) {
      const text = sentences[lookups++ % sentences.length]!
      const view = cache.find(text, 'fr')!
      generations.add(view.generation)
      // A playing phrase is read for a while, across swaps.
      await new Promise((resolve) => setImmediate(resolve))
      if (!whole.has(shapeOf(text, view.samples))) torn.push(text)
    }
  })()
  for (let reload = 0; reload < 50; reload++) {
    await swap()
    expect((await api.reload.$post()).status).toBe(200)
  }
  isReloading = false
  await looking
  expect(torn).toEqual([])
  expect(lookups).toBeGreaterThanOrEqual(1_000)
  expect(generations.size).toBeGreaterThan(20)
}, 30_000)

const shapeOf = (text: string, samples: Int16Array) => `${text} ${samples.length} ${Bun.hash(samples)}`

test('a reload that finds a broken file names it, and the old phrases stay in use', async () => {
  const { api, cache } = await open()
  const before = cache.find('Bonjour.', 'fr')
  await Bun.write(assets.raw('fr.ok.2.raw'), new Uint8Array(999))
  const response = await api.reload.$post()
  expect(response.status as number).toBe(422)
  expect(await response.json()).toMatchObject({
    code: 'reload_rejected',
    detail: expect.stringContaining('fr.ok.2.raw'),
  })
  expect(cache.find('Bonjour.', 'fr')).toBe(before!)
})
