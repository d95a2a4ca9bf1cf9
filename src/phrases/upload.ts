// Makes the sound of a person ready to be a phrase: levelled and trimmed like a voice's, and refused when it is not
// speech that a caller could understand.

import { rateHz } from '../audio/pcm.ts'
import { PhraseError } from './arena.ts'
import type { Finish } from './generate.ts'

/** Longest phrase; the index of the shipped recordings has the same limit. */
const maxMs = 60_000
/** Shorter audio is a click or a slip. */
const minMs = 200
/** Below this level of the loud parts, dB of full scale, levelling would raise the noise and not the speech. */
const minDb = -50

/**
 * @param samples decoded, 8 kHz mono; not modified
 * @returns slin8 in whole 20 ms frames at the common level
 * @throws {PhraseError} `soundTooLong`, `soundTooQuiet`, `soundTooShort`
 */
export async function finishUpload(samples: Int16Array, finish: Finish): Promise<Int16Array> {
  if (samples.length > (maxMs * rateHz) / 1_000)
    throw bad('soundTooLong', `the sound is longer than ${maxMs / 1_000} s`)
  const finished = await finish(samples, rateHz)
  if (!(finished.levelDb > minDb))
    throw bad('soundTooQuiet', 'the sound is too quiet: no speech was found in it')
  if (finished.samples.length < (minMs * rateHz) / 1_000)
    throw bad('soundTooShort', `the sound is shorter than ${minMs} ms`)
  return finished.samples
}

const bad = (code: string, reason: string) => new PhraseError(code, reason)
