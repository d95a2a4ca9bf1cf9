import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { loadTexts, phrasesOf } from '../../src/phrases/texts.ts'
import { languages } from '../../src/understanding/languages/index.ts'
import { createAssets, numbers, texts } from './support.ts'

setDefaultTimeout(60_000)

let assets: Awaited<ReturnType<typeof createAssets>>
beforeAll(async () => {
  assets = await createAssets()
})
afterAll(() => assets.remove())

const load = () => loadTexts(`${assets.dir}/phrases`)
const faultOf = () =>
  load().then(
    () => 'none',
    (error) => `${error.code}: ${error.message}`,
  )

test('sentences, variants and numbers become phrases with a file each', async () => {
  await assets.writeTexts(texts)
  const phrases = phrasesOf((await load())[0])
  expect(phrases.length).toBe(3 + 110)
  expect(phrases.slice(0, 4)).toEqual([
    { language: 'fr', name: 'welcome', text: 'Bonjour.', file: 'fr.welcome.raw' },
    { language: 'fr', name: 'ok', text: "D'accord.", file: 'fr.ok.1.raw' },
    { language: 'fr', name: 'ok', text: 'Très bien.', file: 'fr.ok.2.raw' },
    { language: 'fr', name: 'number-0', text: 'nombre 0', file: 'fr.number-0.raw' },
  ])
  expect(phrases.at(-1)?.file).toBe('fr.number-99.raw')
  expect(new Set(phrases.map((phrase) => phrase.file)).size).toBe(113)
})

const withoutPair = Object.fromEntries(Object.entries(numbers).filter(([name]) => name !== '07'))

test.each([
  [
    'a text with a placeholder',
    { ...texts, lines: { hi: 'Bonjour {name}' } },
    'fr.json: lines.hi: has a placeholder',
  ],
  ['an empty text', { ...texts, lines: { hi: ' ' } }, 'fr.json: lines.hi: is empty'],
  ['no variant at all', { ...texts, lines: { hi: [] } }, 'fr.json: lines.hi'],
  [
    'a variant twice',
    { ...texts, lines: { hi: ['a', 'a'] } },
    'fr.json: lines.hi: has the same variant twice',
  ],
  ['a name with a space', { ...texts, lines: { 'h i': 'a' } }, 'fr.json: lines.h i'],
  ['a number that is missing', { ...texts, numbers: withoutPair }, 'fr.json: numbers.07'],
  ['a number beyond 99', { ...texts, numbers: { ...numbers, '100': 'cent' } }, 'fr.json: numbers'],
  [
    'a language that differs from the file name',
    { ...texts, language: 'de' },
    "fr.json: language: says 'de'",
  ],
  ['a number instead of a text', { ...texts, lines: { hi: 5 } }, 'fr.json: lines.hi'],
  ['no JSON', '{', 'fr.json: is not JSON'],
])('%s is refused with its file and place', async (_what, content, message) => {
  await assets.writeTexts(content)
  expect(await faultOf()).toContain(`badTexts: phrase texts: ${message}`)
})

test('all faults of all files are reported at once', async () => {
  await assets.writeTexts({ ...texts, lines: { a: '', b: '{x}' } })
  await assets.writeTexts({ language: 'en', lines: {} }, 'en.json')
  const message = await faultOf()
  for (const place of ['fr.json: lines.a', 'fr.json: lines.b', 'en.json: numbers'])
    expect(message).toContain(place)
  await assets.writeTexts({ ...texts, language: 'en' }, 'en.json')
})

test('a missing folder is refused', async () => {
  expect(await loadTexts(`${assets.dir}/none`).catch((error) => error.code)).toBe('badTexts')
})

test('the shipped texts are valid in every language', async () => {
  const house = await loadTexts(join(import.meta.dir, '../../assets/phrases'))
  expect(house.map((one) => one.language)).toEqual([...languages])
  for (const one of house) expect(phrasesOf(one).length).toBeGreaterThan(150)
})
