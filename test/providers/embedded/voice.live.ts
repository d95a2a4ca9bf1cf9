// The embedded voice at length, and how fast it is.

import { afterAll, expect, test } from 'bun:test'
import { createVoice } from '../../../src/providers/embedded/voice.ts'

const voice = await createVoice({ language: 'fr' })
afterAll(() => voice.close())

const text = 'Je vous passe un conseiller. Restez en ligne.'

test('4 000 characters without a single mark are spoken whole', async () => {
  const seconds = (await voice.speak('mot '.repeat(1_000))).length / voice.rateHz
  expect(seconds).toBeGreaterThan(100)
}, 30_000)

test('a sentence is spoken in less time than it lasts', async () => {
  const startMs = performance.now()
  const samples = await voice.speak(text)
  expect(performance.now() - startMs).toBeLessThan((samples.length / voice.rateHz) * 500)
})
