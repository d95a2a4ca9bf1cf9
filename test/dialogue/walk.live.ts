// Compares the machine with the whole model. The model is an independent statechart (chart/) that predicts after every
// input which question is open and what is known. The machine plays a shortest way to each state of the model and every
// input from there, in a caller's own words: 3 387 ways, 98 152 inputs.

import { describe, expect, test } from 'bun:test'
import { step } from '../../src/dialogue/dialogue-machine.ts'
import { keyEvents, otherEvents, wordEvents } from './chart/memory.ts'
import { questions, transitions } from './chart/shape.ts'
import { walk } from './chart/walk.ts'
import { waysOf } from './chart/ways.ts'

const byVoice = waysOf(true)

test('on every way of the model, and after every input at its end, the machine agrees with the model', () => {
  const { states, inputs, ...reached } = walk(byVoice, true, step)
  console.log(`walk by voice and keys: ${states} states, ${inputs} inputs tried in them`)
  expect([...reached.questions].sort()).toEqual(questions)
  expect([...reached.ends].sort()).toEqual(['error', 'goodbye', 'transfer'])
  expect([...reached.transitions].sort()).toEqual(transitions.sort())
  expect([...reached.events].sort()).toEqual([...wordEvents, ...keyEvents, ...otherEvents].sort())
}, 60_000)

describe('the walk detects a machine that', () => {
  const mutants: [string, typeof step][] = [
    ['takes no for an answer only once', (state, input) => step({ ...state, phoneTries: 0 }, input)],
    ['is patient with silence for ever', (state, input) => step({ ...state, noInput: 0 }, input)],
    ['never tires of not understanding', (state, input) => step({ ...state, noMatch: 0 }, input)],
    [
      'never fetches a human for what it cannot hear',
      (state, input) => step({ ...state, unheard: 0 }, input),
    ],
    ['takes "I am here" for a yes', (state, input) => step({ ...state, presence: false }, input)],
    ['does not wait when asked to', (state, input) => step({ ...state, holding: false }, input)],
    [
      'asks who calls in the middle of a call',
      (state, input) => step({ ...state, identified: false }, input),
    ],
    [
      'takes the # of a keyed number for an answer',
      (state, input) => step({ ...state, justKeyed: false }, input),
    ],
    [
      'asks for a step twice',
      (state, input) =>
        step({ ...state, known: { ...state.known, stepsDone: state.known.stepsDone.slice(1) } }, input),
    ],
    [
      'forgets the number',
      (state, input) => {
        const [next, decision] = step(state, input)
        return [{ ...next, known: { ...next.known, phone: state.known.phone } }, decision]
      },
    ],
  ]
  test.each(mutants)('%s', (_title, mutant) => {
    expect(() => walk(byVoice, true, mutant)).toThrow('the machine is')
  })
})
