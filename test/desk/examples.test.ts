// The examples and counter-examples beside the words of the desk, and what `bun run rules` says of those of a site.

import { expect, test } from 'bun:test'
import type { Desk } from '../../src/desk/desk.ts'
import { WordPattern } from '../../src/desk/word-pattern.ts'
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
    return deskFaults({ ...desk, words: { fr: words } }, 'fr')
      .filter(({ rule }) => rule === 'symptoms.wifi')
      .map(({ kind, text }) => [kind, text])
  }
  expect(faultsOf({ examples: ['le wifi'], counterExamples: ['la télé'] })).toEqual([])
  expect(faultsOf({ examples: ['la télé'] })).toEqual([['missed', 'la télé']])
  expect(faultsOf({ examples: ['le wifi'], counterExamples: ['le wifi'] })).toEqual([['taken', 'le wifi']])
  expect(faultsOf({})).toEqual([['dead', 'has no example']])
  expect(faultsOf({ hasWords: false })).toEqual([])
})

test('a single word that nothing shows, that stands there twice, or that another covers is a fault', () => {
  const { tried, ...french } = desk.words.fr!
  const entry = { table: 'steps', name: 'sim', hasWords: true, counterExamples: [] } as const
  const faultsOf = (alternatives: string[], examples: string[]) => {
    const others = tried.filter(({ name }) => name !== 'sim')
    const sim = { name: 'sim', pattern: new WordPattern(alternatives), it: /(?!)/g }
    const words = { ...french, tried: [...others, sim], shown: [{ ...entry, examples }] }
    return deskFaults({ ...desk, words: { fr: words } }, 'fr')
      .filter(({ rule }) => rule.startsWith('steps.sim.any'))
      .map(({ kind, rule }) => `${kind} ${rule}`)
  }
  // A bare word shows itself; an expression needs an example.
  expect(faultsOf(['puces?'], [])).toEqual([])
  expect(faultsOf(['(?:carte|puce) dehors'], [])).toEqual(['dead steps.sim.any.0'])
  expect(faultsOf(['(?:carte|puce) dehors'], ['puce dehors'])).toEqual([])
  expect(faultsOf(['puces?', 'puces?'], [])).toEqual(['doubled steps.sim.any.1'])
  expect(faultsOf(['puce', 'puces?'], [])).toEqual(['overlapping steps.sim.any.0'])
  // "Wi fi" becomes "wifi" before the words are sought.
  expect(faultsOf(['wi fi'], [])).toEqual(['dead steps.sim.any.0'])
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
