// Shared by the tests of src/codecs: a pool of audio workers, the fixtures, and a measure of a tone.

import { levelDb } from '../../src/audio/pcm.ts'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { type AudioJobs, audioWorker, createAudioJobs } from '../../src/codecs/jobs.ts'
import { createPool, type Pool } from '../../src/threads/pool.ts'

export function makeAudioPool(size: number, metrics = new Metrics()): Pool {
  return createPool({ name: 'audio', worker: audioWorker, size, clock: systemClock, log: silentLog, metrics })
}

/** A starved worker needs longer than a caller would wait. */
export const patientJobs = (pool: Pool): AudioJobs => createAudioJobs(pool, 20)

export const fixture = (name: string): Promise<Uint8Array> =>
  Bun.file(new URL(`../fixtures/codecs/${name}`, import.meta.url)).bytes()

/** Level of the middle half, and how much of its energy is at 1 kHz, 0 to 1. */
export function toneOf(samples: Int16Array): { ms: number; db: number; purity: number } {
  const middle = samples.subarray(samples.length >> 2, (samples.length * 3) >> 2)
  let [re, im, energy] = [0, 0, 0]
  for (let i = 0; i < middle.length; i++) {
    re += middle[i]! * Math.cos((2 * Math.PI * i) / 8)
    im += middle[i]! * Math.sin((2 * Math.PI * i) / 8)
    energy += middle[i]! ** 2
  }
  const purity = (2 * (re * re + im * im)) / (middle.length * energy)
  return { ms: samples.length / 8, db: levelDb(middle), purity }
}
