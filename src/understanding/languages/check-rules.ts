// Finds rules that do nothing: `bun run rules` prints them, and a test keeps the lists free of them. Pure.

import { flat, foldedWords } from '../words.ts'
import type { Language } from './language.ts'
import { flatLists, listNames } from './lists.ts'
import { rewritten } from './rewrites.ts'
import { anyOf, type Rule, type RuleList } from './rules.ts'

export type RuleFault = {
  /**
   * `dead`: no example of its rule matches it. `doubled`: the same words stand in the list before. `overlapping`: on
   * its examples, others of the list match all that it matches. `missed`: an example that the rule does not match;
   * `taken`: a counter-example that it does.
   */
  kind: 'dead' | 'doubled' | 'overlapping' | 'missed' | 'taken'
  rule: string
  /** The alternative, or the example. */
  text: string
}

/** All faults of a language's rules, in the order of the lists. */
export function ruleFaults(language: Language): RuleFault[] {
  const ofLists = listNames.flatMap((name) => {
    const read = (text: string): string =>
      flatLists.has(name) ? flat(text) : rewritten(flat(text), language.plain)
    return faultsOf(language.lists[name], read)
  })
  const ofClaims = language.gate.claims.flatMap(({ list }) => faultsOf(list, foldedWords))
  return [...ofLists, ...ofClaims]
}

type Alternative = { rule: Rule; say: string; pattern: RegExp }

function faultsOf(list: RuleList, read: (text: string) => string): RuleFault[] {
  const alternatives = list.rules.flatMap((rule) =>
    rule.alternatives.map(({ say, source }): Alternative => ({ rule, say, pattern: anyOf(source) })),
  )
  const seen = new Set<string>()
  return list.rules.flatMap((rule) => {
    const own = alternatives.filter((one) => one.rule === rule)
    const examples = rule.yes.map(read)
    const faults: RuleFault[] = []
    const add = (kind: RuleFault['kind'], text: string) => faults.push({ kind, rule: rule.id, text })
    const matches = (text: string): boolean => own.some(({ pattern }) => text.search(pattern) >= 0)
    for (const text of rule.yes) if (!matches(read(text))) add('missed', text)
    for (const text of rule.no) if (matches(read(text))) add('taken', text)
    for (const one of own) {
      const mine = examples.filter((text) => text.search(one.pattern) >= 0)
      if (seen.has(one.say)) add('doubled', one.say)
      else if (mine.length === 0) add('dead', one.say)
      else if (mine.every((text) => isCovered(text, one, alternatives))) add('overlapping', one.say)
      seen.add(one.say)
    }
    return faults
  })
}

/** Whether other alternatives match everything that this one matches in a text. */
function isCovered(text: string, one: Alternative, all: readonly Alternative[]): boolean {
  const others = all.filter((other) => other !== one)
  return spansOf(text, one.pattern).every(([from, to]) =>
    others.some(({ pattern }) => spansOf(text, pattern).some((span) => span[0] <= from && span[1] >= to)),
  )
}

const spansOf = (text: string, pattern: RegExp): [from: number, to: number][] =>
  [...text.matchAll(pattern)].map(({ index, 0: { length } }) => [index, index + length])
