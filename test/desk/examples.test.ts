// The examples and counter-examples beside the words of the desk: each is read, or not read, as its rule says.

import { expect, test } from 'bun:test'
import { topicOfSymptom } from '../../src/desk/desk.ts'
import { wordsFileSchema } from '../../src/desk/desk-words.ts'
import { understand } from '../../src/understanding/understand.ts'
import { desk } from '../support/shipped-desk.ts'

const tables = ['topics', 'symptoms', 'notes', 'steps'] as const

for (const language of Object.keys(desk.words)) {
  const file = wordsFileSchema.parse(Bun.YAML.parse(await Bun.file(`assets/desk/${language}.yaml`).text()))
  /** What is read as an answer to "what does not work?"; a symptom is read with its topic known. */
  const read = (text: string, topic: string | null) =>
    understand(text, { name: 'welcome', asking: 'open', language, desk, known: { topic } })
  const holds = (table: (typeof tables)[number], name: string, text: string): boolean => {
    const said = read(text, table === 'symptoms' ? (topicOfSymptom(desk, name) ?? null) : null)
    if (table === 'topics') return said.topic === name
    if (table === 'steps') return said.tried.includes(name)
    return table === 'symptoms' ? said.symptom === name : said.notes.includes(name)
  }
  for (const table of tables)
    for (const [name, { examples, counterExamples }] of Object.entries(file[table])) {
      test(`${language}: the words of ${table}.${name} read their examples, and no counter-example`, () => {
        expect(examples.length).toBeGreaterThan(0)
        expect(examples.filter((text: string) => !holds(table, name, text))).toEqual([])
        expect(counterExamples.filter((text: string) => holds(table, name, text))).toEqual([])
      })
    }
}

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
