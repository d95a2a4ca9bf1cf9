// Rules as data: each list of a language's files holds rules with an id, what they match, and examples. This file makes
// regular expressions of them.
//
// What a rule says is a regular expression over plain text, with two conveniences: `(` groups without capturing, and
// `<name>` is a fragment. It matches whole words only: no letter or digit may touch it; an apostrophe may.

import { z } from 'zod'
import { WordPattern } from '../../desk/word-pattern.ts'

/** Words with spaces between them, as a set. */
export const wordSet = z.string().transform((text): ReadonlySet<string> => new Set(text.split(/\s+/)))

/** Fragments by name: alternatives, or one expression. */
export const fragmentsSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

/** Alternatives; short ones may stand in one text with commas between them. */
export const alternativesSchema = z.union([
  z.array(z.string()).min(1),
  z.string().transform((text) => text.split(/,\s*/)),
])

export const ruleSchema = z.strictObject({
  say: alternativesSchema,
  /** Fragments of this rule alone. Each may be named after its first word: `<veux>` is "veux", "voudrais" and so on. */
  with: fragmentsSchema.default({}),
  /** What callers say, at least one example for each alternative. `bun run rules` checks it. */
  yes: z.array(z.string()).min(1),
  /** What looks like it and must not match. */
  no: z.array(z.string()).default([]),
})

export const ruleListSchema = z.record(z.string(), ruleSchema)

type RuleListData = z.infer<typeof ruleListSchema>
type Fragments = z.infer<typeof fragmentsSchema>

/** One rule. `id` names it in its list: `no.digit-missing`. */
export type Rule = {
  id: string
  alternatives: readonly { say: string; source: string }[]
  yes: readonly string[]
  no: readonly string[]
}

/** The rules of one list, in the order of the file, and one expression that finds them all. */
export type RuleList = { name: string; rules: readonly Rule[]; pattern: RegExp }

/** One pattern of alternatives that match whole words: no letter or digit may touch them; an apostrophe may. */
export const anyOf = (...alternatives: string[]): RegExp => new WordPattern(alternatives)

/**
 * Makes a list of its data.
 *
 * @throws {Error} naming the rule and the fragment that does not exist
 */
export function ruleListOf(name: string, data: RuleListData, fragments: Fragments): RuleList {
  const rules = Object.entries(data).map(([id, { say, with: own, yes, no }]): Rule => {
    const known = { ...fragments, ...own }
    const alternatives = say.map((one) => ({ say: one, source: sourceOf(one, known, `${name}.${id}`) }))
    return { id: `${name}.${id}`, alternatives, yes, no }
  })
  const sources = rules.flatMap(({ alternatives }) => alternatives.map(({ source }) => source))
  return { name, rules, pattern: anyOf(...sources) }
}

/** The regular expression of one alternative. */
function sourceOf(say: string, fragments: Fragments, place: string): string {
  const filled = say.replace(/<([a-z][a-z-]*)>/g, (_, fragment: string) => {
    const found = fragments[fragment]
    if (found === undefined) throw new Error(`${place}: there is no fragment <${fragment}>`)
    return `(${[found]
      .flat()
      .map((one) => sourceOf(one, fragments, place))
      .join('|')})`
  })
  return uncaptured(filled)
}

/** The expression with `(` for groups that capture nothing. */
export const uncaptured = (source: string): string =>
  source.replace(/\\.|\[[^\]]*\]|\((?!\?)/g, (part) => (part === '(' ? '(?:' : part))
