// Finds rules that do nothing: `bun run rules` prints them, and a test keeps the lists free of them. Pure.

import { flat, foldedWords } from '../words.ts'
import type { Language } from './language.ts'
import { flatLists, listNames } from './lists.ts'
import { rewritten } from './rewrites.ts'
import { anyOf, type RuleList } from './rules.ts'

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

/** One alternative of a list, as it is written there. */
export type Alternative = { say: string; pattern: RegExp }

function faultsOf(list: RuleList, read: (text: string) => string): RuleFault[] {
  const rules = list.rules.map((rule) => {
    const own = rule.alternatives.map(({ say, source }): Alternative => ({ say, pattern: anyOf(source) }))
    return { rule, own }
  })
  const all = rules.flatMap(({ own }) => own)
  return rules.flatMap(({ rule, own }) => {
    const matches = (text: string): boolean => own.some(({ pattern }) => read(text).search(pattern) >= 0)
    const missed = rule.yes
      .filter((text) => !matches(text))
      .map((text) => ({ kind: 'missed', text }) as const)
    const taken = rule.no.filter(matches).map((text) => ({ kind: 'taken', text }) as const)
    const idle = idleIn(own, all, rule.yes.map(read))
    return [...missed, ...taken, ...idle].map((fault) => ({ ...fault, rule: rule.id }))
  })
}

/**
 * The alternatives that do nothing.
 *
 * @param own those that the examples show
 * @param all those of the whole list, `own` among them
 * @param examples as the list reads them
 */
export function idleIn(
  own: readonly Alternative[],
  all: readonly Alternative[],
  examples: readonly string[],
): Pick<RuleFault, 'kind' | 'text'>[] {
  return own.flatMap((one) => {
    const mine = examples.filter((text) => text.search(one.pattern) >= 0)
    const isDoubled = all.find(({ say }) => say === one.say) !== one
    const covered = () => mine.every((text) => isCovered(text, one, all))
    const kind = isDoubled ? 'doubled' : mine.length === 0 ? 'dead' : covered() ? 'overlapping' : undefined
    return kind === undefined ? [] : [{ kind, text: one.say }]
  })
}

/** Whether other alternatives match everything that this one matches in a text. */
function isCovered(text: string, one: Alternative, all: readonly Alternative[]): boolean {
  const others = all.filter(({ say }) => say !== one.say)
  return spansOf(text, one.pattern).every(([from, to]) =>
    others.some(({ pattern }) => spansOf(text, pattern).some((span) => span[0] <= from && span[1] >= to)),
  )
}

const spansOf = (text: string, pattern: RegExp): [from: number, to: number][] =>
  [...text.matchAll(pattern)].map(({ index, 0: { length } }) => [index, index + length])
