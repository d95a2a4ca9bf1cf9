import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gatedDb } from '../../src/audio/levels.ts'
import { samplesOf } from '../../src/audio/pcm.ts'
import { checkPhrases, generatePhrases } from '../../src/phrases/generate.ts'
import { runPhrases } from '../../src/phrases/main.ts'
import { createVoice } from '../../src/providers/embedded/voice.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { createAssets, texts, toneSpeaker } from './support.ts'

setDefaultTimeout(60_000)

let assets: Awaited<ReturnType<typeof createAssets>>
beforeAll(async () => {
  assets = await createAssets()
})
afterAll(() => assets.remove())

const all = 113
const generate = (speaker = toneSpeaker(), more = {}) =>
  generatePhrases({ assetsDir: assets.dir, speaker, ...more })
const faults = async () => (await checkPhrases(assets.dir)).map(({ file, reason }) => `${file} ${reason}`)
const bytesOf = (file: string) => Bun.file(assets.raw(file)).bytes()

describe('bun run phrases', () => {
  beforeEach(async () => {
    await assets.writeTexts(texts)
    await generate()
  })

  test('makes all recordings the first time and none the second', async () => {
    const speaker = toneSpeaker()
    expect(await generate(speaker)).toMatchObject({ made: [], current: all, removed: [] })
    expect(speaker.asked).toEqual([])
    expect((await readdir(`${assets.dir}/cache`)).length).toBe(all + 1)
    expect(await faults()).toEqual([])
  })

  test('makes the same bytes again when forced', async () => {
    const before = await bytesOf('fr.welcome.raw')
    const index = await Bun.file(assets.raw('index.json')).text()
    expect((await generate(toneSpeaker(), { force: true })).made.length).toBe(all)
    expect(await bytesOf('fr.welcome.raw')).toEqual(before)
    expect(await Bun.file(assets.raw('index.json')).text()).toBe(index)
  })

  test('makes what is new, changed, missing or damaged, and removes what has no text', async () => {
    await assets.writeTexts({
      ...texts,
      lines: { welcome: 'Bonsoir.', ok: ["D'accord."], wait: 'Un instant.' },
    })
    await unlink(assets.raw('fr.number-12.raw'))
    const bytes = await bytesOf('fr.number-13.raw')
    bytes[400] ^= 1
    await Bun.write(assets.raw('fr.number-13.raw'), bytes)
    await Bun.write(assets.raw('fr.stray.raw'), bytes)
    expect((await faults()).sort()).toEqual([
      'fr.number-12.raw is missing',
      'fr.number-13.raw does not match its checksum',
      'fr.ok.2.raw is in the index but has no text',
      'fr.stray.raw is not in the index',
      'fr.wait.raw has a text but no recording',
      'fr.welcome.raw speaks an older text',
    ])
    const { made, removed } = await generate()
    expect(made.sort()).toEqual(['fr.number-12.raw', 'fr.number-13.raw', 'fr.wait.raw', 'fr.welcome.raw'])
    expect(removed).toEqual(['fr.ok.2.raw', 'fr.stray.raw'])
    expect(await faults()).toEqual([])
  })

  test('makes all again for another voice, which --check ignores', async () => {
    expect(await faults()).toEqual([])
    expect((await generate(toneSpeaker('tone-2'))).made.length).toBe(all)
  })

  test('leaves other languages alone when given one', async () => {
    await assets.writeTexts({ ...texts, language: 'en' }, 'en.json')
    expect((await generate(toneSpeaker(), { language: 'en' })).made.length).toBe(all)
    await assets.writeTexts({ ...texts, lines: { ...texts.lines, welcome: 'Autre.' } })
    expect((await generate(toneSpeaker(), { language: 'en' })).made).toEqual([])
    expect(await faults()).toEqual(['fr.welcome.raw speaks an older text'])
    await unlink(`${assets.dir}/phrases/en.json`)
  })

  test('keeps what it made when the voice fails half way', async () => {
    const speaker = toneSpeaker('tone-3')
    const speak = speaker.speak
    let left = 5
    speaker.speak = (text, language) =>
      left-- > 0 ? speak(text, language) : Promise.reject(new Error('the voice is gone'))
    expect(await generate(speaker).catch((error) => error.message)).toBe('the voice is gone')
    expect((await generate(toneSpeaker('tone-3'))).current).toBe(5)
  })

  test('refuses a voice that returns no sound for a text, and names the file', async () => {
    const speaker = toneSpeaker('tone-4')
    speaker.speak = async () => ({ samples: new Int16Array(800), rateHz: 8_000 })
    expect(await generate(speaker).catch((error) => error.message)).toContain('fr.welcome.raw')
  })
})

describe('the command', () => {
  const run = async (...args: string[]) => {
    let text = ''
    const status = await runPhrases(
      [...args, '--assets', assets.dir],
      { write: (more) => (text += more) },
      toneSpeaker(),
    )
    return { status, text }
  }

  test('makes recordings, reports them, and then has no differences', async () => {
    await assets.writeTexts(texts)
    expect((await run('--shipped', '--force')).text).toStartWith(`${all} made, 0 already current`)
    expect(await run('--check')).toEqual({ status: 0, text: 'texts and recordings agree\n' })
  })

  test('exits with 1 and the list when something is out of date', async () => {
    await assets.writeTexts({ ...texts, lines: { ...texts.lines, welcome: 'Autre.' } })
    expect(await run('--check')).toEqual({
      status: 1,
      text: 'fr.welcome.raw speaks an older text\n1 out of date\n',
    })
    expect(await run('--check', '--lang', 'en')).toMatchObject({ status: 0 })
  })

  test('exits with 1 and the reason when the texts cannot be used', async () => {
    await assets.writeTexts('{')
    expect(await run()).toMatchObject({ status: 1, text: expect.stringContaining('fr.json: is not JSON') })
  })

  test('exits with 2 and its usage for an unknown option', async () => {
    expect(await run('--all')).toMatchObject({ status: 2, text: expect.stringContaining('--check') })
  })
})

test('the embedded voice makes the same bytes each time, at the common level', async () => {
  await assets.writeTexts(texts)
  const voice = await createVoice({ language: 'fr', clock: new FakeClock() })
  const tones = toneSpeaker('pico')
  const speaker = {
    ...tones,
    speak: async (text: string, language: string) =>
      text.startsWith('nombre')
        ? tones.speak(text, language)
        : { samples: await voice.speak(text), rateHz: voice.rateHz },
  }
  const files = ['fr.welcome.raw', 'fr.ok.2.raw']
  await generate(speaker, { force: true })
  const first = await Promise.all(files.map(bytesOf))
  await generate(speaker, { force: true })
  voice.close()
  expect(await Promise.all(files.map(bytesOf))).toEqual(first)
  for (const bytes of first) expect(gatedDb(samplesOf(bytes))).toBeCloseTo(-20, 0)
})

test('the shipped recordings agree with their texts', async () => {
  expect(await checkPhrases(join(import.meta.dir, '../../assets'))).toEqual([])
})
