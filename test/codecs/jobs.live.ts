// One worker through many conversions.

import { expect, test } from 'bun:test'
import { createAudioJobs } from '../../src/codecs/jobs.ts'
import { fixture, makeAudioPool } from './audio.ts'

test('400 conversions in a row on one worker come out alike, far beyond the 148 that a leaking stack allows', async () => {
  const one = makeAudioPool(1)
  const jobs = createAudioJobs(one)
  const mp3 = await fixture('tone8.mp3')
  const outcomes = new Set<number | bigint>()
  for (let i = 0; i < 400; i++) outcomes.add(Bun.hash(new Uint8Array((await jobs.decode(mp3)).samples)))
  one.close()
  expect(outcomes.size).toBe(1)
})
