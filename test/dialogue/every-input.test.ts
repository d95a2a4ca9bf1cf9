// Every kind of input at every question: the desk always says something, except where this file says that it is silent.

import { describe, expect, test } from 'bun:test'
import type { Question } from '../../src/desk/script.ts'
import type { DialogueStateName } from '../../src/desk/types.ts'
import { type Told, testDialogue } from './test-dialogue.ts'

/** The inputs that lead to each question, and its state. */
const ways: Record<Exclude<Question, 'consent'>, [DialogueStateName, Told[]]> = {
  open: ['welcome', []],
  name: ['identification', ["j'ai un problème"]],
  phone: ['identification', ["j'ai un problème", 'dupont']],
  phoneConfirm: ['identification', ["j'ai un problème", 'dupont', '06 12 34 56 78']],
  topic: ['diagnostic', ["j'ai un problème", 'dupont', '##']],
  symptom: ['diagnostic', ['internet', 'dupont', '##']],
  step: ['solution', ["j'ai plus internet", 'dupont', '##']],
  verify: ['verification', ["j'ai plus internet", 'dupont', '##', '#1']],
  technician: ['verification', ["j'ai plus internet", 'dupont', '##', '#222']],
  callBack: [
    'goodbye',
    ["j'ai plus internet", 'dupont', '##', '#222', { kind: 'technician', available: false }],
  ],
}

/**
 * One input of each kind, and the question or the end that follows it at open, name, phone, phoneConfirm, topic,
 * symptom, step, verify, technician and callBack. `=` the question stays, `T` transfer, `G` goodbye, `E` error.
 */
const table: [string, Told, string][] = [
  ['nothing understood', 'il pleut sur la ville ce soir là', 'name = = = = = = = = ='],
  ['a human', 'un conseiller', 'T T T T T T T T T T'],
  ['goodbye', 'au revoir', 'G G G G G G G G G G'],
  ['repeat', 'répétez', '= = = = = = = = = ='],
  ['wait', 'attendez', '= = = = = = = = = ='],
  ['yes', 'oui', '= = = topic = = = G = phone'],
  ['no', 'non', '= phone = phone = = = step = G'],
  ['a topic', 'internet', 'name = = = symptom = = = = ='],
  ['another problem', 'ma carte sim est bloquée', 'name = = = step step step step step step'],
  ['a name', "je m'appelle martin", 'phone phone = = = = = = = ='],
  ['a number', '07 11 22 33 44', 'name phoneConfirm phoneConfirm phoneConfirm = = = = = phoneConfirm'],
  ['a piece of a number', 'zéro six douze trente', 'name = = = = = = = = ='],
  [
    'a number with two readings',
    'zéro un quarante quatre vingt deux trente trente cinq',
    'name = = phone = = = = = =',
  ],
  ['done', "c'est fait", '= = = = = = verify = = ='],
  ['stuck', 'ça ne marche toujours pas', 'name phone = phone = step = step = G'],
  ['confused', "je n'ai pas compris", '= = = = = = = = = ='],
  ['key 0', '#0', 'T T = T T T T T T T'],
  ['key 1', '#1', 'phone = = topic symptom step verify G = phone'],
  ['key 2', '#2', 'phone = = phone symptom step = step = G'],
  ['key 3', '#3', 'phone = = = technician step = = = ='],
  ['key 8', '#8', '= = = = = = = = = ='],
  ['an objection to the recording', 'sans enregistrement', '= = = = = = = = = ='],
  ['key 9', '#9', '= = = = = = = = = ='],
  ['key *', '#*', '= = = = = = = = = ='],
  ['key #', '##', '= phone topic topic = = = = = ='],
  ['silence', { kind: 'silence' }, '= = = = = = = = = ='],
  ['speech without words', { kind: 'unheard' }, '= = = = = = = = = ='],
  ['a technician', { kind: 'technician', available: true }, '= = = = = = = = T ='],
  ['no technician', { kind: 'technician', available: false }, '= = = = = = = = callBack ='],
  ['time is up', { kind: 'timeUp' }, 'G G G G G G G G G G'],
  ['the operator transfers', { kind: 'operator', wants: 'transfer' }, 'T T T T T T T T T T'],
  ['the server stops', { kind: 'operator', wants: 'goodbye' }, 'G G G G G G G G G G'],
  ['everything failed', { kind: 'failed' }, 'E E E E E E E E E E'],
  ['a second start', { kind: 'start' }, '= = = = = = = = = ='],
]

/** When the desk is silent: a digit of a number that goes on, noise during a search, answers to nothing it asked. */
const silent = (told: Told, asking: Question): boolean => {
  if (typeof told === 'string') return asking === 'phone' && /^#\d$/.test(told)
  if (told.kind === 'unheard') return asking === 'technician'
  return (told.kind === 'technician' && asking !== 'technician') || told.kind === 'start'
}

const outcomes = { T: 'transfer', G: 'goodbye', E: 'error' } as const

describe.each(Object.entries(ways))('at the question %s', (name, [stateName, way]) => {
  const asking = name as Question
  const column = Object.keys(ways).indexOf(asking)

  test.each(table)(
    '%s leads where the table says, and the desk is silent only where it may be',
    (_title, told, row) => {
      const desk = testDialogue()
      desk.tell(...way)
      expect([desk.state.name, desk.state.asking]).toEqual([stateName, asking])
      desk.tell(told)
      const cell = row.split(' ')[column]
      if (cell === 'T' || cell === 'G' || cell === 'E') {
        expect(desk.decision.end).toBe(outcomes[cell])
        expect(desk.state.name).toBe(outcomes[cell])
        expect(desk.decision.say.every((line) => line.uninterruptible === true)).toBe(true)
      } else {
        expect(desk.decision.end).toBeUndefined()
        expect(desk.state.asking).toBe(cell === '=' ? asking : (cell as Question))
      }
      expect(desk.decision.say.length > 0).toBe(!silent(told, asking))
    },
  )

  test.each([null, 'internet', 'a topic of another desk'])(
    'an incident about %p is told before the steps only, and every input can follow',
    (topic) => {
      const incident: Told[] = [
        { kind: 'customer', name: 'Martin', incident: { topic, until: null } },
        { kind: 'incident' },
      ]
      const isTold = ['welcome', 'identification', 'diagnostic'].includes(stateName)
      for (const [, told] of table) {
        const desk = testDialogue()
        desk.tell(...way, ...incident)
        expect(desk.state.asking).toBe(isTold ? 'callBack' : asking)
        expect(desk.decision.say.some((line) => line.name === 'incident')).toBe(isTold)
        expect(desk.state.known.name).not.toBe('Martin')
        desk.tell(told)
      }
    },
  )

  test('after the end the desk says nothing more, and the outcome stays', () => {
    const desk = testDialogue()
    desk.tell(...way, { kind: 'timeUp' })
    for (const [, told] of table) {
      desk.tell(told)
      expect(desk.decision.say).toEqual([])
      expect(desk.decision.transitions).toEqual([])
      expect(desk.decision.end).toBe('goodbye')
    }
  })
})

test('before the start only the start and the ends of a call are answered', () => {
  for (const [title, told] of table) {
    const desk = testDialogue({ start: false })
    desk.tell(told)
    const speaks = [
      'time is up',
      'the operator transfers',
      'the server stops',
      'everything failed',
      'a second start',
    ]
    expect([title, desk.decision.say.length > 0]).toEqual([title, speaks.includes(title)])
  }
})
