import { describe, expect, test } from 'bun:test'
import { createSplitter, type SplitterOptions } from '../../src/providers/sentences.ts'
import { speakable } from '../../src/providers/speakable.ts'
import { languageOf, languages } from '../../src/understanding/languages/index.ts'

function split(pieces: readonly string[], options?: Partial<SplitterOptions>): string[] {
  const splitter = createSplitter(options)
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()]
}

const table: [why: string, text: string, sentences: string[]][] = [
  ['two sentences', 'Bonjour ! Je vous écoute.', ['Bonjour !', 'Je vous écoute.']],
  ['a title', 'Je vous passe M. Dupont. Merci.', ['Je vous passe M. Dupont.', 'Merci.']],
  ['Mme with a dot', 'Bonjour Mme. Martin. Ça va ?', ['Bonjour Mme. Martin.', 'Ça va ?']],
  ['Mme without', 'Mme Martin est là. Bien.', ['Mme Martin est là.', 'Bien.']],
  ['n°', 'Le dossier n° 12. Le n°. 13 aussi.', ['Le dossier n° 12.', 'Le n°. 13 aussi.']],
  ['a decimal comma', 'Il reste 1,5 Go. Voilà.', ['Il reste 1,5 Go.', 'Voilà.']],
  ['a number with dots', 'Le 06.12.34.56.78 est noté. Bien.', ['Le 06.12.34.56.78 est noté.', 'Bien.']],
  ['a decimal point', 'La version 3.5 est là. Bien.', ['La version 3.5 est là.', 'Bien.']],
  [
    'a URL',
    'Allez sur https://www.wouippleul.fr/aide?id=3.1&x=y. Puis revenez.',
    ['Allez sur https://www.wouippleul.fr/aide?id=3.1&x=y.', 'Puis revenez.'],
  ],
  [
    'etc. in a sentence',
    'La box, les câbles, etc. sont là. Oui.',
    ['La box, les câbles, etc. sont là.', 'Oui.'],
  ],
  ['etc. at an end', 'La box, etc. Ensuite, on verra.', ['La box, etc.', 'Ensuite, on verra.']],
  ['initials', 'C’est J. Dupont et J.-P. Martin. Bien.', ['C’est J. Dupont et J.-P. Martin.', 'Bien.']],
  ['an acronym', 'Le S.A.V. Nous rappelons.', ['Le S.A.V.', 'Nous rappelons.']],
  ['an ellipsis that goes on', 'Alors... je regarde. Voilà.', ['Alors... je regarde.', 'Voilà.']],
  ['an ellipsis that ends', 'Je cherche… C’est bon.', ['Je cherche…', 'C’est bon.']],
  [
    'quotes that go on',
    'Le message « Erreur. Appelez-nous. » s’affiche. Et après ?',
    ['Le message « Erreur. Appelez-nous. » s’affiche.', 'Et après ?'],
  ],
  ['quotes that end', 'Dites « oui ! » Puis attendez.', ['Dites « oui ! »', 'Puis attendez.']],
  ['straight quotes', 'Tapez "OK". "Bien" ensuite.', ['Tapez "OK".', '"Bien" ensuite.']],
  ['marks in a row', 'Vraiment ?! Oui !!! Bon.', ['Vraiment ?!', 'Oui !!!', 'Bon.']],
  ['no space after a mark', 'Oui !Je regarde.', ['Oui !', 'Je regarde.']],
  [
    'an abbreviation',
    'Au tél. 06, rue St. Paul, bd. Voltaire. Bon.',
    ['Au tél. 06, rue St. Paul, bd. Voltaire.', 'Bon.'],
  ],
  [
    'a list',
    'Faites ceci :\n- éteignez la box ;\n- attendez.\n1. Rallumez.\n2) Rappelez.',
    ['Faites ceci :', 'éteignez la box ;', 'attendez.', 'Rallumez.', 'Rappelez.'],
  ],
  ['markdown', '**Très** bien. _Voilà_ : `reset`. # Non', ['Très bien.', 'Voilà : reset.', 'Non']],
  ['a link', 'Voyez [notre aide](https://a.fr/b). Merci.', ['Voyez notre aide.', 'Merci.']],
  ['emoji', 'Super 👍🏽! 🎉 Bravo 🇫🇷. 😀', ['Super !', 'Bravo.']],
  ['text without an end', 'Un instant', ['Un instant']],
  ['nothing to say', ' \n 😀 ** \n', []],
  ['a number at the end', 'Vous en avez 3. Ensuite 4.', ['Vous en avez 3.', 'Ensuite 4.']],
]

describe('a reply is cut into the same sentences whatever the size of its pieces', () => {
  for (const [why, text, sentences] of table) {
    test(why, () => {
      expect(split([text])).toEqual(sentences)
      expect(split([...text])).toEqual(sentences)
      expect(split(text.match(/[\s\S]{1,3}/g) ?? [])).toEqual(sentences)
      expect(split(text.split(/(?=\s)/))).toEqual(sentences)
    })
  }
})

test.each([...languages])('a title of %s does not end a sentence', (code) => {
  for (const title of languageOf(code).abbreviations.titles)
    expect(split([`Oui ${title}. Dupont. Bien.`])).toEqual([`Oui ${title}. Dupont.`, 'Bien.'])
})

test('a sentence is returned with the first piece of the next one', () => {
  const splitter = createSplitter()
  expect(splitter.push('Bonjour')).toEqual([])
  expect(splitter.push(' !')).toEqual([])
  expect(splitter.push(' Je')).toEqual(['Bonjour !'])
})

const long =
  'Je vais d’abord vérifier avec vous que la box est bien branchée sur la prise, puis nous regarderons les voyants'

test('a long first clause ends at a comma, so that the voice can begin', () => {
  const splitter = createSplitter()
  const early = [...long].flatMap((piece) => splitter.push(piece))
  expect(early).toEqual(['Je vais d’abord vérifier avec vous que la box est bien branchée sur la prise,'])
  expect(splitter.end()).toEqual(['puis nous regarderons les voyants'])
})

test('a comma inside a number does not end a clause', () => {
  expect(split([...`${'Il vous reste exactement '.repeat(3)}1,5 ou 1, 5 Go`])).toHaveLength(1)
})

test('a later sentence is cut only when it is very long', () => {
  expect(split([`Oui. ${long}.`])).toEqual(['Oui.', `${long}.`])
  const endless = `Oui. ${'mot '.repeat(400)}`
  for (const sentence of split([...endless])) expect(sentence.length).toBeLessThanOrEqual(600)
})

test('a reply of more than 2 000 characters ends at its last whole sentence', () => {
  const splitter = createSplitter()
  const sentence = 'Cette phrase a exactement quarante signes. '
  const sentences = [...sentence.repeat(200)].flatMap((piece) => splitter.push(piece)).concat(splitter.end())
  expect(splitter.truncated).toBe(true)
  expect(new Set(sentences)).toEqual(new Set([sentence.trim()]))
  expect(sentences).toHaveLength(Math.floor(2_000 / sentence.length))
})

test.each([
  ['sentences', 'Je comprends. '],
  ['initials', 'M. '],
  ['marks', '! '],
  ['marks without a gap', '!?'],
  ['quotes', '« a » '],
  ['open quotes', '« '],
  ['closers', '.") '],
  ['blanks', ' '],
  ['lines', '\n'],
  ['letters', 'bla'],
  ['commas', 'un, '],
])('the work grows with the length of the text, for %s in any pieces', (_what, pattern) => {
  const work = (length: number, size: number): number => {
    const text = pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length)
    const splitter = createSplitter({ maxChars: 100_000 })
    for (let at = 0; at < length; at += size) splitter.push(text.slice(at, at + size))
    splitter.end()
    return splitter.steps
  }
  for (const size of [1, 7, 100_000]) {
    expect(work(8_000, size)).toBeLessThanOrEqual(2.5 * work(4_000, size))
    expect(work(8_000, size)).toBeLessThan(60 * 8_000)
  }
})

test('a text that was cut ends with its last finished sentence', () => {
  const cut = (text: string) => {
    const splitter = createSplitter()
    return [...splitter.push(text), ...splitter.end(true)]
  }
  expect(cut('Bien. Quel est votre no')).toEqual(['Bien.'])
  expect(cut('Bien. Quel est votre nom ?')).toEqual(['Bien.', 'Quel est votre nom ?'])
  expect(cut('Un instant')).toEqual([])
})

test('digits and plain marks survive the removal of emoji', () => {
  expect(speakable('Tapez 1 ou *, puis 2️⃣ # merci ©')).toBe('Tapez 1 ou, puis 2 # merci')
})
