// What callers of one site say in words that no rule knows: read as the words for which they stand, at every question.

import { describe, expect, test } from 'bun:test'
import type { Desk } from '../../src/desk/desk.ts'
import { explain } from '../../src/understanding/explain.ts'
import { longestTurn } from '../../src/understanding/listening.ts'
import { inKnownWords } from '../../src/understanding/sayings.ts'
import { understand } from '../../src/understanding/understand.ts'
import { desk } from '../support/shipped-desk.ts'

const withSayings = (sayings: Record<string, string>, language = 'fr'): Desk => ({
  ...desk,
  words: {
    ...desk.words,
    [language]: {
      ...desk.words[language]!,
      sayings: Object.entries(sayings).map(([said, means]) => ({ said, means })),
    },
  },
})
const sayings = withSayings({
  'ça plane': 'oui ça marche',
  'ça plane pas': 'non ça ne marche pas',
  'le machin à Internet': 'la box',
  'filez moi le taulier': 'je veux parler à un conseiller',
})
const known = (text: string) => inKnownWords(text, { desk: sayings, language: 'fr' })
const said = (text: string, asking: 'verify' | 'open' | 'step', of: Desk) =>
  understand(text, { name: 'verification', language: 'fr', asking, desk: of, known: { topic: 'internet' } })

describe('words for which a saying stands', () => {
  test.each([
    ['ça plane', 'oui ça marche'],
    ['Ah, ÇA   PLANE, merci !', 'Ah, oui ça marche, merci !'],
    ['ca plane pas', 'non ça ne marche pas'],
    ['ça, plane', 'oui ça marche'],
    ['Le machin à internet clignote.', 'la box clignote.'],
    ['filez-moi le taulier', 'je veux parler à un conseiller'],
    // Another word, another sentence, and nothing of it.
    ['ça planera', 'ça planera'],
    ['Ça. Plane', 'Ça. Plane'],
    ['rien de tel', 'rien de tel'],
    ['', ''],
  ])('%p is read as %p', (text, expected) => {
    expect(known(text)).toBe(expected)
  })

  test('are no longer than a turn may be', () => {
    expect(known('ça plane '.repeat(2_000)).length).toBeLessThanOrEqual(longestTurn + 3)
  })

  test('count in the language of the desk that has them, and nowhere else', () => {
    expect(inKnownWords('ça plane', { desk: sayings, language: 'en' })).toBe('ça plane')
    expect(inKnownWords('ça plane', { desk, language: 'fr' })).toBe('ça plane')
    expect(inKnownWords('ça plane', { language: 'fr' })).toBe('ça plane')
  })
})

describe('the desk understands a saying as what it stands for', () => {
  test('as the answer that ends a call, without a question to make sure', () => {
    expect(said('ça plane', 'verify', desk).answer).toBe('unknown')
    expect(said('ça plane', 'verify', sayings)).toMatchObject({ answer: 'yes', doubtful: false })
    expect(said('ça plane pas', 'verify', sayings).answer).toBe('no')
  })

  test('as a thing, and as a wish', () => {
    expect(said('le machin à internet est en panne', 'open', sayings).topic).toBe('internet')
    expect(said('filez moi le taulier', 'step', desk).intent).not.toBe('human')
    expect(said('filez moi le taulier', 'step', sayings).intent).toBe('human')
  })

  test('and an explanation names it before the rules', () => {
    const state = { name: 'verification', language: 'fr', asking: 'verify', desk: sayings } as const
    const { fired, understanding } = explain('Oh ça plane', state)
    expect(fired[0]).toMatchObject({ rule: 'sayings: oui ça marche', words: 'ça plane' })
    expect(fired.length).toBeGreaterThan(1)
    expect(understanding.answer).toBe('yes')
  })
})
