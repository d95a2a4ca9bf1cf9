// Requests of a voice at a limited account: a sentence without a place waits a moment, then the next voice speaks it.

import { expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { createTtsChain } from '../../src/providers/fallback-tts.ts'
import { Places } from '../../src/providers/places.ts'
import type { Speech } from '../../src/providers/tts.ts'
import { withVoicePlaces } from '../../src/providers/voice-places.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { drive, type Step, scriptedTts } from './scripted.ts'

/** A voice with one place at its account. @param answers as scriptedTts takes them */
function setUp(answers: Step<number>[][]) {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const places = new Places({ service: 'tts', account: 'aura', most: 1, clock, metrics })
  const tts = withVoicePlaces(scriptedTts(clock, 'aura', answers).tts, places)
  const metric = (name: string) =>
    metrics.snapshot().flatMap((one) => (one.name === name && 'value' in one ? [one.value] : []))[0]
  const speak = (signal = new AbortController().signal) =>
    tts.speak({ text: 'Bonjour.', language: 'fr', signal })
  return { clock, metrics, tts, speak, taken: () => metric('tts_streams'), metric }
}

const read = ({ chunks }: Speech) => Array.fromAsync(chunks)

test('a place is taken by a sentence until it is read to its end', async () => {
  const { speak, taken, metric } = setUp([[1, 1]])
  const speech = await speak()
  expect(taken()).toBe(1)
  await expect(speak()).rejects.toMatchObject({ code: 'limited', retryAfterMs: 100 })
  await read(speech)
  expect([taken(), metric('tts_no_place_total')]).toEqual([0, 1])
  await read(await speak())
  expect(taken()).toBe(0)
})

test('a place is free again after an answer that fails, breaks off, is given up or is never read', async () => {
  const { speak, taken } = setUp([[{ fail: 'unavailable' }], [1, { fail: 'cut' }], [1, 1], [1, 1]])
  await expect(speak()).rejects.toMatchObject({ code: 'unavailable' })
  expect(taken()).toBe(0)
  await expect(read(await speak())).rejects.toMatchObject({ code: 'cut' })
  expect(taken()).toBe(0)
  for await (const _ of (await speak()).chunks) break
  expect(taken()).toBe(0)
  const turn = new AbortController()
  await speak(turn.signal)
  expect(taken()).toBe(1)
  turn.abort()
  expect(taken()).toBe(0)
})

/** Two sentences at once, through the chain. @returns which voice spoke each, and when it had begun */
async function spokenBy(answers: Step<number>[][]) {
  const { clock, metrics, tts } = setUp(answers)
  const next = scriptedTts(clock, 'embedded', [[1]])
  const chain = createTtsChain([tts, next.tts], { clock, random: () => 0.5, metrics })
  const beganMs = clock.now()
  const sentence = async () => {
    const found: [string, number][] = []
    const request = { text: 'Bonjour.', language: 'fr', signal: new AbortController().signal }
    for await (const part of chain.parts(request)) {
      found.push([part.adapter, clock.now() - beganMs])
      await read(part)
    }
    return found
  }
  const both = Promise.all([sentence(), sentence()])
  await drive(clock, both)
  return both
}

test('a sentence without a place gets one that is free within 100 ms', async () => {
  expect(await spokenBy([[1, { waitMs: 80 }, 1]])).toEqual([[['aura', 0]], [['aura', 100]]])
})

test('otherwise the next voice speaks it, and the breaker of the first counts nothing', async () => {
  expect(await spokenBy([[1, { waitMs: 900 }, 1]])).toEqual([[['aura', 0]], [['embedded', 100]]])
})
