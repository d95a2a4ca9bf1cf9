// Dictated numbers in great number: 3 000, spread over every country's words, with hyphens and without, with an aside
// between the parts and without, each over every split in one to three turns.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { dictateEverySplit, randomNumbers, ways } from './number-turns.ts'

setDefaultTimeout(300_000)

test('of 3 000 numbers over every split none is read wrong, and at most 2 % are asked again', () => {
  const numbers = randomNumbers(3_000, 11)
  const each = numbers.length / ways.length
  let asked = 0
  let all = 0
  for (const [n, way] of ways.entries()) {
    const count = dictateEverySplit(numbers.slice(n * each, (n + 1) * each), way)
    const said = count.right + count.wrong + count.asked
    console.log(
      `${way.form}, ${way.hyphens ? 'with' : 'without'} hyphens, ${way.aside ? 'an aside between' : 'in turns'}: ` +
        `${count.wrong} wrong, ${((100 * count.asked) / said).toFixed(2)} % of ${said} asked again`,
    )
    expect([way, count.wrong]).toEqual([way, 0])
    asked += count.asked
    all += said
  }
  expect(asked / all).toBeLessThanOrEqual(0.02)
})
