// Every rule against the examples that stand beside it.

import { describe, expect, test } from 'bun:test'
import { ruleFaults } from '../../../src/understanding/languages/check-rules.ts'
import { languageOf, languages } from '../../../src/understanding/languages/index.ts'
import { rewritten } from '../../../src/understanding/languages/rewrites.ts'
import { ruleListOf } from '../../../src/understanding/languages/rules.ts'
import { flat } from '../../../src/understanding/words.ts'

test.each([...languages])('every rule of %s is needed, and its examples hold', (code) => {
  expect(ruleFaults(languageOf(code))).toEqual([])
})

test.each([...languages])('each rewrite of %s changes its example', (code) => {
  const { plain } = languageOf(code)
  const idle = plain.flatMap((step, at) =>
    step
      .filter((rewrite, i) => {
        const before = [...plain.slice(0, at), step.slice(0, i)]
        const text = rewritten(flat(rewrite.like), before)
        return text.replace(rewrite.pattern, rewrite.to) === text
      })
      .map(({ id, like }) => `${id}: ${like}`),
  )
  expect(idle).toEqual([])
})

test('a rule groups without capturing, uses fragments and matches whole words', () => {
  const { pattern } = ruleListOf(
    'list',
    { rule: { say: ['<it> (really )?<works>'], with: { works: ['works', 'runs'] }, yes: ['x'], no: [] } },
    { it: ['it', 'the <thing>'], thing: 'box' },
  )
  expect(pattern.source).toBe('(?<![a-z0-9])(?:(?:it|the (?:box)) (?:really )?(?:works|runs))(?![a-z0-9])')
  expect('the box really runs'.search(pattern)).toBe(0)
  expect('the boxruns'.search(pattern)).toBe(-1)
})

test('a fragment that does not exist is refused with the rule', () => {
  const rule = { say: ['<nothing>'], with: {}, yes: ['x'], no: [] }
  expect(() => ruleListOf('no', { flat: rule }, {})).toThrow('no.flat: there is no fragment <nothing>')
})

describe('a fault of a rule is found', () => {
  const faultsOf = (rule: object): string[] => {
    const list = ruleListOf('no', { flat: { with: {}, no: [], yes: [], say: [], ...rule } as never }, {})
    const language = { ...languageOf('en'), lists: { ...languageOf('en').lists, no: list } }
    return ruleFaults(language).map(({ kind, text }) => `${kind}: ${text}`)
  }
  test.each([
    ['an alternative without an example', { say: ['no', 'nope'], yes: ['no'] }, 'dead: nope'],
    ['an alternative that stands there twice', { say: ['no', 'no'], yes: ['no'] }, 'doubled: no'],
    ['one that another covers', { say: ['no( way)?', 'no'], yes: ['no way'] }, 'overlapping: no'],
    ['an example that does not match', { say: ['no'], yes: ['no', 'never'] }, 'missed: never'],
    ['a counter-example that matches', { say: ['no'], yes: ['no'], no: ['oh no'] }, 'taken: oh no'],
  ])('%s', (_, rule, fault) => {
    expect(faultsOf(rule)).toContain(fault)
  })
})
