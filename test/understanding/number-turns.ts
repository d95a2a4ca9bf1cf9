// Dictates random telephone numbers as callers do: in one to three turns, cut between any two pairs, with an aside
// between, with a recogniser that writes hyphens and one that does not.

import { dictation } from '../../src/understanding/dictation.ts'
import { type Form, pair, randomOf } from './spoken.ts'

/** Where a number of five pairs is cut: after pair 1, after pairs 2 and 4. */
export const splits: readonly (readonly number[])[] = [
  [],
  ...[[1], [2], [3], [4]],
  ...[
    [1, 2],
    [1, 3],
    [1, 4],
    [2, 3],
    [2, 4],
    [3, 4],
  ],
]

const asides = ['vous suivez ?', 'attendez je regarde', 'vous notez']

export type Count = { right: number; wrong: number; asked: number; examples: string[] }

/** Random French numbers, the same for the same seed. */
export function randomNumbers(count: number, seed: number): string[] {
  const random = randomOf(seed)
  return Array.from({ length: count }, () => `0${Math.floor(100_000_000 + random() * 899_999_999)}`)
}

/** Dictates every number with this split and counts what the desk would do. `aside` stands between the parts. */
export function dictate(
  numbers: readonly string[],
  form: Form,
  split: readonly number[],
  how: { hyphens: boolean; aside: boolean },
): Count {
  const count: Count = { right: 0, wrong: 0, asked: 0, examples: [] }
  numbers.forEach((number, n) => {
    const parts = cut(number, split).map((pairs) => {
      const words = pairs.map((digits) => pair(digits, form)).join(' ')
      return how.hyphens ? words : words.replaceAll('-', ' ')
    })
    const turns = how.aside ? [parts.join(` ${asides[n % asides.length]} `)] : parts
    const got = heard(turns)
    if (got === number) count.right++
    else if (got === undefined) count.asked++
    else count.wrong++
    if (got !== number && count.examples.length < 3) count.examples.push(`${turns.join(' | ')} → ${got}`)
  })
  return count
}

/** The number that the desk reads back; undefined when it has to ask again. */
export function heard(turns: readonly string[]): string | undefined {
  let before: readonly string[] = []
  for (const turn of turns) {
    const read = dictation(turn, 'fr', before, true)
    if (read.phone !== null) return read.phone
    if (read.ambiguous) return undefined
    if (read.digits !== null) before = [read.digits, ...read.otherDigits]
  }
  return undefined
}

function cut(number: string, split: readonly number[]): string[][] {
  const pairs = number.match(/../g) ?? []
  const bounds = [0, ...split, pairs.length]
  return bounds.slice(1).map((end, i) => pairs.slice(bounds[i], end))
}

export type Way = { form: Form; hyphens: boolean; aside: boolean }

export const ways: readonly Way[] = (['france', 'belgium', 'switzerland'] as const).flatMap((form) =>
  [true, false].flatMap((hyphens) => [false, true].map((aside) => ({ form, hyphens, aside }))),
)

/** Counts over every split, with the first numbers that were not read right. */
export function dictateEverySplit(numbers: readonly string[], { form, ...how }: Way): Count {
  const total: Count = { right: 0, wrong: 0, asked: 0, examples: [] }
  for (const split of splits) {
    if (how.aside && split.length === 0) continue
    const count = dictate(numbers, form, split, how)
    total.right += count.right
    total.wrong += count.wrong
    total.asked += count.asked
    total.examples.push(...count.examples.slice(0, 3 - total.examples.length))
  }
  return total
}
