// Names as callers give them, by kind. The writers' introductions are in `callers/`.

import { expect, test } from 'bun:test'
import { capitalisedName } from '../../src/understanding/capitalised-name.ts'
import { languageOf } from '../../src/understanding/languages/index.ts'
import { understand } from '../../src/understanding/understand.ts'

const nameIn = (text: string, language: string) =>
  understand(text, { name: 'identification', language, asking: 'name' }).name

const said: Record<string, readonly [string, string | null][]> = {
  'first name and surname in either order': [
    ['Garnier Paul', 'Paul Garnier'],
    ['Roussel, prénom Jeanne', 'Jeanne Roussel'],
    ['Hamidi c’est le nom et Samira le prénom', 'Samira Hamidi'],
    ['Le Bris, Anne Le Bris', 'Anne Le Bris'],
    ['Ben Youssef Karim', 'Karim Ben Youssef'],
    ['c’est Bertrand, Louis Bertrand', 'Louis Bertrand'],
  ],
  'particles and places': [
    ['Agnès de La Motte, en trois mots', 'Agnès de La Motte'],
    ['Anne Morel de Clermont', 'Anne Morel'],
    ['c’est Josette Blanc à Annecy', 'Josette Blanc'],
    ['Tran N’Guyen avec une apostrophe', 'Tran N’Guyen'],
    ['Van den Berg, Luc Van den Berg', 'Luc Van den Berg'],
  ],
  corrections: [
    ['Dupuis enfin Dupuy avec un y', 'Dupuy'],
    ['Claire Texier pardon Tixier', 'Claire Tixier'],
    ['non pas Robert, Hubert, Anne Hubert', 'Anne Hubert'],
    ['Moreau, non, je suis mariée maintenant, Lucie Garnier', 'Lucie Garnier'],
    ['Julie Weber née Zimmermann', 'Julie Weber'],
  ],
  spelling: [
    ['Céline Faure f a u r e', 'Céline Faure'],
    ['Kowalski k o w a l s k i, Jan Kowalski', 'Jan Kowalski'],
    ['Paul Petit petit comme petit', 'Paul Petit'],
  ],
  'said twice': [
    ['Roy Denise Roy', 'Denise Roy'],
    ['c’est Denise Denise Roy', 'Denise Roy'],
  ],
  'no name': [
    ['je suis le mari de Claire Fontaine', null],
    ['je suis le gérant du garage', null],
    ['c’est la voisine du dessous', null],
    ['Attendez je reviens', null],
    ['Euh non pourquoi', null],
  ],
}

for (const [kind, lines] of Object.entries(said))
  test.each(lines as [string, string | null][])(`${kind}: %s`, (text, name) => {
    expect(nameIn(text, 'fr')?.replace(/'/g, '’') ?? null).toBe(name)
  })

test.each<[string, string | null]>([
  ['it’s Smith, no sorry, Smythe with a y', 'Smythe'],
  ['the name is Patel and I live in Leeds', 'Patel'],
  ['I am the wife of John Carter', null],
])('in English: %s', (text, name) => {
  expect(nameIn(text, 'en')).toBe(name)
})

test.each([
  ['Das ist die Leitung, Anna Schmidt', ['Anna', 'Schmidt']],
  ['Gestern war die Leitung tot', undefined],
] as const)('where every noun has a capital, two in a row tell a name: %s', (text, name) => {
  const rules = { ...languageOf('en').names, nounsHaveCapitals: true }
  expect(capitalisedName(text, rules)).toEqual(name as string[] | undefined)
})
