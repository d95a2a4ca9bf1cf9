import { describe, expect, test } from 'bun:test'
import { History, heardText } from '../../src/call/history.ts'

const sentence = 'Je regarde votre dossier, un instant.'
const cuts: [share: number, heard: string][] = [
  [-1, ''],
  [0, ''],
  [0.02, ''],
  [0.05, 'Je'],
  [0.2, 'Je regarde'],
  [0.3, 'Je regarde'],
  [0.4, 'Je regarde votre'],
  [0.69, 'Je regarde votre dossier,'],
  [0.99, sentence],
  [1, sentence],
  [7, sentence],
]
describe('what was heard of a sentence is cut at the word nearest to the last frame', () => {
  for (const [share, heard] of cuts)
    test(`${share} of it: “${heard}”`, () => expect(heardText(sentence, share)).toBe(heard))
})

test('white space at the ends is no word, and neither is a text without words', () => {
  expect(heardText('', 0.5)).toBe('')
  expect(heardText('   ', 0.5)).toBe('')
  expect(heardText('  oui  non', 0.4)).toBe('  oui')
})

test('the rest of a cut sentence begins where its beginning ended', () => {
  for (const share of [0.1, 0.3, 0.45, 0.7, 0.95]) {
    const [begun, rest] = [heardText(sentence, share), heardText(sentence, 1, share)]
    expect(`${begun} ${rest}`.trim()).toBe(sentence)
  }
  expect(heardText(sentence, 0.69, 0.4)).toBe('dossier,')
})

test('the history keeps the newest 400 entries, each with who, when and whether it was cut', () => {
  const history = new History()
  for (let i = 0; i < 401; i++) history.caller(String(i), i)
  history.agent('Bonjour', 500, true)
  expect(history.entries).toHaveLength(400)
  expect(history.entries[0]).toEqual({ who: 'caller', text: '2', atMs: 2, cut: false })
  expect(history.entries.at(-1)).toEqual({ who: 'agent', text: 'Bonjour', atMs: 500, cut: true })
})
