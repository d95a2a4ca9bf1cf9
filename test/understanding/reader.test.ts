// When the reader counts beside the rules, and that its file is refused when it is not whole. How much it helps is
// measured by `bun test/understanding/train-reader.ts --folds`.

import { expect, test } from 'bun:test'
import { parseReader, readerFile } from '../../src/desk/reader-weights.ts'
import { explain } from '../../src/understanding/explain.ts'
import type { Reading } from '../../src/understanding/reader/reader.ts'
import { secondReading, withReading } from '../../src/understanding/reader/second-reading.ts'
import type { Understanding } from '../../src/understanding/types.ts'
import { type Listening, nothingUnderstood } from '../../src/understanding/understand.ts'
import { desk } from '../support/shipped-desk.ts'

/** A reader that knows the meanings of its shares. */
function reading(shares: Record<string, number>): Reading {
  const [meaning, sure] = Object.entries(shares).sort((a, b) => b[1] - a[1])[0]
  return {
    meaning,
    sure,
    sureOf: (name) => shares[name] ?? 0,
    knows: (name) => name in shares || name === 'human',
  }
}

const at = (asking: Listening['asking'], topic: string | null = 'internet'): Listening => {
  return { name: 'solution', language: 'fr', asking, desk, known: { topic } }
}
const rules = (read: Partial<Understanding>): Understanding => ({
  ...nothingUnderstood,
  wordCount: 9,
  ...read,
})

test('where the rules read nothing, a sure reader fills the gap, and an unsure one does not', () => {
  const nothing = rules({})
  expect(withReading(nothing, reading({ stuck: 0.7 }), at('step')).intent).toBe('stuck')
  expect(withReading(nothing, reading({ stuck: 0.5 }), at('step'))).toBe(nothing)
  const slow = withReading(nothing, reading({ slow: 0.8 }), at('symptom'))
  expect([slow.topic, slow.symptom]).toEqual(['internet', 'slow'])
})

test('it takes the place of what it rules out, and of nothing else', () => {
  const wait = rules({ intent: 'wait' })
  expect(withReading(wait, reading({ done: 0.8, wait: 0.05 }), at('step')).intent).toBe('done')
  expect(withReading(wait, reading({ done: 0.8, wait: 0.2 }), at('step'))).toBe(wait)
  // The wish is not among the meanings that this reader has learnt.
  expect(withReading(wait, reading({ done: 0.8 }), at('step'))).toBe(wait)
})

test('it never ends a call', () => {
  const nothing = rules({})
  for (const meaning of ['yes', 'goodbye', 'other', 'solved'])
    for (const asking of ['open', 'phoneConfirm', 'verify', 'callBack'] as const)
      expect(withReading(nothing, reading({ [meaning]: 0.99 }), at(asking))).toBe(nothing)
  expect(withReading(nothing, reading({ no: 0.99 }), at('callBack'))).toBe(nothing)
})

test('it takes no number, no wish for a human, no turn to another problem and no objection away', () => {
  const sure = reading({ no: 0.99, yes: 0, mobile: 0 })
  const kept: Partial<Understanding>[] = [
    { phone: '0639981247' },
    { digits: '0639' },
    { intent: 'human' },
    { answer: 'yes', intent: 'goodbye' },
    { topic: 'mobile' },
    { objects: true },
  ]
  for (const read of kept) {
    const said = rules(read)
    expect(withReading(said, sure, at('verify'))).toBe(said)
  }
})

test('a yes that would end the call becomes a no only where the reader is surest of it', () => {
  const yes = rules({ answer: 'yes' })
  for (const asking of ['verify', 'phoneConfirm'] as const) {
    expect(withReading(yes, reading({ no: 0.95, yes: 0.01 }), at(asking)).answer).toBe('no')
    expect(withReading(yes, reading({ no: 0.85, yes: 0.01 }), at(asking))).toBe(yes)
    expect(withReading(yes, reading({ unclear: 0.99, yes: 0.01 }), at(asking))).toBe(yes)
  }
})

test('an intent beside the answer goes where the reader hears only the answer', () => {
  const accepts = rules({ answer: 'yes', intent: 'wait' })
  const heard = withReading(accepts, reading({ yes: 0.9, wait: 0.01 }), at('callBack'))
  expect([heard.answer, heard.intent]).toEqual(['yes', 'none'])
  expect(withReading(accepts, reading({ yes: 0.8, wait: 0.2 }), at('callBack'))).toBe(accepts)
  // A no to a call-back ends the call.
  const declines = rules({ answer: 'no', intent: 'wait' })
  expect(withReading(declines, reading({ no: 0.99, wait: 0 }), at('callBack'))).toBe(declines)
})

test('at the question for the symptom it turns a guess into nothing, and another topic into a symptom', () => {
  const guess = rules({ topic: 'mobile', symptom: 'no_network', intent: 'stuck' })
  const unclear = reading({ unclear: 0.85, mobile: 0, no_network: 0.01, stuck: 0 })
  expect(withReading(guess, unclear, at('symptom', 'mobile')).symptom).toBeNull()
  const wifi = (sure: number) => reading({ wifi: sure, mobile: 0, no_network: 0, stuck: 0 })
  expect(withReading(guess, wifi(0.95), at('symptom')).symptom).toBe('wifi')
  expect(withReading(guess, wifi(0.85), at('symptom'))).toBe(guess)
})

test('the topic of a short opening that names no thing is a guess, and needs a surer reader', () => {
  const opening: Listening = { ...at('open', null), name: 'welcome' }
  const topicOf = (sure: number, words: number) =>
    withReading(rules({ wordCount: words }), reading({ no_data: sure }), opening).topic
  expect([topicOf(0.75, 5), topicOf(0.85, 5), topicOf(0.75, 30)]).toEqual(['unknown', 'mobile', 'mobile'])
  expect(explain('ça tourne dans le vide', opening).understanding.topic).not.toBe('mobile')
})

test('it is not asked about an answer in part, or an idiom that says yes to the number', () => {
  const asked = (text: string, asking: 'verify' | 'phoneConfirm') =>
    secondReading(text, at(asking)) !== undefined
  expect(asked("la caisse oui l'imprimante toujours pas", 'verify')).toBe(false)
  expect(asked("y a pas d'erreur", 'phoneConfirm')).toBe(false)
  expect(asked("y a une erreur, pas d'erreur de ma part hein", 'phoneConfirm')).toBe(true)
})

test('at a topic that it has not learnt the reader is not asked', () => {
  const asked = (topic: string) => secondReading('rien à faire ça bloque', at('step', topic))
  expect(asked('internet')).toBeDefined()
  expect(asked('heating')).toBeUndefined()
})

test('a symptom that the desk does not have changes nothing', () => {
  const nothing = rules({})
  expect(withReading(nothing, reading({ leaking_pipe: 0.99 }), at('symptom'))).toBe(nothing)
})

test('a language without a file has no reader', () => {
  expect(desk.words.fr.reader).toBeDefined()
  expect(desk.words.en.reader).toBeUndefined()
  expect(explain('the box blinks', { ...at('symptom'), language: 'en' }).reader).toBeUndefined()
})

test('the reader is named when it decided', () => {
  const { reader, understanding } = explain("pour charger une page j'attends dix minutes", at('symptom'))
  expect(reader).toMatch(/^slow 0\.\d\d(, decided)?$/)
  expect(understanding.symptom).toBe('slow')
})

test('a file that is cut short is refused', () => {
  const weights = new Int8Array(2 ** 8 * 2).fill(-3)
  const file = readerFile({ meanings: ['yes', 'no'], bits: 8, scale: 0.5, weights })
  expect(parseReader(file).weights).toEqual(weights)
  expect(() => parseReader(file.subarray(0, -1))).toThrow('a reader of 511 weights, not 512')
})
