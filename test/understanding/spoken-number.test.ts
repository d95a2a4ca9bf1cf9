// A number is found however it was said, and another number is not taken for it.

import { describe, expect, test } from 'bun:test'
import { gaveAnyNumber, gaveNumber, numbersIn, saysNumber } from '../../src/understanding/spoken-number.ts'

const phone = '0612345678'

const spellings: [string, string[]][] = [
  ['digits', ['mon numéro est le 0612345678']],
  ['pairs', ['06 12 34 56 78']],
  ['dots', ['06.12.34.56.78']],
  ['hyphens', ['06-12-34-56-78']],
  ['+33', ['+33 6 12 34 56 78']],
  ['0033 and a bracketed zero', ['0033 (0)6 12 34 56 78']],
  ['words', ['zéro six douze trente-quatre cinquante-six soixante-dix-huit']],
  ['words without hyphens', ['zero six douze trente quatre cinquante six soixante dix huit']],
  ['digit by digit', ['zéro six un deux trois quatre cinq six sept huit']],
  ['words and digits', ['06 douze 34 cinquante six 78']],
  ['the Belgian seventy', ['zéro six douze trente-quatre cinquante-six septante-huit']],
  ['a recogniser’s "60 18"', ['06 12 34 56 60 18']],
  ['a recogniser’s "si" for six', ['zéro si douze trente-quatre cinquante-six soixante-dix-huit']],
  ['three turns', ['alors c’est le 06 12', 'attendez, 34', 'et puis 56 78 voilà']],
  ['a pair cut by two turns', ['06 1', '2 34 56 78']],
  ['words in between', ['le 06, euh, 12, je crois que c’est 34, un instant, 56 et 78']],
  [
    'corrected while dictating',
    ['zéro six douze trente-cinq, non, trente-quatre cinquante-six soixante-dix-huit'],
  ],
  ['keys', ['⌨ 0612345678#']],
  ['keys after a choice and before a yes', ['⌨ 10612345678#1']],
  ['keys begun again', ['⌨ 0613*0612345678']],
  ['two numbers, the second', ['06 87 65 43 21 ou le 06 12 34 56 78']],
]

const others: [string, string[]][] = [
  ['another number', ['06 12 34 56 79']],
  ['its digits in another order', ['zéro six trente-quatre douze cinquante-six soixante-dix-huit']],
  ['a part of it', ['06 12 34 56']],
  ['another number word in the middle', ['06 12 34 99 56 78']],
  ['no number', ['ma box clignote depuis deux jours, et j’ai redémarré trois fois']],
  ['a long text without spaces', ['é'.repeat(5_000)]],
]

describe('a number', () => {
  test.each(spellings)('is found as %s', (_, lines) => {
    expect(saysNumber(lines, 'fr', phone)).toBe(true)
  })

  test('is found in English', () => {
    expect(saysNumber(['oh six one two three four five six seven eight'], 'en', phone)).toBe(true)
  })

  test.each(others)('is not found in %s', (_, lines) => {
    expect(saysNumber(lines, 'fr', phone)).toBe(false)
  })
})

const call = (change: object = {}) => ({
  ...{
    language: 'fr',
    phone: null,
    numbers: [],
    transcript: [] as { who: 'caller' | 'agent'; text: string }[],
  },
  ...change,
})

describe('a call', () => {
  test('is found by its number, one that was given, and the line’s, however it is written', () => {
    expect(gaveNumber(call({ phone }), phone)).toBe(true)
    expect(gaveNumber(call({ numbers: ['0687654321', phone] }), phone)).toBe(true)
    expect(gaveNumber(call({ callerNumber: '+33612345678' }), phone)).toBe(true)
    expect(gaveNumber(call({ callerNumber: '0687654321' }), phone)).toBe(false)
    const transcript = [{ who: 'caller' as const, text: 'oh six one two three four five six seven eight' }]
    expect(gaveNumber(call({ transcript }), phone)).toBe(false)
    expect(gaveNumber(call({ transcript, languages: [{ language: 'fr' }, { language: 'en' }] }), phone)).toBe(
      true,
    )
  })

  test('is found by a number that the agent read back and the caller rejected', () => {
    const readBack = [
      'Je note le',
      'zéro six',
      'douze',
      'trente-quatre',
      'cinquante-six',
      'soixante-dix-huit',
    ]
    const transcript = readBack.flatMap((text) => [{ who: 'agent' as const, text }])
    transcript.push({ who: 'agent', text: 'C’est bien cela ?' })
    expect(gaveNumber(call({ transcript }), phone)).toBe(true)
  })

  test('does not mix what the two sides said', () => {
    const transcript = [
      { who: 'caller' as const, text: '06 12 34' },
      { who: 'agent' as const, text: '56 78' },
    ]
    expect(gaveNumber(call({ transcript }), phone)).toBe(false)
  })

  test('has any number at all, or none', () => {
    const said = (...lines: string[]) =>
      gaveAnyNumber(call({ transcript: lines.map((text) => ({ who: 'caller', text })) }))
    expect(said('06 12 34', '56 78 79')).toBe(true)
    expect(said('⌨ 0612345679')).toBe(true)
    expect(said('⌨ 1', '⌨ 2', '⌨ 1', '⌨ 1', '⌨ 3', '⌨ 1', '⌨ 2', '⌨ 1', '⌨ 2', '⌨ 1')).toBe(false)
    expect(said('ma box clignote depuis deux jours')).toBe(false)
    expect(gaveAnyNumber(call({ phone }))).toBe(true)
  })
})

describe('the list of a call’s numbers', () => {
  const said = (lines: string[]) =>
    call({ transcript: lines.map((text) => ({ who: 'caller' as const, text })) })

  test.each(spellings)('has a number said as %s', (_, lines) => {
    expect([...numbersIn(said(lines))]).toContain(phone)
  })

  test.each(others)('has none for %s', (_, lines) => {
    expect([...numbersIn(said(lines))]).not.toContain(phone)
  })

  test('is bounded for a caller who only counts', () => {
    expect(numbersIn(said(['12 34 '.repeat(500)])).size).toBeLessThan(10_000)
  })
})
