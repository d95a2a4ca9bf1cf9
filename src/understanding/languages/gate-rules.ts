// What the gate (dialogue/model/gate/) knows of a language, from gate.yaml of its folder. All words and expressions are
// for folded words (words.ts): lower case, no accents, spaces for apostrophes and hyphens.

import { z } from 'zod'
import type { NumberGrammar } from '../number-grammar.ts'
import { alternativesSchema, anyOf, type RuleList, ruleListOf, ruleSchema, wordSet } from './rules.ts'

const claimSchema = ruleSchema.extend({
  /** What the goal must have; by default the claim itself. */
  approvedBy: alternativesSchema.optional(),
  /** Only statements make the claim: a question or a condition does no harm. */
  inStatements: z.boolean().default(false),
})

export const gateSchema = z.strictObject({
  /** Number words and their values. */
  numbers: z.record(z.string(), z.int()),
  /** One, which is an article too. */
  one: z.array(z.string()).transform((words): ReadonlySet<string> => new Set(words)),
  /** The word that joins tens and units. */
  and: z.string(),
  /** What makes `one` a number and not an article. */
  units: alternativesSchema.transform((units) => anyOf(...units)),
  /** By the name of the claim in the metric. */
  claims: z.record(z.string(), claimSchema),
  /** Short words that carry no meaning of their own; they also tell the language. */
  functionWords: wordSet,
  /** Words of ordinary telephone talk, besides those of the desk's texts. Inflections count by their first letters. */
  talk: z.string(),
  /** Who may be written before a colon in a transcript: "agent", "customer". Without accents. */
  roles: alternativesSchema,
})

/** A kind of statement that only the desk may make: it is spoken when the goal makes the same kind of statement. */
export type Claim = {
  /** Name in the metric. */
  name: string
  pattern: RegExp
  /** What the goal must have. */
  approvedBy: RegExp
  inStatements: boolean
  /** With its examples (check-rules.ts). */
  list: RuleList
}

export type GateRules = Readonly<Omit<z.infer<typeof gateSchema>, 'claims'>> & {
  /** 20 after 4 makes 80. */
  vigesimal: boolean
  claims: readonly Claim[]
}

export function gateRulesOf(
  { claims, ...gate }: z.infer<typeof gateSchema>,
  { spoken, vigesimal }: NumberGrammar,
): GateRules {
  const made = Object.entries(claims).map(([name, claim]): Claim => {
    const { approvedBy, inStatements, ...rule } = claim
    const list = ruleListOf('claims', { [name]: rule }, {})
    const { pattern } = list
    return { name, pattern, approvedBy: approvedBy ? anyOf(...approvedBy) : pattern, inStatements, list }
  })
  return { ...gate, numbers: { ...compounds(spoken), ...gate.numbers }, vigesimal, claims: made }
}

/** Numbers above 20 that are one word, as the language dictates them: "siebenundzwanzig". */
const compounds = (spoken: NumberGrammar['spoken']): Record<string, number> =>
  Object.fromEntries(
    [...spoken]
      .map(([phrase, digits]): [string, number] => [phrase, Number(digits)])
      .filter(([phrase, value]) => value > 20 && !phrase.includes(' ')),
  )
