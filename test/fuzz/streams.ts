// What a hostile or broken peer may send: random bytes, random messages, and damaged captures of real calls. A seed and
// a number give the same stream on every machine.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, type Random } from '../support/lab/random.ts'
import { message } from '../support/phone/fake-asterisk.ts'

export type Stream = {
  /** How it was made, for the report. */
  made: string
  /** Written one after the other, with a turn of the loop between them. */
  chunks: Uint8Array[]
  /** What the peer does after its last byte; `waits` leaves the end to the server. */
  end: 'fin' | 'reset' | 'half' | 'waits'
}

const folder = join(import.meta.dir, 'captures')
export const captures: readonly Uint8Array[] = readdirSync(folder)
  .sort()
  .map((name) => new Uint8Array(readFileSync(join(folder, name))))

const uuidBytes = 19
const kinds = [0x00, 0x01, 0x03, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0xff]
const lengths = [0, 1, 2, 3, 16, 159, 160, 319, 320, 321, 640, 7_680]

/** @param index which stream of the seed's @param taken a UUID that is in a call */
export function streamOf(seed: number, index: number, taken: string): Stream {
  const random = createRandom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0)
  const [made, make] = pick(random, makers)
  const bytes = make(random, taken)
  return { made, chunks: cut(random, bytes), end: endOf(random) }
}

type Maker = (random: Random, taken: string) => Uint8Array
const makers: [string, Maker][] = [
  ['noise', (random) => random.bytes(random.below(600))],
  ['a uuid and noise', (random) => join2(uuid(random), random.bytes(random.below(2_000)))],
  ['a uuid and random messages', (random) => join2(uuid(random), randomMessages(random))],
  ['random messages', randomMessages],
  ['a uuid that is taken', (_random, taken) => message(0x01, Uint8Array.fromHex(taken.replaceAll('-', '')))],
  ['a capture with flipped bits', (random) => flipped(random, capture(random))],
  ['a capture cut short', (random) => shortened(random, capture(random))],
  ['a capture without its middle', (random) => holed(random, capture(random))],
  ['a capture that repeats itself', (random) => repeated(random, capture(random))],
  ['two captures spliced', (random) => spliced(random)],
  ['a capture with wrong lengths', (random) => mislabelled(random, capture(random), 1)],
  ['a capture with wrong kinds', (random) => mislabelled(random, capture(random), 0)],
  ['a capture as it is', capture],
  ['a flood', flood],
]

/** A capture under a UUID of its own, and at most 6 kB of it. */
function capture(random: Random): Uint8Array {
  const whole = pick(random, captures)
  const from = uuidBytes + random.below(Math.max(1, whole.length - uuidBytes))
  // From the beginning more often than from somewhere inside.
  const start = random.below(4) === 0 ? from : uuidBytes
  return join2(uuid(random), whole.subarray(start, start + 1 + random.below(6_000)))
}

function uuid(random: Random): Uint8Array {
  return message(0x01, random.bytes(16))
}

function randomMessages(random: Random): Uint8Array {
  const parts: Uint8Array[] = []
  for (let n = random.below(12); n >= 0; n--) {
    const kind = random.below(3) === 0 ? random.below(256) : pick(random, kinds)
    const length = random.below(3) === 0 ? random.below(1_000) : pick(random, lengths)
    parts.push(message(kind, random.bytes(length)))
  }
  return Buffer.concat(parts)
}

function flipped(random: Random, bytes: Uint8Array): Uint8Array {
  const out = bytes.slice()
  for (let n = 1 + random.below(20); n > 0; n--) out[random.below(out.length)] ^= 1 << random.below(8)
  return out
}

function shortened(random: Random, bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, random.below(bytes.length))
}

function holed(random: Random, bytes: Uint8Array): Uint8Array {
  const from = random.below(bytes.length)
  return join2(bytes.subarray(0, from), bytes.subarray(from + random.below(400)))
}

function repeated(random: Random, bytes: Uint8Array): Uint8Array {
  const from = random.below(bytes.length)
  const piece = bytes.subarray(from, from + 1 + random.below(500))
  return Buffer.concat([bytes, ...Array.from({ length: random.below(10) }, () => piece)])
}

function spliced(random: Random): Uint8Array {
  return join2(shortened(random, capture(random)), capture(random))
}

/** @param at of the header's bytes: 0 is the kind, 1 the upper half of the length */
function mislabelled(random: Random, bytes: Uint8Array, at: 0 | 1): Uint8Array {
  const out = bytes.slice()
  for (
    let head = uuidBytes;
    head + 3 <= bytes.length;
    head += 3 + ((bytes[head + 1] << 8) | bytes[head + 2])
  ) {
    if (random.below(5) > 0) continue
    if (at === 0) out[head] = random.below(256)
    else out[head + 1 + random.below(2)] = random.below(256)
  }
  return out
}

/** Rarely, and then 200 kB: more would measure this machine's loopback. */
function flood(random: Random): Uint8Array {
  if (random.below(20) > 0) return join2(uuid(random), randomMessages(random))
  const one = message(pick(random, kinds), random.bytes(pick(random, lengths)))
  const times = Math.ceil(200_000 / one.length)
  return Buffer.concat([uuid(random), ...Array.from({ length: Math.min(times, 40_000) }, () => one)])
}

function cut(random: Random, bytes: Uint8Array): Uint8Array[] {
  const pieces = random.below(3) === 0 ? 1 + random.below(4) : 1
  const chunks: Uint8Array[] = []
  let at = 0
  for (let left = pieces; left > 0; left--) {
    const to = left === 1 ? bytes.length : at + random.below(bytes.length - at + 1)
    chunks.push(bytes.subarray(at, to))
    at = to
  }
  return chunks
}

function endOf(random: Random): Stream['end'] {
  const n = random.below(100)
  if (n < 60) return 'fin'
  if (n < 90) return 'reset'
  return n < 98 ? 'half' : 'waits'
}

function join2(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Buffer.concat([a, b])
}

function pick<T>(random: Random, of: readonly T[]): T {
  return of[random.below(of.length)]
}
