// Reads cardinal numbers of any size with the rules of src/understanding/numbers.ts. The rules only need the numbers in
// a telephone number; this way every number under 100 is tested inside thousands of larger ones.

import { languageOf } from '../../src/understanding/languages/index.ts'
import { readings } from '../../src/understanding/numbers.ts'
import { words } from '../../src/understanding/words.ts'

const scales: Readonly<Record<string, number>> = {
  ...{ mille: 1_000, mil: 1_000, million: 1_000_000, millions: 1_000_000 },
  ...{ milliard: 1_000_000_000, milliards: 1_000_000_000, thousand: 1_000, billion: 1_000_000_000 },
}

/**
 * Reads one cardinal number in words, `neuf milliards deux cent mille un`, or in digits.
 *
 * @returns undefined when the text is not one number from beginning to end
 */
export function parseCardinal(text: string, language: string): number | undefined {
  const list = words(text)
  if (list.length === 0) return undefined
  if (list.every(({ text }) => /^\d+$/.test(text))) return Number(list.map(({ text }) => text).join(''))
  let total = 0
  let group: number | undefined
  for (let at = 0; at < list.length; ) {
    const word = list[at].text
    if (Object.hasOwn(scales, word)) {
      total += (group ?? 1) * scales[word]
      group = undefined
      at++
    } else if (/^(cents?|hundred)$/.test(word)) {
      group = (group ?? 1) * 100
      at++
    } else if (language === 'en' && word === 'and') at++
    else {
      const longest = readings(list, at, languageOf(language).numbers).find(
        ({ digits }) => Number(digits) < 100,
      )
      // "quatre cent": the 4 counts the hundreds; two numbers in a row are not one.
      if (longest === undefined || (group !== undefined && group % 100 !== 0)) return undefined
      group = (group ?? 0) + Number(longest.digits)
      at += longest.length
    }
  }
  return total + (group ?? 0)
}
