// Which readings of a model object to an ending.

import { describe, expect, test } from 'bun:test'
import { objects } from '../../../src/dialogue/model/objection.ts'
import type { Understanding } from '../../../src/understanding/types.ts'
import { nothingUnderstood } from '../../../src/understanding/understand.ts'

const reading = (part: Partial<Understanding>): Understanding => ({ ...nothingUnderstood, ...part })
const yes = reading({ answer: 'yes' })
const no = reading({ answer: 'no' })
const goodbye = reading({ intent: 'goodbye' })
const stuck = reading({ intent: 'stuck' })
const done = reading({ intent: 'done' })
const doubt = reading({})

describe('a model objects to', () => {
  test.each([
    ['solved', yes, 'verify', [no, stuck, doubt, reading({ answer: 'yes', intent: 'stuck' })]],
    ['a number kept', yes, 'phoneConfirm', [no, doubt, done, goodbye]],
    ['a goodbye', goodbye, 'symptom', [no, stuck, doubt, yes, reading({ intent: 'wait' })]],
    ['a goodbye', goodbye, 'verify', [no, stuck, doubt]],
  ] as const)('%s', (_, rules, asking, readings) => {
    for (const model of readings) expect(objects(rules, model, asking)).toBe(true)
  })
})

describe('a model agrees with', () => {
  test.each([
    ['solved', yes, 'verify', [yes, done, goodbye]],
    ['a number kept', yes, 'phoneConfirm', [yes]],
    ['a goodbye', goodbye, 'symptom', [goodbye]],
    ['a goodbye', goodbye, 'verify', [goodbye, yes, done]],
  ] as const)('%s', (_, rules, asking, readings) => {
    for (const model of readings) expect(objects(rules, model, asking)).toBe(false)
  })
})

test('what ends nothing, and what is evident, is not objected to', () => {
  for (const asking of ['open', 'name', 'step', 'verify', 'phoneConfirm', 'callBack'] as const) {
    expect(objects(no, yes, asking)).toBe(false)
    expect(objects(doubt, no, asking)).toBe(false)
    expect(objects({ ...yes, evident: true }, no, asking)).toBe(false)
    expect(objects({ ...goodbye, evident: true }, no, asking)).toBe(false)
  }
})
