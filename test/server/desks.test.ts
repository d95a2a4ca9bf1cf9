import { expect, test } from 'bun:test'
import { DeskError } from '../../src/desk/load-desk.ts'
import { readDesks } from '../../src/server/desk/read-desks.ts'
import { texts } from '../support/shipped-desk.ts'

const lines = { fr: texts.fr.lines, en: texts.en.lines }
const read = (files: Record<string, string>) => readDesks('assets', lines, new Map(Object.entries(files)))

test('a named desk says only where it differs from the default one', async () => {
  const desks = await read({
    'shop.yaml': 'topics: { internet: { key: 2 }, mobile: { key: 1 } }',
    'shop.fr.yaml': 'topics: { mobile: { name: Téléphone mobile } }',
  })
  expect([...desks.keys()]).toEqual(['desk', 'shop'])
  const [usual, shop] = [desks.get('desk')!, desks.get('shop')!]
  expect(shop.topics.map(({ name }) => name).slice(0, 2)).toEqual(['mobile', 'internet'])
  expect(usual.topics.map(({ name }) => name).slice(0, 2)).toEqual(['internet', 'mobile'])
  expect(shop.words.fr.names.topics.mobile).toBe('Téléphone mobile')
  expect(usual.words.fr.names.topics.mobile).not.toBe('Téléphone mobile')
  expect(shop.steps).toEqual(usual.steps)
})

const faultsOf = async (files: Record<string, string>, languages = lines): Promise<readonly string[]> => {
  try {
    await readDesks('assets', languages, new Map(Object.entries(files)))
  } catch (error) {
    if (error instanceof DeskError) return error.faults
    throw error
  }
  return []
}

test('faults of named desks are named with their own files, beside those of the default one, each once', async () => {
  expect(
    await faultsOf({
      'desk.yaml': 'topics: { mobile: { key: 1 } }',
      'shop.yaml':
        'topics: { internet: { key: 9 }, x: { key: 5, menu: menu_sim, instead: { do: callBack, say: outage } } }',
      'shop.fr.yaml': 'topics: { y: { name: y, words: [] } }',
      'bar.yaml': 'steps: { nap: 3 }',
    }),
  ).toEqual([
    "desk.yaml: topics.mobile.key: 1 is the key of 'internet' too",
    'shop.yaml: topics.internet.key: is reserved: 0 is a human, 8 the objection, 9 the language, * repeats',
    'shop.fr.yaml: topics.x: is missing: shop.yaml has it, and callers could not say it',
    'shop.fr.yaml: topics.y: shop.yaml has no such name',
    'shop.en.yaml: topics.x: is missing: shop.yaml has it, and callers could not say it',
    'bar.yaml: steps.nap: must be a table of keys',
  ])
})

test("a named desk's line that another desk has with other words is refused", async () => {
  const line = (text: string) => `lines: { menu_camera: ${text} }`
  expect(await faultsOf({ 'fr.yaml': line('Un.'), 'shop.fr.yaml': line('Deux.') })).toEqual([
    'shop.fr.yaml: lines.menu_camera: fr.yaml has a line of this name with other words: take another name',
  ])
  expect(await faultsOf({ 'shop.fr.yaml': line('Un.'), 'bar.fr.yaml': line('Deux.') })).toEqual([
    'bar.fr.yaml: lines.menu_camera: shop.fr.yaml has a line of this name with other words: take another name',
  ])
  expect(await faultsOf({ 'fr.yaml': line('Un.'), 'shop.fr.yaml': line('Un.'), 'bar.yaml': '{}' })).toEqual(
    [],
  )
})

test('the table of dialled numbers is checked against languages, desks, lines and itself', async () => {
  const good =
    'numbers: { "01 23 45 67 89": { language: en, desk: shop, greeting: outage, queue: sales }, 777: {} }'
  const desks = await read({ 'desk.yaml': good, 'shop.yaml': '{}' })
  expect(Object.keys(desks.get('desk')!.numbers)).toEqual(['777', '01 23 45 67 89'])
  const faults = (table: string) => faultsOf({ 'desk.yaml': `numbers:\n${table}` })
  expect(await faults('  "abc": {}\n  "0123456781": { queue: "a b", color: red }')).toEqual([
    'desk.yaml: numbers.0123456781.queue: may contain only letters, digits and _ - . / @ : +',
    'desk.yaml: numbers.0123456781.color: is not a known key: remove it, or correct its spelling',
    'desk.yaml: numbers.abc: is not a number that callers dial, such as "01 23 45 67 89", or its beginning, "01 23*"',
  ])
  const greeting = '  "0123456780": { greeting: welcome_shop }'
  expect((await faults(greeting))[0]).toContain(
    "desk.yaml: numbers.0123456780.greeting: the phrases of 'fr' lack the line 'welcome_shop'",
  )
  expect(
    await faults('  "0123456789": { language: de }\n  "+33123456789": { desk: bar }\n  0123456788: {}'),
  ).toEqual([
    'desk.yaml: numbers.123456788: lacks its first 0, which YAML drops: write it in quotes, "0123456788"',
    "desk.yaml: numbers.0123456789.language: calls are not in 'de': add it to LANGUAGES, or name one of fr, en",
    "desk.yaml: numbers.+33123456789.desk: there is no desk 'bar', only desk",
    'desk.yaml: numbers.+33123456789: is the same number as 0123456789',
  ])
  expect(await faults('  "01 23*": {}\n  "+33 1 23 *": {}\n  "01*23": {}\n  "*": {}')).toEqual([
    'desk.yaml: numbers.01*23: is not a number that callers dial, such as "01 23 45 67 89", or its beginning, "01 23*"',
    'desk.yaml: numbers.*: is not a number that callers dial, such as "01 23 45 67 89", or its beginning, "01 23*"',
  ])
  expect(await faults('  "01 23*": {}\n  "+33 1 23 *": {}')).toEqual([
    'desk.yaml: numbers.+33 1 23 *: is the same number as 01 23*',
  ])
  expect(await faultsOf({ 'shop.yaml': 'numbers: { "0123456789": {} }' })).toEqual([
    'shop.yaml: numbers: only desk.yaml has the table of dialled numbers: move it there',
  ])
})
