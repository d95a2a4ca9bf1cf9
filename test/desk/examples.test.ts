// The examples and counter-examples beside the words of the desk, and what `bun run rules` says of those of a site.

import { expect, test } from 'bun:test'
import type { Desk } from '../../src/desk/desk.ts'
import { deskFaults } from '../../src/understanding/desk-examples.ts'
import { understand } from '../../src/understanding/understand.ts'
import { desk } from '../support/shipped-desk.ts'

for (const language of Object.keys(desk.words)) {
  test(`${language}: all words of the desk have examples, read them, and no counter-example`, () => {
    expect(deskFaults(desk, language)).toEqual([])
  })
  const { shown } = desk.words[language]!
  test(`${language}: topics that are chosen by other words than their own have examples of it`, () => {
    expect(shown.filter(({ table }) => table === 'chosen').length).toBeGreaterThan(1)
  })
}

test('an example that is not read, a counter-example that is, and words without an example are faults', () => {
  const entry = {
    table: 'symptoms',
    name: 'wifi',
    hasWords: true,
    examples: [],
    counterExamples: [],
  } as const
  const faultsOf = (more: Partial<Desk['words'][string]['shown'][number]>) => {
    const words = { ...desk.words.fr!, shown: [{ ...entry, ...more }] }
    return deskFaults({ ...desk, words: { fr: words } }, 'fr').map(({ kind, text }) => [kind, text])
  }
  expect(faultsOf({ examples: ['le wifi'], counterExamples: ['la télé'] })).toEqual([])
  expect(faultsOf({ examples: ['la télé'] })).toEqual([['missed', 'la télé']])
  expect(faultsOf({ examples: ['le wifi'], counterExamples: ['le wifi'] })).toEqual([['taken', 'le wifi']])
  expect(faultsOf({})).toEqual([['dead', 'has no example']])
  expect(faultsOf({ hasWords: false })).toEqual([])
})

test.each([
  ['fr', "je l'ai sortie et je l'ai remise"],
  ['en', 'i took it out and put it back in'],
  ['es', 'la he sacado y vuelto a meter'],
  ['de', 'ich hab sie rausgenommen und wieder reingesteckt'],
])('%s: what was done with a thing named before is read once its topic is known', (language, text) => {
  const tried = (topic: string | null) =>
    understand(text, { name: 'diagnostic', asking: 'symptom', language, desk, known: { topic } }).tried
  expect([tried('mobile'), tried(null)]).toEqual([['sim'], []])
})
