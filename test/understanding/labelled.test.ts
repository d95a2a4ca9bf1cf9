import { describe, expect, test } from 'bun:test'
import { labelledTurn, readLabelled } from '../../src/understanding/labelled.ts'

const turn = { question: 'symptom', topic: 'mobile', text: 'ça capte que dalle' }

describe('a turn as a labelled line', () => {
  test('has its question, its topic and its meaning, and can be read again', () => {
    const line = labelledTurn(turn, 'topic=mobile symptom=no_network')
    expect(line).toBe('[symptom:mobile]\nça capte que dalle -> topic=mobile symptom=no_network\n')
    expect(readLabelled(line)).toEqual([
      { ...turn, question: 'symptom', fields: { topic: 'mobile', symptom: 'no_network' }, line: 2 },
    ])
  })

  test.each([
    ['-', {}],
    [undefined, undefined],
    ['intent=human', { intent: 'human' }],
  ])('with the meaning %p', (meaning, fields) => {
    expect(readLabelled(labelledTurn({ ...turn, topic: null }, meaning))).toMatchObject([
      { topic: null, fields },
    ])
  })

  test.each([
    '# je suis au 12',
    '[open]',
    'un -> deux -> trois',
    'sur\ndeux lignes',
    '  des   blancs  ',
    '##[',
  ])('%j does not break the form', (text) => {
    const both = labelledTurn({ ...turn, text }, 'intent=stuck') + labelledTurn(turn, '-')
    expect(readLabelled(both).map(({ fields }) => fields)).toEqual([{ intent: 'stuck' }, {}])
  })
})

test('two files one after the other are one list', () => {
  const text = labelledTurn(turn, '-') + labelledTurn({ ...turn, question: 'open', topic: null }, undefined)
  expect(readLabelled(text).map(({ question, topic }) => [question, topic])).toEqual([
    ['symptom', 'mobile'],
    ['open', null],
  ])
})

test.each([
  ['bonjour -> -', 'line 1'],
  ['[open]\nbonjour', 'line 2'],
  ['[nothing]', "line 1: no question 'nothing'"],
])('%j is refused with the number of the line', (text, reason) => {
  expect(() => readLabelled(text)).toThrow(reason)
})
