// "La deuxième" is what stands second in the spoken menu of the desk in use, whatever the order of desk.yaml.

import { expect, test } from 'bun:test'
import { createDesk } from '../../src/desk/load-desk.ts'
import { overlaid } from '../../src/desk/overlay.ts'
import type { Question } from '../../src/desk/script.ts'
import { understand } from '../../src/understanding/understand.ts'
import { desk as shipped, texts } from '../support/shipped-desk.ts'

const yaml = async (name: string): Promise<unknown> =>
  Bun.YAML.parse(await Bun.file(`assets/desk/${name}.yaml`).text())
const languages = Object.keys(shipped.words)
const words = Object.fromEntries(await Promise.all(languages.map(async (code) => [code, await yaml(code)])))
const lines = Object.fromEntries(languages.map((code) => [code, texts[code]!.lines]))

/** The mobile comes first, and the Wi-Fi first of the Internet's symptoms; the file keeps its order. */
const reordered = createDesk({
  desk: overlaid(await yaml('desk'), {
    topics: {
      internet: { key: 2, symptoms: { no_connection: { key: 3 }, wifi: { key: 1 } } },
      mobile: { key: 1 },
    },
  }),
  words,
  lines,
})

const read = (text: string, asking: Question, language = 'fr', desk = shipped, topic: string | null = null) =>
  understand(text, {
    name: asking === 'callBack' ? 'goodbye' : 'diagnostic',
    asking,
    language,
    desk,
    known: { topic },
  })

/** First, second and last, by language. */
const places: [language: string, first: string[], second: string[], last: string[]][] = [
  [
    'fr',
    ['la première', 'le premier'],
    ['c’est la deuxième', 'la seconde'],
    ['la dernière', 'le dernier choix'],
  ],
  ['en', ['the first one'], ["it's the second one"], ['the last one please']],
  ['es', ['la primera', 'lo primero'], ['es la segunda'], ['la última', 'el último']],
  ['de', ['das erste', 'die erste'], ['eher das zweite'], ['das letzte bitte']],
]

for (const [language, first, second, last] of places) {
  const topic = (text: string, desk = shipped) => read(text, 'topic', language, desk).topic
  const symptom = (text: string, desk = shipped) => read(text, 'symptom', language, desk, 'internet').symptom

  test(`${language}: a place chooses a topic by its key`, () => {
    for (const text of first) expect([topic(text), topic(text, reordered)]).toEqual(['internet', 'mobile'])
    for (const text of second) expect([topic(text), topic(text, reordered)]).toEqual(['mobile', 'internet'])
    for (const text of last) expect(topic(text)).toBe('billing')
  })

  test(`${language}: a place chooses a symptom by its key`, () => {
    for (const text of first)
      expect([symptom(text), symptom(text, reordered)]).toEqual(['no_connection', 'wifi'])
    for (const text of second) expect([symptom(text), symptom(text, reordered)]).toEqual(['slow', 'slow'])
    // The question in words does not name the outage, which has the last key.
    for (const text of last) expect(symptom(text)).toBe('tv_landline')
  })

  test(`${language}: at the offer of a call-back the first is yes and the second no, as its keys say`, () => {
    for (const text of first) expect(read(text, 'callBack', language).answer).toBe('yes')
    for (const text of [...second, ...last]) expect(read(text, 'callBack', language).answer).toBe('no')
  })
}

test('a place that the menu does not have chooses nothing', () => {
  expect(read('la quatrième', 'topic').topic).toBe('unknown')
  expect(read('la cinquième', 'symptom', 'fr', shipped, 'internet').symptom).toBe('outage')
  expect(read('la cinquième', 'symptom', 'fr', shipped, 'mobile').symptom).toBeNull()
})

test('a place in a longer turn, or at another question, chooses nothing', () => {
  expect(read('c’est la première fois', 'topic').topic).toBe('unknown')
  expect(read('la deuxième box', 'topic').topic).toBe('internet')
  expect(read('le premier', 'verify', 'fr', shipped, 'internet')).toMatchObject({
    symptom: null,
    answer: 'unknown',
  })
})
