// Trains the reader: multinomial logistic regression by stochastic gradient descent with AdaGrad's steps. The order of
// the lessons is drawn from a fixed seed, so that the same lessons give the same weights.

import type { ReaderWeights } from '../../../src/desk/reader-weights.ts'
import { type Features, featuresOf } from '../../../src/understanding/reader/features.ts'
import { sharesOf } from '../../../src/understanding/reader/reader.ts'
import type { Lesson } from './lessons.ts'

/** 2 to the power of 15 numbers for features: with 14 a point fewer turns are right, with 13 two. */
const bits = 15
/** After more rounds the reader is surer and no better. */
const rounds = 4
const rate = 0.5
/** Keeps the first steps of a weight small. */
const damping = 1e-3
/** A meaning whose share is as near to the wanted one teaches nothing more, and most are: training takes a third. */
const missedFrom = 1e-3
/** Whole steps of a weight to each side: with 127 the file is twice as large and reads no better. */
const steps = 31

type Prepared = { features: Features; wanted: Float64Array }

export function train(lessons: readonly Lesson[]): ReaderWeights {
  const meanings = [...new Set(lessons.flatMap(({ means }) => means))].sort()
  const count = meanings.length
  const weights = new Float32Array(count * 2 ** bits)
  const squares = new Float32Array(weights.length)
  const prepared = lessons.map((lesson) => prepare(lesson, meanings))
  const random = randomFrom(12_345)
  for (let round = 0; round < rounds; round++) {
    shuffle(prepared, random)
    for (const lesson of prepared) learn(lesson, weights, squares, count)
  }
  return { meanings, bits, ...quantised(weights) }
}

function prepare({ text, question, means }: Lesson, meanings: readonly string[]): Prepared {
  const wanted = new Float64Array(meanings.length)
  for (const meaning of means) wanted[meanings.indexOf(meaning)] += 1 / means.length
  return { features: featuresOf(text, question, bits), wanted }
}

function learn(
  { features, wanted }: Prepared,
  weights: Float32Array,
  squares: Float32Array,
  count: number,
): void {
  const { numbers, values } = features
  const sums = new Float64Array(count)
  for (let i = 0; i < numbers.length; i++)
    for (let j = 0; j < count; j++) sums[j] += weights[numbers[i] * count + j] * values[i]
  const errors = sharesOf(sums).map((share, j) => share - wanted[j])
  const missed = meaningNumbers(count).filter((j) => Math.abs(errors[j]) > missedFrom)
  for (let i = 0; i < numbers.length; i++) {
    const from = numbers[i] * count
    for (const j of missed) {
      const slope = errors[j] * values[i]
      squares[from + j] += slope * slope
      weights[from + j] -= (rate * slope) / Math.sqrt(squares[from + j] + damping)
    }
  }
}

const meaningNumbers = (count: number): number[] => Array.from({ length: count }, (_, j) => j)

/** Weights as whole steps of `scale`. */
function quantised(weights: Float32Array): Pick<ReaderWeights, 'scale' | 'weights'> {
  const most = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-6)
  const scale = most / steps
  return { scale, weights: Int8Array.from(weights, (weight) => Math.round(weight / scale)) }
}

/** A linear congruential generator (Numerical Recipes), from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[list[last], list[other]] = [list[other], list[last]]
  }
}
