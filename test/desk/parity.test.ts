// Every language knows what French knows: the kinds of words that French has, and examples on both sides.

import { expect, test } from 'bun:test'
import { wordsFileSchema } from '../../src/desk/desk-words.ts'
import { languageOf, languages } from '../../src/understanding/languages/index.ts'
import { desk } from '../support/shipped-desk.ts'

const read = async (language: string) =>
  wordsFileSchema.parse(Bun.YAML.parse(await Bun.file(`assets/desk/${language}.yaml`).text()))
const french = await read('fr')

/** The places in `own` where `model` has something and `own` has nothing. */
function gaps(model: unknown, own: unknown, place: string): string[] {
  if (Array.isArray(model)) return model.length > 0 && !(own as unknown[] | undefined)?.length ? [place] : []
  if (typeof model !== 'object' || model === null) return own === undefined ? [place] : []
  return Object.entries(model).flatMap(([key, value]) =>
    gaps(value, (own as Record<string, unknown> | undefined)?.[key], place === '' ? key : `${place}.${key}`),
  )
}

const tables = ['topics', 'symptoms', 'notes', 'steps'] as const

for (const language of Object.keys(desk.words)) {
  test(`${language}: the words of the desk have every part that the French ones have`, async () => {
    // How a language builds its expressions is its own business, and so is what needs no exception in it.
    const { fragments: _, ...parts } = french
    const mayLack = /\.(?:but|never|severalOf|keyterms)$/
    expect(gaps(parts, await read(language), '').filter((place) => !mayLack.test(place))).toEqual([])
  })

  test(`${language}: each list of words has examples and counter-examples`, async () => {
    const file = await read(language)
    const bare = tables.flatMap((table) =>
      Object.entries(file[table])
        .filter(([, { examples, counterExamples }]) => examples.length === 0 || counterExamples.length === 0)
        .map(([name]) => `${table}.${name}`),
    )
    expect(bare).toEqual([])
  })
}

test.each(Object.keys(desk.words))('%s: one symptom is that of several dead services', async (language) => {
  const { symptoms } = await read(language)
  const services = Object.values(symptoms).map(({ severalOf }) => severalOf.length)
  expect(Math.max(...services)).toBe(
    Math.max(...Object.values(french.symptoms).map((one) => one.severalOf.length)),
  )
})

/** The lists of words around a name. */
const rolesOfWords = [
  ...(['particle', 'place', 'formerly', 'not', 'relative', 'corrects', 'other'] as const),
  ...(['surnameLabel', 'givenLabel', 'remark', 'hesitation', 'given'] as const),
]

test.each([...languages])('%s: every kind of word around a name is known', (language) => {
  const { names } = languageOf(language)
  expect(rolesOfWords.filter((role) => names[role].size === 0)).toEqual([])
})
