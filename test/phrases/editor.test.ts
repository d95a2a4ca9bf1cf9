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
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProviderError } from '../../src/base/errors.ts'
import { createPhraseCache, type PhraseCache } from '../../src/phrases/cache.ts'
import { openPhraseEditor } from '../../src/phrases/editor.ts'
import type { PhraseSpeaker } from '../../src/phrases/generate.ts'
import type { PhraseEditor } from '../../src/phrases/types.ts'
import { openSite, type Site } from '../../src/site/store.ts'

setDefaultTimeout(60_000)

const assets = join(import.meta.dir, '..', '..', 'assets')
let dir: string
let cache: PhraseCache
let editor: PhraseEditor
let site: Site
let loads: number

/** Half a second of a tone: sound that finishPhrase keeps. */
const tone = Int16Array.from({ length: 4_000 }, (_, i) => 8_000 * Math.sin(i / 3))
const speaker: PhraseSpeaker = { voice: 'test-voice', speak: async () => ({ samples: tone, rateHz: 8_000 }) }

/** Uploaded files are samples here; audio that is not is refused as the audio workers refuse it. */
const decode = async (file: Uint8Array) => {
  if (file.length % 2 === 1) throw new Error('bytes of no known audio format')
  return new Int16Array(file.slice().buffer)
}
const marie = { by: 'Marie' }

/** A copy of our own phrases: a third of a second of an idle core. */
async function setUp(): Promise<void> {
  dir = await mkdtemp(join(tmpdir(), 'editor-'))
  for (const folder of ['phrases', 'cache'])
    await cp(join(assets, folder), join(dir, folder), { recursive: true })
  cache = createPhraseCache({ megabytes: 64, voice: 'test-voice' })
  loads = 0
  site = await openSite({ dir: join(dir, 'site'), wallMs: () => Date.UTC(2026, 10, 28) })
  editor = await openPhraseEditor({
    assetsDir: dir,
    site,
    language: 'fr',
    cache,
    speaker,
    decode,
    onLoaded: () => void loads++,
  })
}
const tearDown = () => rm(dir, { recursive: true, force: true })

async function everything(): Promise<string> {
  const parts: string[] = []
  for (const folder of ['phrases', 'cache', 'site/generations'])
    for (const file of (await readdir(join(dir, folder)).catch(() => [])).sort())
      parts.push(`${file} ${Bun.hash(await Bun.file(join(dir, folder, file)).bytes())}`)
  return parts.join('\n')
}

describe('the phrase editor', () => {
  beforeAll(setUp)
  afterAll(tearDown)

  test('lists every phrase with its text, length and voice, and returns its samples', () => {
    const list = editor.list()
    // Phrases of one language with the same text, such as the Spanish "uno", share a recording.
    const texts = new Set(list.map(({ language, text }) => `${language} ${text}`))
    expect(texts.size).toBe(cache.state.recordings)
    for (const phrase of list) {
      expect(phrase.bytes).toBe(phrase.durationMs * 16)
      expect(editor.samples(phrase.name, phrase.language)?.byteLength).toBe(phrase.bytes)
    }
    expect(editor.samples('nothing', 'fr')).toBeUndefined()
  })

  test('listing phrases and hearing one do not count as hits of a call', () => {
    const { hits, misses } = cache.state
    for (const { name, language } of editor.list()) editor.samples(name, language)
    expect(cache.state).toMatchObject({ hits, misses })
  })

  test('the bot’s own language is listed first', () => {
    expect(editor.list()[0].language).toBe('fr')
  })

  const refusals: [string, string, string, string][] = [
    ['an unknown name', 'nothing', 'fr', 'Bonjour.'],
    ['an unknown language', 'welcome', 'xx', 'Bonjour.'],
    ['a name that would be a path', '../welcome', 'fr', 'Bonjour.'],
    ['an empty text', 'welcome', 'fr', '   '],
    ['a text without end', 'welcome', 'fr', 'a'.repeat(401)],
    ['markup', 'welcome', 'fr', 'Bonjour <break/>'],
  ]
  test.each(refusals)('%s is refused and nothing changes', async (_, name, language, text) => {
    const before = await everything()
    const change = await editor.put(name, language, text, marie)
    expect(change.ok).toBe(false)
    expect(await everything()).toBe(before)
  })

  test('a voice that fails or is silent leaves everything as it was', async () => {
    const before = await everything()
    for (const speak of [
      () => Promise.reject(new ProviderError('unavailable', 'gone')),
      async () => ({ samples: new Int16Array(0), rateHz: 8_000 }),
    ]) {
      const broken = await openPhraseEditor({
        assetsDir: dir,
        site,
        language: 'fr',
        cache,
        speaker: { ...speaker, speak },
        decode,
        onLoaded() {},
      })
      expect((await broken.put('welcome', 'fr', 'Bonjour.', marie)).ok).toBe(false)
      expect(await everything()).toBe(before)
    }
  })
})

describe('the phrase editor, where it changes a phrase or a file is broken', () => {
  beforeEach(setUp)
  afterEach(tearDown)

  test('a changed text is spoken, stored and found at once, and survives a reload', async () => {
    const change = await editor.put('welcome', 'fr', '  Bonjour,   ici Wouippleul. ', marie)
    expect(change.ok).toBe(true)
    expect(loads).toBe(2)
    const view = cache.find('Bonjour, ici Wouippleul.', 'fr')
    expect(view?.samples.length).toBeGreaterThan(3_000)
    expect(editor.texts.find(({ language }) => language === 'fr')?.lines.welcome).toBe(
      'Bonjour, ici Wouippleul.',
    )
    expect((await editor.reload()).ok).toBe(true)
    expect(editor.list().find(({ name, language }) => name === 'welcome' && language === 'fr')?.source).toBe(
      'test-voice',
    )
  })

  test('one variant of several, or one number, changes alone', async () => {
    const before = editor.list().filter(({ name }) => name.startsWith('ok.'))
    await editor.put('ok.2', 'fr', 'Parfait, c’est noté.', marie)
    const after = editor.list().filter(({ name }) => name.startsWith('ok.'))
    expect(after.filter(({ text }, i) => text !== before[i].text).map(({ name }) => name)).toEqual(['ok.2'])
    expect((await editor.put('number-06', 'fr', 'zéro, six', marie)).ok).toBe(true)
    expect(editor.samples('number-06', 'fr')?.length).toBeGreaterThan(3_000)
  })

  test('a broken file rejects the reload by name, and the old phrases stay in use', async () => {
    await Bun.write(join(dir, 'cache', 'fr.welcome.raw'), new Uint8Array(10))
    const change = await editor.reload()
    expect(change).toMatchObject({ ok: false })
    expect(JSON.stringify(change)).toContain('fr.welcome.raw')
    expect(editor.samples('welcome', 'fr')?.length).toBeGreaterThan(10_000)
  })

  test('concurrent changes run one after the other', async () => {
    const changes = await Promise.all(
      ['Un.', 'Deux.', 'Trois.'].map((text) => editor.put('welcome', 'fr', text, marie)),
    )
    expect(changes.every(({ ok }) => ok)).toBe(true)
    expect(editor.list().find(({ name, language }) => name === 'welcome' && language === 'fr')?.text).toBe(
      'Trois.',
    )
  })

  test('a preview speaks a text or makes a file ready, and changes nothing', async () => {
    const before = await everything()
    expect(await editor.preview('welcome', 'fr', 'Bonsoir.')).toMatchObject({ ok: true })
    expect(await editor.previewSound(new Uint8Array(tone.buffer))).toMatchObject({ ok: true })
    expect(await editor.preview('welcome', 'fr', '<b>')).toMatchObject({ ok: false })
    expect(await everything()).toBe(before)
    expect(cache.peek('Bonsoir.', 'fr')).toBeUndefined()
  })

  test('the sound of a person is used for its text, whatever voice speaks, until the text changes', async () => {
    const welcome = () => editor.list().find(({ name, language }) => name === 'welcome' && language === 'fr')!
    const { text } = welcome()
    cache.keep(text, 'fr', new Int16Array(160).fill(9), 'test-voice')
    expect((await editor.putSound('welcome', 'fr', new Uint8Array(tone.buffer), marie)).ok).toBe(true)
    expect(welcome()).toMatchObject({ text, source: 'speaker', version: 1 })
    expect(cache.find(text, 'fr')!.samples.length).toBeGreaterThan(3_000)
    await editor.reload()
    expect(welcome().source).toBe('speaker')
    await editor.put('welcome', 'fr', 'Bonsoir.', marie)
    expect(welcome().source).toBe('test-voice')
    await editor.undo(2, 'Paul')
    expect(welcome()).toMatchObject({ text, source: 'speaker' })
  })

  test.each([
    ['no audio', () => new Uint8Array(7), undefined],
    ['a minute and more', () => new Uint8Array(970_000), 'sound_too_long'],
    ['silence', () => new Uint8Array(16_000), 'sound_too_quiet'],
    ['a click', () => new Uint8Array(tone.slice(0, 400).buffer), 'sound_too_short'],
  ] as const)('%s is not taken as the sound of a person', async (_what, make, code) => {
    const before = await everything()
    const change = await editor.putSound('welcome', 'fr', make(), marie)
    expect(change).toMatchObject({ ok: false })
    expect(change.ok ? undefined : change.code).toBe(code)
    expect(await everything()).toBe(before)
  })

  test('a site folder that cannot be written refuses the change and says so', async () => {
    await Bun.write(join(dir, 'site'), 'a file')
    const change = await editor.put('welcome', 'fr', 'Bonsoir.', marie)
    expect(change.ok).toBe(false)
    expect(editor.list()[0]?.text).not.toBe('Bonsoir.')
  })
})
