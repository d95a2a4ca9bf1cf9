// The wish for another language, as callers say it and as the recogniser of the call's language writes it.

import { describe, expect, test } from 'bun:test'
import { languageWish } from '../../src/understanding/language-wish.ts'
import { languages } from '../../src/understanding/languages/index.ts'
import { lexiconOf } from '../../src/understanding/lexicons.ts'
import { type Listening, understand } from '../../src/understanding/understand.ts'
import { desk } from '../support/shipped-desk.ts'

const all = languages.map((language) => ({ language }))
const asking = (language: string, more: Partial<Listening> = {}): Listening => ({
  ...{ name: 'welcome', asking: 'open', desk, offered: all },
  ...{ language, ...more },
})

/** What is said in a call of a language, and the language that is asked for. */
const wishes: readonly [string, string, string | null][] = [
  ['fr', 'English please', 'en'],
  ['fr', 'english', 'en'],
  ['fr', 'Hello, do you speak English?', 'en'],
  ['fr', 'ingliche plize', 'en'],
  ['fr', 'dou you spik ingliche', 'en'],
  ['fr', "I don't speak French", 'en'],
  ['fr', 'sorry, can we do this in English?', 'en'],
  ['fr', 'Is there somebody there who speaks English?', 'en'],
  ['fr', 'Vous parlez anglais ?', 'en'],
  ['fr', 'Est-ce que vous parlez espagnol ?', 'es'],
  ['fr', "Bonjour, en anglais s'il vous plaît", 'en'],
  ['fr', 'je préfère continuer en espagnol', 'es'],
  ['fr', '¿Habla español?', 'es'],
  ['fr', 'abla espagnol', 'es'],
  ['fr', 'no hablo francés', 'es'],
  ['fr', 'hola, en español por favor', 'es'],
  ['en', 'Parlez-vous français ?', 'fr'],
  ['en', 'in French please', 'fr'],
  ['en', 'je ne parle pas anglais', 'fr'],
  ['en', 'do you speak Spanish', 'es'],
  ['es', '¿habla usted francés?', 'fr'],
  ['es', 'do you speak English?', 'en'],
  // No wish, or none that changes anything.
  ['fr', "ma fille apprend l'anglais", null],
  ['fr', 'la page est en anglais', null],
  ['fr', 'ma femme parle anglais', null],
  ['fr', 'vous parlez français ?', null],
  ['fr', 'je ne parle pas anglais', null],
  ['fr', 'la chaîne espagnole ne marche plus', null],
  ['fr', "j'ai un clavier anglais et plus d'internet", null],
  ['fr', 'parlez-vous italien', null],
  ['en', 'the menu of the box is in French', null],
  ['en', 'do you speak English', null],
  ['es', 'la televisión está en inglés', null],
]

test.each(wishes)('in a call in %s "%s" asks for %p', (language, text, wanted) => {
  expect(understand(text, asking(language)).language).toBe(wanted)
})

test('without other languages nothing asks for one, and the words are read as before', () => {
  for (const [language, text] of wishes) {
    const alone = understand(text, asking(language, { offered: [{ language }] }))
    expect(alone).toEqual(understand(text, asking(language, { offered: undefined })))
    expect(alone.language).toBeNull()
  }
})

test('a language that is not offered is not asked for', () => {
  const offered = [{ language: 'fr' }, { language: 'en' }]
  expect(understand('¿habla español?', asking('fr', { offered })).language).toBeNull()
  expect(understand('vous parlez espagnol ?', asking('fr', { offered })).language).toBeNull()
})

describe('what is said beside the wish', () => {
  test('counts, in the language in which the wish is said', () => {
    const both = [
      understand("vous parlez anglais ? je n'ai plus d'internet", asking('fr')),
      understand('English please, my internet is not working', asking('fr')),
    ]
    for (const { language, topic } of both) expect([language, topic]).toEqual(['en', 'internet'])
    const number = understand('english please zero six twelve', asking('fr', { asking: 'phone', digits: '' }))
    expect([number.language, number.digits]).toEqual(['en', '0612'])
  })

  test.each([
    ["je m'appelle Hélène Dupont, do you speak English?", 'Hélène Dupont', 'en'],
    ['English please, my name is John Smith', 'John Smith', 'en'],
    ['my name is john smith english please', 'John Smith', 'en'],
    ['me llamo José García, ¿habla español?', 'José García', 'es'],
    ['ma fille s’appelle Anna, vous parlez anglais ?', null, 'en'],
  ])('keeps a name that is introduced: %s', (text, name, language) => {
    for (const question of ['open', 'name'] as const)
      expect(understand(text, asking('fr', { asking: question }))).toMatchObject({ name, language })
  })

  test('is no name and no answer', () => {
    const name = understand('hello English please', asking('fr', { name: 'identification', asking: 'name' }))
    expect([name.language, name.name]).toEqual(['en', null])
    const sure = asking('fr', { name: 'verification', asking: 'verify' })
    expect(understand('oui, en anglais', sure)).toMatchObject({ language: 'en', answer: 'unknown' })
  })
})

test("each language has words for every other one's name, and no two share one", () => {
  for (const own of languages)
    for (const wanted of languages.filter((code) => code !== own)) {
      const other = new Intl.DisplayNames([own], { type: 'language' }).of(wanted)!
      const text = other
        .toLowerCase()
        .normalize('NFD')
        .replace(/[\u0300-\u036f]/g, '')
      expect([own, languageWish(text, own, [wanted], lexiconOf)?.wanted]).toEqual([own, wanted])
    }
})
