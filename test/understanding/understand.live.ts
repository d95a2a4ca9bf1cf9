// How long a turn takes to be understood: a claim about real milliseconds.

import { expect, test } from 'bun:test'
import { understand } from '../../src/understanding/understand.ts'
import { oddTexts } from './odd-texts.ts'
import { readLabelled } from './utterances.ts'

test('no text takes long, however odd it is', () => {
  for (const language of ['fr', 'en'] as const)
    for (const text of oddTexts) {
      const begun = performance.now()
      understand(text, { name: 'identification', language, asking: 'phone' })
      expect(performance.now() - begun).toBeLessThan(250)
    }
})

test('a turn is understood in well under a millisecond', async () => {
  const list = await readLabelled('test/understanding/utterances.fr.txt', 'fr')
  for (const { text, state } of list) understand(text, state)
  const begun = performance.now()
  for (let round = 0; round < 5; round++) for (const { text, state } of list) understand(text, state)
  const each = (performance.now() - begun) / (5 * list.length)
  console.log(`understand: ${(each * 1000).toFixed(0)} µs a turn`)
  // Ten times the goal, because tests share their cores; the figure above is the measurement.
  expect(each).toBeLessThan(10)
})
