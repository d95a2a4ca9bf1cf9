// The whole simulation of dictated numbers: 3 000 in every country's words, over every split, with an aside between.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { dictateEverySplit, randomNumbers, ways } from './number-turns.ts'

setDefaultTimeout(600_000)

test('of 3 000 numbers none is read wrong, and at most 2 % are asked again', () => {
  const numbers = randomNumbers(3_000, 11)
  let asked = 0
  let all = 0
  for (const way of ways) {
    const count = dictateEverySplit(numbers, way)
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
