import { expect, setDefaultTimeout, test } from 'bun:test'
import { hashPhrase, keyWords } from '../../src/phrases/hash.ts'

setDefaultTimeout(60_000)

function hash(voice: string, language: string, text: string): string {
  const key = new Int32Array(keyWords)
  hashPhrase(voice, language, text, key)
  return key.join(' ')
}

test('a hash is the same on every machine and in every version that reads the same arena', () => {
  expect(hash('pico-1', 'fr', 'Bonjour.')).toBe(golden)
})

test.each([
  ['voice', hash('pico-2', 'fr', 'Bonjour.')],
  ['language', hash('pico-1', 'en', 'Bonjour.')],
  ['text', hash('pico-1', 'fr', 'Bonjour,')],
  ['cut between voice and language', hash('pico-1f', 'r', 'Bonjour.')],
  ['cut between language and text', hash('pico-1', 'frB', 'onjour.')],
])('another %s is another hash', (_what, other) => {
  expect(other.split(' ').slice(0, 4)).not.toEqual(golden.split(' ').slice(0, 4))
})

test('100 000 texts that differ in a digit share neither half of their hashes', () => {
  const places = new Set<string>()
  const checks = new Set<string>()
  const slots = new Set<number>()
  const key = new Int32Array(keyWords)
  for (let n = 0; n < 100_000; n++) {
    hashPhrase('pico-1', 'fr', `Votre dossier porte le numéro ${n}.`, key)
    places.add(`${key[0]} ${key[1]}`)
    checks.add(`${key[2]} ${key[3]}`)
    slots.add(key[0] & 0xffff)
  }
  expect([places.size, checks.size]).toEqual([100_000, 100_000])
  // 65 536 slots hit 100 000 times at random leave e^(−1.526) of them empty: 51 289 are hit.
  expect(Math.abs(slots.size - 51_289)).toBeLessThan(600)
})

const golden = '1460886543 792506552 388376904 1114009343 8'
