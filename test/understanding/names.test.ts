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
    ['moi c’est Aminata et mon nom de famille c’est Traoré', 'Aminata Traoré'],
    ['prénom Samira nom Ouali', 'Samira Ouali'],
    ['Diop avec un p à la fin Mariama', 'Mariama Diop'],
    ['Petit comme petit Odile', 'Odile Petit'],
    ['Coulibaly Fatoumata', 'Fatoumata Coulibaly'],
    ['Ben Amar', 'Ben Amar'],
    ['c’est Maria da Silva', 'Maria da Silva'],
  ],
  'written without capitals': [
    ['mon nom c’est berthier prénom sylvie', 'Sylvie Berthier'],
    ['alors mon prénom hugo mon nom garnier', 'Hugo Garnier'],
    ['oui c’est lucie chevrier de grenoble', 'Lucie Chevrier'],
    ['d’hondt paul d’hondt', 'Paul D’Hondt'],
    ['mademoiselle sebbag nora', 'Nora Sebbag'],
    ['o’brien oui sean o’brien', 'Sean O’Brien'],
    ['je suis artisan plombier', null],
  ],
  'who calls, and whose contract it is': [
    ['c’est au nom de mon mari Yves Garnier mais moi c’est Lise Garnier', 'Lise Garnier'],
    ['au nom de Garage Perrin moi c’est Luc Perrin', 'Luc Perrin'],
    ['Van Dijk comme le joueur mais moi c’est Anne', 'Anne Van Dijk'],
    ['Perron Anne-Lise de Cayenne', 'Anne-Lise Perron'],
    ['née Dupont', 'Dupont'],
  ],
  'a surname that is an ordinary word': [
    ['Alain Bonjour', 'Alain Bonjour'],
    ['monsieur Merci oui c’est mon vrai nom Luc Merci', 'Luc Merci'],
    ['Régis Rouge r o u g e', 'Régis Rouge'],
  ],
  'other words beside the name': [
    ['plus fort s’il vous plaît c’est Yvette Coulon', 'Yvette Coulon'],
    ['Marc Bonnet et mon numéro c’est le 06 39 98 12 47', 'Marc Bonnet'],
    ['bon Odile Garcin et mon problème c’est toujours la box', 'Odile Garcin'],
    ['de la part d’Antoine Garcin', 'Antoine Garcin'],
    ['c’est au nom de ma femme Julie Perret', 'Julie Perret'],
  ],
  'particles and places': [
    ['Agnès de La Motte, en trois mots', 'Agnès de La Motte'],
    ['Anne Morel de Clermont', 'Anne Morel'],
    ['c’est Josette Blanc à Annecy', 'Josette Blanc'],
    ['Tran N’Guyen avec une apostrophe', 'Tran N’Guyen'],
    ['N’Guyen', 'N’Guyen'],
    ['monsieur Lyon', 'Lyon'],
    ['Claire Bruxelles', 'Claire Bruxelles'],
    ['Paris', 'Paris'],
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
    ['Claire Martel M A R T E L', 'Claire Martel'],
    ['D’Angelo D apostrophe A N G E L O', 'D’Angelo'],
    ['Goossens en un seul mot', 'Goossens'],
    ['Schneider sans e', 'Schneider'],
    ['ça s’écrit M A R T I N', 'Martin'],
    ['M A R T I N', 'Martin'],
    ['M Martin', 'Martin'],
    ['j’épelle M A R T I N', 'Martin'],
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
    ['le monsieur du cinquième', null],
    ['attendez je demande à Paul Durand', null],
    ['vous voulez le nom ou le prénom', null],
    ['Lyon', null],
    ['de Bruxelles', null],
    ['ja', null],
    ['Sí', null],
    ['no', null],
    ['je n’ai pas compris', null],
    ['c’est la box de mon père Jean Roux', null],
  ],
}

for (const [kind, lines] of Object.entries(said))
  test.each(lines as [string, string | null][])(`${kind}: %s`, (text, name) => {
    expect(nameIn(text, 'fr')?.replace(/'/g, '’') ?? null).toBe(name)
  })

test.each<[string, string | null]>([
  ['bonjour c’est Karim Belhadj j’ai plus internet', 'Karim Belhadj'],
  ['Bonjour, Michel Rey. Ma box est en panne.', 'Michel Rey'],
  ['allô oui bonsoir Jeannine Lacroix à Poitiers la télé marche plus', 'Jeannine Lacroix'],
  ['je m’appelle Rosa Lopes et envoyez-moi quelqu’un', 'Rosa Lopes'],
  ['bonjour madame Rossi à l’appareil', 'Rossi'],
  ['bonjour le problème c’est Orange Bank qui me prélève', null],
  ['bonjour Samsung Galaxy plus de réseau', null],
  ['bonjour mon mari Paul Durand a plus de téléphone', null],
  ['bonjour je suis l’auxiliaire de vie de madame Petitjean', null],
  ['bonjour j’appelle pour monsieur Rossi', null],
])('not asked for, in the first turn: %s', (text, name) => {
  expect(understand(text, { name: 'welcome', language: 'fr', asking: 'open' }).name).toBe(name)
})

test.each<[string, string | null]>([
  ['it’s Smith, no sorry, Smythe with a y', 'Smythe'],
  ['the name is Patel and I live in Leeds', 'Patel'],
  ['I am the wife of John Carter', null],
  ['Birmingham', null],
  ['oui', null],
])('in English: %s', (text, name) => {
  expect(nameIn(text, 'en')).toBe(name)
})

test.each([
  ['Das ist die Leitung, Anna Schmidt', ['Anna', 'Schmidt']],
  ['Gestern war die Leitung tot', undefined],
  ['wegen van Ausfall', undefined],
] as const)('where every noun has a capital, two in a row tell a name: %s', (text, name) => {
  const rules = { ...languageOf('en').names, nounsHaveCapitals: true }
  expect(capitalisedName(text, rules)).toEqual(name as string[] | undefined)
})
