// What is less than a yes ends nothing at once: hedges, irony, questions back, and a number that is somebody else's.

import { describe, expect, test } from 'bun:test'
import { understand } from '../../src/understanding/understand.ts'
import { desk, testDialogue } from '../dialogue/test-dialogue.ts'

const ends = (text: string, language: string, asking: 'verify' | 'phoneConfirm' | 'callBack'): boolean => {
  const { answer, doubtful } = understand(text, { name: 'verification', language, asking, desk })
  return answer === 'yes' && !doubtful
}

describe('at "does it work?"', () => {
  test.each([
    ['fr', ['normalement oui', 'en principe oui', 'mouais', "pour l'instant oui", 'à peu près', 'on dirait']],
    ['fr', ["d'accord", 'ok ok', 'ça rame encore grave', 'oui ?', 'Comment ça, oui ?']],
    ['fr', ["c'est bon laisse tomber", "oui oui c'est ça moquez-vous", 'oui pour vous peut-être']],
    ['fr', ["formidable ça fait trois fois que j'appelle", "c'est merveilleux j'ai payé pour ça"]],
    ['en', ['yeah right', 'yes supposedly', 'ok ok', 'yes for now', 'yes I guess', 'yes?']],
    ['de', ['ja klar, ganz toll', 'normalerweise ja', 'okay', 'ja vielleicht', 'im Moment ja', 'ja?']],
    ['es', ['sí claro, genial', 'normalmente sí', 'vale vale', 'de momento sí', 'supongo que sí', '¿sí?']],
  ])('it is not believed at once (%s: %j)', (language, turns) => {
    for (const text of turns) expect([text, ends(text, language, 'verify')]).toEqual([text, false])
  })

  test.each([
    [
      'fr',
      [
        'oui',
        'oui oui',
        'oui merci',
        'parfait',
        "d'accord ça marche",
        'super merci',
        'on dirait que ça remarche',
      ],
    ],
    ['en', ['yes', 'ok it works', 'great thanks', "yeah that's right"]],
    ['de', ['ja', 'ja klar', 'ja super', 'okay es geht']],
    ['es', ['sí', 'sí claro', 'vale ya funciona', 'genial gracias']],
  ])('a plain yes is (%s: %j)', (language, turns) => {
    for (const text of turns) expect([text, ends(text, language, 'verify')]).toEqual([text, true])
  })

  test('one question makes sure', () => {
    const dialogue = testDialogue()
    dialogue.tell('bonjour', 'Paul Martin', '06 39 98 12 47', 'oui', 'ma box est en panne', "c'est fait")
    dialogue.tell("d'accord")
    expect([dialogue.said(), dialogue.state.makesSure]).toEqual([['verify_again'], true])
    dialogue.tell('oui')
    expect(dialogue.said()).toContain('solved')
  })
})

test.each([
  [
    'fr',
    ["oui c'est celui de ma mère", "pas du tout ça c'est le numéro de ma sœur", 'ben vous avez noté quoi'],
  ],
  ['en', ["yes it's my mother's", "yes that's my old number"]],
  ['de', ['ja das ist die von meiner Mutter', 'ja das ist meine alte Nummer']],
  ['es', ['sí es el de mi madre', 'sí es mi antiguo número']],
])('a number that is somebody else’s is read back once more (%s: %j)', (language, turns) => {
  for (const text of turns) expect([text, ends(text, language, 'phoneConfirm')]).toEqual([text, false])
})

test.each([
  "c'est pas le mien c'est celui de ma femme mais c'est bon",
  'oui',
  'ok',
  "oui c'est le numéro de mon portable",
])('a number that the caller wants is kept: %s', (text) => {
  expect(ends(text, 'fr', 'phoneConfirm')).toBe(true)
})

describe('at the offer to call back', () => {
  test.each(["pardon je n'ai pas bien saisi", 'bof', 'comme vous voulez', 'oui oh les promesses'])(
    'it is asked again at: %s',
    (text) => {
      const { answer, intent } = understand(text, {
        name: 'goodbye',
        language: 'fr',
        asking: 'callBack',
        desk,
      })
      expect([answer, ['none', 'confused', 'repeat'].includes(intent)]).toEqual(['unknown', true])
    },
  )

  test.each(["oui s'il vous plaît", 'ce serait très aimable à vous', 'sur le portable pas sur le fixe'])(
    'it is accepted at: %s',
    (text) => {
      const { answer, intent } = understand(text, {
        name: 'goodbye',
        language: 'fr',
        asking: 'callBack',
        desk,
      })
      expect([answer, intent]).toEqual(['yes', 'none'])
    },
  )
})

test.each([
  ['fr', 'pourquoi faire'],
  ['en', 'why do you need it'],
  ['de', 'wozu brauchen Sie das'],
  ['es', 'para qué lo quiere'],
])('what the number is for is a question and no refusal (%s: %s)', (language, text) => {
  const at = (asking: 'name' | 'phone') =>
    understand(text, { name: 'identification', language, asking }).intent
  expect([at('phone'), at('name')]).toEqual(['none', 'refuse'])
})
