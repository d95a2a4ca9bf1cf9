// Every rule against the examples that stand beside it.

import { describe, expect, test } from 'bun:test'
import { languageOf, languages } from '../../../src/understanding/languages/index.ts'
import { flatLists, listNames } from '../../../src/understanding/languages/lists.ts'
import { rewritten } from '../../../src/understanding/languages/rewrites.ts'
import { anyOf, ruleListOf } from '../../../src/understanding/languages/rules.ts'
import { lexiconOf } from '../../../src/understanding/lexicons.ts'
import { flat } from '../../../src/understanding/words.ts'

describe.each([...languages])('the rules of %s', (code) => {
  const { plain } = lexiconOf(code)
  const rules = listNames.flatMap((name) => {
    const read = (text: string): string => (flatLists.has(name) ? flat(text) : plain(flat(text)))
    return languageOf(code).lists[name].rules.map((rule) => ({ rule, read }))
  })

  test('each alternative matches an example of its rule', () => {
    const without = rules.flatMap(({ rule, read }) =>
      rule.alternatives
        .filter(({ source }) => rule.yes.every((text) => read(text).search(anyOf(source)) < 0))
        .map(({ say }) => `${rule.id}: ${say}`),
    )
    expect(without).toEqual([])
  })

  test('each example matches its rule, and no counter-example does', () => {
    const wrong = rules.flatMap(({ rule, read }) => {
      const pattern = anyOf(...rule.alternatives.map(({ source }) => source))
      const missed = rule.yes.filter((text) => read(text).search(pattern) < 0)
      const taken = rule.no.filter((text) => read(text).search(pattern) >= 0)
      return [
        ...missed.map((text) => `${rule.id} misses: ${text}`),
        ...taken.map((text) => `${rule.id} takes: ${text}`),
      ]
    })
    expect(wrong).toEqual([])
  })
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
