// The rules' patterns find what native expressions find, and try few words for it.

import { describe, expect, test } from 'bun:test'
import { keptTexts, tries, WordPattern } from '../../src/desk/word-pattern.ts'
import { languageOf, languages } from '../../src/understanding/languages/index.ts'
import { lexiconOf } from '../../src/understanding/lexicons.ts'
import { understand } from '../../src/understanding/understand.ts'
import { flat } from '../../src/understanding/words.ts'
import { desk } from '../support/shipped-desk.ts'

const inFolder = new URL('../understanding/callers/learn/', import.meta.url)
const linesOf = async (file: string): Promise<string[]> =>
  (await Bun.file(new URL(file, inFolder)).text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).text ?? '')

test.each([
  ['in the order of the alternatives', ['a b', 'a', 'b c'], 'a b c, a c b'],
  ['whole words', ['box', "l'autre"], "boxes, box, l'autre-box, labox"],
  [
    'optional parts at the beginning',
    ['(?:re)?marche', '(?:la )?box', 'tr[eo]s+'],
    'la box remarche tres tross',
  ],
  [
    'what stands around',
    ['(?<!pas )bon(?! marche)', '^oui', 'non$'],
    'oui pas bon, bon marche, bon, oui non',
  ],
  ['a class at the beginning', ['[a-z]+ee', '\\d{2}', '[^ ]x'], 'coupee 12 123 ax'],
  ['a short word before anything but a letter', ['ca', "j'"], "ca, cas, j'ai, ca"],
  ['the end of a text', ['o', 'on'], 'o on o'],
  ['nothing', ['x*'], 'a x b'],
])('a pattern finds what a global expression finds: %s', (_, alternatives, text) => {
  const pattern = new WordPattern(alternatives)
  const native = new RegExp(pattern.source, 'g')
  expect(text.search(pattern)).toBe(text.search(native))
  expect([...text.matchAll(pattern)]).toEqual([...text.matchAll(native)])
  expect(text.replace(pattern, '_')).toBe(text.replace(native, '_'))
})

test('a beginning that was tried often finds the same as a rare one', () => {
  const pattern = new WordPattern(['je veux', 'je (?:ne )?sais', 'jeu', 'j(?=e p)', 'oui'])
  const native = new RegExp(pattern.source, 'g')
  const text = "jeu, je ne sais, je sais, je veux, j'ai, j, je peux, oui"
  for (let i = 0; i < 40; i++) expect([...text.matchAll(pattern)]).toEqual([...text.matchAll(native)])
})

describe.each([...languages])('the lists of %s', (code) => {
  test('find in each of their examples what global expressions find', () => {
    const lists = Object.values(languageOf(code).lists)
    const texts = lists.flatMap(({ rules }) => rules.flatMap(({ yes, no }) => [...yes, ...no].map(flat)))
    const differ = lists.filter(({ pattern }) => {
      const native = new RegExp(pattern.source, 'g')
      return texts.some((text) => text.search(pattern) !== text.search(native))
    })
    expect(differ.map(({ name }) => name)).toEqual([])
  })
})

test('a turn of 200 words tries expressions at few words, and hardly any over the whole text', async () => {
  const said = (await linesOf('long.jsonl')).join(' ').split(/\s+/)
  let [turns, atWords, overTexts] = [0, 0, 0]
  lexiconOf('fr')
  for (let from = 0; from + 200 < said.length; from += 200) {
    Object.assign(tries, { atWords: 0, overTexts: 0 })
    understand(said.slice(from, from + 200).join(' '), {
      name: 'welcome',
      language: 'fr',
      asking: 'open',
      desk,
    })
    turns++
    atWords += tries.atWords
    overTexts += tries.overTexts
  }
  // About 1 000 readings of a text of 200 words with 25 alternatives each, when every pattern was tried everywhere.
  expect(atWords / turns).toBeLessThan(4_000)
  expect(overTexts / turns).toBeLessThan(10)
})

test('no words of a caller are kept once the turn is read', async () => {
  'oui je suis la'.search(new WordPattern(['je suis']))
  expect(keptTexts()).toBeGreaterThan(0)
  await Promise.resolve()
  expect(keptTexts()).toBe(0)
})
