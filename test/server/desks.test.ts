import { expect, test } from 'bun:test'
import { readDesks } from '../../src/server/desk.ts'
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

test('faults of a named desk are named with it, beside those of the others', () => {
  const broken = read({ 'shop.yaml': 'topics: { internet: { key: 9 } }', 'bar.yaml': 'steps: { nap: {} }' })
  expect(broken).rejects.toThrow(/shop: desk\.yaml: topics\.internet\.key.*bar: desk\.yaml: steps\.nap/s)
})
