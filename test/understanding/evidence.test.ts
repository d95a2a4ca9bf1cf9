// Endings need evidence: what the desk does with a yes or a farewell whose words it does not explain.

import { describe, expect, test } from 'bun:test'
import { understand } from '../../src/understanding/understand.ts'
import { desk, testDialogue } from '../dialogue/test-dialogue.ts'

const identified = ['bonjour', 'Paul Martin', '06 39 98 12 47', 'oui', 'ma box est en panne']
const atVerify = () => {
  const dialogue = testDialogue()
  dialogue.tell(...identified, "c'est fait")
  expect(dialogue.state.asking).toBe('verify')
  return dialogue
}

describe('at "does it work?"', () => {
  test.each([
    'oui bonsoir monsieur',
    'oui bon, dans une seule pièce',
    'oui je suis devant la télé là',
    'bien sûr, et les poules ont des dents',
    'oui enfin la page de Google vient mais le reste reste blanc',
    'on dirait que oui mais je me méfie',
    'si quoi fonctionne',
  ])('the call does not end at: %s', (text) => {
    const dialogue = atVerify()
    dialogue.tell(text)
    expect([dialogue.state.ended, dialogue.state.known.phone]).toEqual([null, '0639981247'])
  })

  test.each(['oui ça marche', "c'est bon merci au revoir", 'oui la télé est revenue', 'ça ne coupe plus'])(
    'the call ends as solved at: %s',
    (text) => {
      const dialogue = atVerify()
      dialogue.tell(text)
      expect(dialogue.said()).toContain('solved')
    },
  )

  test('one short question makes sure, and a yes to it is enough', () => {
    const dialogue = atVerify()
    dialogue.tell('bien sûr, et les poules ont des dents')
    expect([dialogue.said(), dialogue.state.makesSure]).toEqual([['verify_again'], true])
    dialogue.tell('mais oui je vous dis que mon écran affiche le match maintenant')
    expect(dialogue.said()).toContain('solved')
  })

  test('a no to that question counts as ever', () => {
    const dialogue = atVerify()
    dialogue.tell('bien sûr, et les poules ont des dents', 'non')
    expect([dialogue.state.makesSure, dialogue.state.asking]).toEqual([false, 'step'])
  })
})

describe('a number that was read back', () => {
  test.each(['oui bonsoir, je téléphone parce que ma box clignote', "j'ai répondu non, ce n'était pas oui"])(
    'is not kept at: %s',
    (text) => {
      const dialogue = testDialogue()
      dialogue.tell('bonjour', 'Paul Martin', '06 39 98 12 47')
      expect(dialogue.state.asking).toBe('phoneConfirm')
      dialogue.tell(text)
      expect(dialogue.state.known.phone).toBeNull()
    },
  )
})

describe('a farewell in the middle', () => {
  test.each([
    'ça marche dix minutes et puis adieu la connexion',
    "toutes les cinq minutes c'est au revoir le wifi",
  ])('is about the problem: %s', (text) => {
    const dialogue = testDialogue()
    dialogue.tell('internet', 'Paul Martin', '06 39 98 12 47', 'oui')
    expect(dialogue.state.asking).toBe('symptom')
    dialogue.tell(text)
    expect(dialogue.state.ended).toBeNull()
  })

  test('ends the call when it is one', () => {
    const dialogue = testDialogue()
    dialogue.tell('internet', 'bon tant pis je raccroche au revoir')
    expect(dialogue.state.ended).toBe('goodbye')
  })
})

test.each([
  ['fr', ['pas bien', 'pas très bien', 'pas top', 'je suis pas bien', 'je parle pas bien français']],
  [
    'fr',
    [
      "j'ai pas bien compris",
      'pas bien noté',
      'je comprends pas bien le français',
      'pas terrible, pas parfait',
    ],
  ],
  [
    'en',
    [
      'not good',
      'my English is not good',
      'not so great',
      'not right',
      "it isn't very good",
      "I'm good at waiting",
    ],
  ],
  ['en', ['yes but only the wifi']],
  ['de', ['nicht gut', 'gar nicht super', 'ja aber nur das WLAN', 'ja genau, von wegen']],
  ['es', ['no muy bien', 'sí pero solo el wifi', 'qué bien, ahora va peor']],
])('words that are denied or limited end nothing (%s: %j)', (language, turns) => {
  for (const text of turns)
    for (const asking of ['verify', 'phoneConfirm', 'callBack'] as const) {
      const { answer, doubtful } = understand(text, { name: 'verification', language, asking, desk })
      // A yes about one thing only is doubtful where it would end the call as solved.
      const counts = answer === 'yes' && !doubtful
      if (asking === 'verify' || !/wifi|WLAN/.test(text))
        expect([text, asking, counts]).toEqual([text, asking, false])
    }
})

test.each([
  [
    'fr',
    [
      'bien',
      'très bien',
      'oui très bien',
      'parfait',
      'ça va bien',
      'pas de souci, très bien',
      'oui mais oui',
    ],
  ],
  ['en', ['good', 'great', 'yes all good', 'fine', 'right']],
  ['de', ['gut', 'super']],
  ['es', ['bien', 'muy bien']],
])('words that are not denied are an answer as ever (%s: %j)', (language, turns) => {
  for (const text of turns) {
    const { answer, doubtful } = understand(text, { name: 'verification', language, asking: 'verify', desk })
    expect([text, answer, doubtful]).toEqual([text, 'yes', false])
  }
})

test('a turn is doubtful by the words that its answer does not explain', () => {
  const state = { name: 'verification', language: 'fr', asking: 'verify' } as const
  expect(understand('oui ça marche merci beaucoup madame', state).doubtful).toBe(false)
  expect(understand('oui le chien du voisin aboie', state).doubtful).toBe(true)
})

test('a turn is evident that is an answer or a farewell in five words and nothing else', () => {
  const state = { name: 'verification', language: 'fr', asking: 'verify' } as const
  for (const text of ['oui', 'oui ça marche merci', 'au revoir madame', 'Ah oui, parfait !'])
    expect(understand(text, state).evident).toBe(true)
  for (const text of ['oui, et la marmotte', 'oui oui bien sûr ça marche comme toujours'])
    expect(understand(text, state).evident).toBe(false)
})
