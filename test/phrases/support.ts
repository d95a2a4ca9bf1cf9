// A folder of assets in the temporary directory, with texts and a voice of tones, for the tests of the phrases.

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { numberNames } from '../../src/desk/texts.ts'
import type { PhraseSpeaker } from '../../src/phrases/generate.ts'
import { keyWords, type PhraseKey } from '../../src/phrases/hash.ts'

export const numbers = Object.fromEntries(numberNames.map((name) => [name, `nombre ${name}`]))

export const texts = {
  language: 'fr',
  lines: { welcome: 'Bonjour.', ok: ["D'accord.", 'Très bien.'] },
  numbers,
}

/** Contains `phrases/fr.json`; `remove` deletes it. */
export async function createAssets(content: unknown = texts) {
  const dir = await mkdtemp(join(tmpdir(), 'phrases-'))
  await mkdir(join(dir, 'phrases'))
  const writeTexts = (value: unknown, file = 'fr.json') =>
    Bun.write(join(dir, 'phrases', file), typeof value === 'string' ? value : JSON.stringify(value))
  await writeTexts(content)
  return {
    dir,
    writeTexts,
    raw: (file: string) => join(dir, 'cache', file),
    remove: () => rm(dir, { recursive: true }),
  }
}

/** Speaks every text as a tone of its own, 50 ms per character, between two silences. */
export function toneSpeaker(voice = 'tone-1') {
  const asked: string[] = []
  const speaker: PhraseSpeaker & { asked: string[]; close(): void } = {
    voice,
    asked,
    async speak(text) {
      asked.push(text)
      return {
        samples: tone(16_000, 200 + (Bun.hash.crc32(text) % 2_000), text.length * 0.05),
        rateHz: 16_000,
      }
    },
    close() {},
  }
  return speaker
}

/** A sine of amplitude 3 000 with 300 ms of silence before and after. */
export function tone(rateHz: number, hz: number, seconds: number): Int16Array {
  const silence = Math.round(0.3 * rateHz)
  const length = Math.round(seconds * rateHz)
  const samples = new Int16Array(length + 2 * silence)
  for (let i = 0; i < length; i++)
    samples[silence + i] = Math.round(3_000 * Math.sin((2 * Math.PI * hz * i) / rateHz))
  return samples
}

/**
 * Samples that tell whether they are whole: each is made from the number and its place.
 *
 * @param length samples, at least 2
 */
export function pattern(number: number, length: number): Int16Array {
  const samples = new Int16Array(length)
  samples[0] = number
  samples[1] = length
  for (let i = 2; i < length; i++) samples[i] = (number * 31 + i * 7) & 0x7fff
  return samples
}

/** Whether the samples are a whole {@link pattern}. */
export function isWhole(samples: Int16Array): boolean {
  if (samples.length < 2 || samples[1] !== samples.length) return false
  for (let i = 2; i < samples.length; i++)
    if (samples[i] !== ((samples[0] * 31 + i * 7) & 0x7fff)) return false
  return true
}

export function keyOf(...words: number[]): PhraseKey {
  const key = new Int32Array(keyWords)
  key.set(words)
  return key
}
