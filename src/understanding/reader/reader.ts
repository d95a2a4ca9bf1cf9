// The reader: a small model (multinomial logistic regression) of what callers mean, trained on the labelled lists of
// the project (test/understanding/train-reader.ts). The rules come first; second-reading.ts says when it counts.

import type { ReaderWeights } from '../../desk/reader-weights.ts'
import { featuresOf } from './features.ts'

/** What the reader takes a turn for: a meaning by its name in the callers' lists, and how sure it is of each. */
export type Reading = {
  readonly meaning: string
  readonly sure: number
  sureOf(meaning: string): number
  knows(meaning: string): boolean
}

/** Questions at which the answer depends on what the call is about. */
const withTopic: ReadonlySet<string> = new Set(['symptom', 'step', 'verify'])

/** What was asked, as the features want it. */
export const questionOf = (asking: string, topic: string | null): string =>
  withTopic.has(asking) && topic !== null ? `${asking} ${topic}` : asking

/**
 * Reads a turn.
 *
 * @param question see questionOf()
 */
export function read(
  text: string,
  question: string,
  { meanings, bits, scale, weights }: ReaderWeights,
): Reading {
  const { numbers, values } = featuresOf(text, question, bits)
  const count = meanings.length
  const sums = new Float64Array(count)
  for (let i = 0; i < numbers.length; i++) {
    const from = numbers[i] * count
    const value = values[i]
    for (let j = 0; j < count; j++) sums[j] += weights[from + j] * value
  }
  const shares = sharesOf(sums.map((sum) => sum * scale))
  const best = shares.indexOf(Math.max(...shares))
  return {
    meaning: meanings[best],
    sure: shares[best],
    knows: (meaning) => meanings.includes(meaning),
    sureOf: (meaning) => shares[meanings.indexOf(meaning)] ?? 0,
  }
}

/** Shares of 1 for sums of weights (softmax). */
export function sharesOf(sums: Float64Array): Float64Array {
  const most = Math.max(...sums)
  const powers = sums.map((sum) => Math.exp(sum - most))
  const total = powers.reduce((all, power) => all + power, 0)
  return powers.map((power) => power / total)
}
