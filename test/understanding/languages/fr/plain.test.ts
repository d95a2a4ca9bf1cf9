// Making French plain: errors are repaired, "ne" and hesitations are removed, and nothing else changes.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { lexiconOf } from '../../../../src/understanding/lexicons.ts'
import { flat } from '../../../../src/understanding/words.ts'

setDefaultTimeout(60_000)

const plain = (text: string): string => lexiconOf('fr').plain(flat(text))

test.each([
  ["ce n'est pas ça", "c'est pas ca"],
  ["je n'ai plus internet", "j'ai plus internet"],
  ["il n'y a rien", 'il y a rien'],
  ['elle ne va pas', 'elle va pas'],
  ["c'est n'importe quoi", "c'est n'importe quoi"],
])('the first half of a negation is removed: %s', (text, expected) => {
  expect(plain(text)).toBe(expected)
})

test.each([
  ['cest sa', "c'est ca"],
  ['ses fait', "c'est fait"],
  ['sa marche pas', 'ca marche pas'],
  ['ça y ait', 'ca y est'],
  ['le oui fi', 'le wifi'],
  ['ma boxe', 'ma box'],
  ['la carte cime', 'la carte sim'],
  ['j arrive pas', "j'arrive pas"],
  ['jai plus dinternet', "j'ai plus d'internet"],
  ["j'ai débrancher", "j'ai debranche"],
  ['un conseillé', 'un conseiller'],
  ['passez moi quelque un', "passez-moi quelqu'un"],
  ['nom merci', 'non merci'],
])("a recogniser's error is repaired: %s", (text, expected) => {
  expect(plain(text)).toBe(expected)
})

test.each([
  'un nom de famille',
  'un bon conseil pour ma box',
  'je viens de la rebrancher',
  'et puis je dois partir',
  'ça et ça',
  'mon nom est martin',
  'ces boîtes sont blanches',
  'ce soir',
  "c'est la libre pensée",
])('what only looks like an error stays: %s', (text) => {
  expect(plain(text)).toBe(flat(text))
})

test.each([
  ['la box elle est morte', 'la box est morte'],
  ['pouvez-vous répéter', 'vous pouvez repetez'],
  ["qu'avez vous dit", "qu'est-ce que vous avez dit"],
  ['est-ce vraiment nécessaire', "c'est vraiment necessaire"],
  ['cela ne me convient pas', 'ca me convient pas'],
  ['euh non euh pas vraiment', 'non pas vraiment'],
])('a sentence is rewritten into the form that the rules expect: %s', (text, expected) => {
  expect(plain(text)).toBe(expected)
})

test('a turn of nothing but hesitation does not become empty', () => {
  expect([plain('franchement'), plain('du coup')]).toEqual(['franchement', 'du coup'])
})
