// Damage to captured texts and bytes: cut, repeated, spliced, flipped, swapped, or nothing but noise.

import type { Random } from '../lab/random.ts'

const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)]

const longest = 4_000

/** @returns a new array of at most {@link longest} bytes */
export function mutatedBytes(random: Random, bytes: Uint8Array): Uint8Array {
  let out: Uint8Array = bytes.slice()
  for (let times = random.below(4); times > 0; times--) out = pick(random, byteDamage)(random, out)
  return out.subarray(0, longest)
}

const byteDamage: ((random: Random, bytes: Uint8Array) => Uint8Array)[] = [
  (random, bytes) => random.bytes(random.below(bytes.length + 50)),
  (random, bytes) => bytes.subarray(0, random.below(bytes.length + 1)),
  (random, bytes) => Buffer.concat([bytes, random.bytes(random.below(1_600))]),
  (random, bytes) => Buffer.concat([bytes, bytes.subarray(random.below(bytes.length + 1))]),
  (random, bytes) => {
    for (let times = 1 + random.below(8); times > 0 && bytes.length > 0; times--)
      bytes[random.below(bytes.length)] ^= 1 << random.below(8)
    return bytes
  },
  // The head decides how the rest is read.
  (random, bytes) => {
    for (let times = 1 + random.below(4); times > 0 && bytes.length > 0; times--)
      bytes[random.below(Math.min(20, bytes.length))] = pick(random, [0, 1, 127, 128, 255, random.below(256)])
    return bytes
  },
]

/** @returns a text made of lines of another one */
export function mutatedText(random: Random, text: string): string {
  let lines = text.split('\r\n')
  for (let times = random.below(4); times > 0; times--) lines = pick(random, lineDamage)(random, lines)
  return lines.join(pick(random, ['\r\n', '\r\n', '\r\n', '\n', '\r']))
}

const strange = [
  '',
  ' ',
  '-1',
  '0',
  '127',
  '128',
  '65536',
  '99999999999',
  '\u0000',
  'é',
  '\u2028',
  'NaN',
  '%s',
  '../..',
]

const lineDamage: ((random: Random, lines: string[]) => string[])[] = [
  (random, lines) => lines.filter(() => random.below(20) > 0),
  (random, lines) => lines.slice(0, random.below(lines.length + 1)),
  (random, lines) =>
    lines.flatMap((line) => (random.below(20) === 0 ? Array(1 + random.below(40)).fill(line) : [line])),
  (random, lines) => lines.map((line) => (random.below(10) === 0 ? pick(random, lines) : line)),
  (random, lines) =>
    lines.map((line) => (random.below(10) === 0 ? line.replace(/[\w.:]+$/, pick(random, strange)) : line)),
  (random, lines) =>
    lines.map((line) => {
      const at = random.below(line.length + 1)
      return random.below(10) === 0
        ? line.slice(0, at) + pick(random, strange) + line.slice(at + random.below(5))
        : line
    }),
  (random, lines) =>
    lines.map((line) => (random.below(30) === 0 ? line + 'x'.repeat(random.below(3_000)) : line)),
]
