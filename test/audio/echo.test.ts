// The canceller of one call, with noise as the agent's voice: what it finds, and what it leaves alone.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { EchoCancellers } from '../../src/audio/echo.ts'
import type { EchoCanceller } from '../../src/audio/echo-canceller.ts'
import { levelDb } from '../../src/audio/pcm.ts'
import { white } from '../call/bargein-sounds.ts'

setDefaultTimeout(60_000)

const seconds = 4
const agent = noise(1, -20)

/** 4 s of noise at a level. */
function noise(seed: number, db: number): Int16Array {
  const next = white(seed)
  return Int16Array.from({ length: seconds * 8_000 }, () => 32_768 * 10 ** (db / 20) * next())
}

/** The agent's voice, later and lower, over a quiet line. */
function echoOf(delayMs: number, db: number): Int16Array {
  const line = noise(2, -60)
  return line.map((value, i) => value + (agent[i - delayMs * 8] ?? 0) * 10 ** (db / 20))
}

/** Plays both sides to a canceller. @returns its output, and what it knows at the end */
function play(near: Int16Array, canceller: EchoCanceller, far: Int16Array | null = agent, fromMs = 0) {
  const out = new Int16Array(near.length)
  for (let at = 0; at < near.length; at += 160) {
    canceller.sent(far ? far.subarray(at, at + 160) : null)
    out.set(canceller.heard(near.subarray(at, at + 160), fromMs + at / 8), at)
  }
  return out
}
const open = () => new EchoCancellers(1).open()!
const last = (samples: Int16Array) => samples.subarray(samples.length - 8_000)

test.each([60, 200, 400, 600])('an echo %i ms later is found and lowered by 15 dB or more', (delayMs) => {
  const canceller = open()
  const near = echoOf(delayMs, -10)
  const out = play(near, canceller)
  expect(levelDb(last(near)) - levelDb(last(out))).toBeGreaterThan(15)
  expect(canceller.state).toBe('cancelled')
  expect(canceller.holdsBack).toBe(false)
  expect(Math.abs(canceller.facts!.delayMs - delayMs)).toBeLessThanOrEqual(8)
  expect(Math.abs(canceller.facts!.levelDb + 10)).toBeLessThanOrEqual(2)
})

test.each([60, 200, 400])(
  'an echo of %i ms that comes 150 ms later is lowered again within 2 s',
  (delayMs) => {
    const canceller = open()
    const [early, late] = [echoOf(delayMs, -10), echoOf(delayMs + 150, -10)]
    const movesAt = 1.5 * 8_000
    const near = early.map((value, i) => (i < movesAt ? value : late[i]!))
    const out = play(near, canceller)
    const isBack = (samples: Int16Array) => samples.subarray(movesAt + 2 * 8_000)
    expect(levelDb(isBack(near)) - levelDb(isBack(out))).toBeGreaterThan(15)
    expect(Math.abs(canceller.facts!.delayMs - delayMs - 150)).toBeLessThanOrEqual(8)
  },
)

describe('without an echo', () => {
  test.each([
    ['silence', new Int16Array(seconds * 8_000)],
    ['a quiet line', noise(3, -60)],
    ['loud noise', noise(4, -25)],
  ])('frames stay as they came, and there is known to be none: %s', (_, near) => {
    const canceller = open()
    expect([...play(near, canceller)]).toEqual([...near])
    expect(canceller.state).toBe('none')
    expect(canceller.facts).toBeUndefined()
  })

  test('nothing is known before the agent has spoken, and nothing is held back while he is silent', () => {
    const canceller = open()
    expect([...play(noise(5, -25), canceller, null)]).toEqual([...noise(5, -25)])
    expect(canceller.state).toBe('unknown')
    expect(canceller.holdsBack).toBe(false)
  })
})

test('a call that ends gives its place to the next, which knows nothing of it', () => {
  const cancellers = new EchoCancellers(1)
  const first = cancellers.open()!
  play(echoOf(100, -10), first)
  expect(cancellers.open()).toBeUndefined()
  first.close()
  first.close()
  expect(first.facts).toBeUndefined()
  const second = cancellers.open()!
  expect(cancellers.open()).toBeUndefined()
  expect(second.state).toBe('unknown')
  expect(second.heard(agent.subarray(0, 160), 0)).toEqual(agent.subarray(0, 160))
  expect(cancellers.bytesPerCall).toBeLessThanOrEqual(64 * 1_024)
})

test('two calls in one memory do not disturb each other', () => {
  const cancellers = new EchoCancellers(2)
  const [one, two] = [cancellers.open()!, cancellers.open()!]
  const near = echoOf(200, -10)
  const other = noise(6, -30)
  const alone = play(near, open())
  const out = new Int16Array(near.length)
  for (let at = 0; at < near.length; at += 160) {
    for (const each of [one, two]) each.sent(agent.subarray(at, at + 160))
    two.heard(other.subarray(at, at + 160), at / 8)
    out.set(one.heard(near.subarray(at, at + 160), at / 8), at)
  }
  expect(out).toEqual(alone)
  expect(two.state).toBe('none')
})

test('extreme samples of a phone leave the canceller usable', () => {
  const canceller = open()
  const extreme = Int16Array.from({ length: seconds * 8_000 }, (_, i) => (i % 3 === 0 ? 32_767 : -32_768))
  play(extreme, canceller, extreme)
  const near = echoOf(200, -10)
  play(near, canceller, agent, 4_000)
  const out = play(near, canceller, agent, 8_000)
  expect(levelDb(last(near)) - levelDb(last(out))).toBeGreaterThan(15)
})

describe('what a call without echo costs', () => {
  test.each([
    ['silence', new Int16Array(seconds * 8_000), 0],
    ['a quiet line', noise(3, -60), 0],
    ['loud noise', noise(4, -25), 61],
  ])('once there is known to be none, no frame is searched for one: %s', (_, near, most) => {
    const canceller = open()
    for (let round = 0; round < 3; round++) play(near, canceller, agent, round * seconds * 1_000)
    expect(canceller.state).toBe('none')
    expect(canceller.adaptedFrames).toBeLessThanOrEqual(most)
  })

  test.each([-60, -35])('an echo that begins later is found all the same, over noise of %i dB', (db) => {
    const canceller = open()
    play(noise(7, db), canceller)
    expect(canceller.state).toBe('none')
    const near = echoOf(200, -10)
    play(near, canceller, agent, seconds * 1_000)
    expect(canceller.state).toBe('cancelled')
  })
})

test('room for many calls costs nothing before they come: the collector counts a memory whole', () => {
  const before = process.memoryUsage().arrayBuffers
  const cancellers = new EchoCancellers(2_000)
  const opened = Array.from({ length: 20 }, () => cancellers.open()!)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3_000_000)
  for (const one of opened) one.close()
  // A place that was given back is taken again.
  expect(cancellers.open()!.state).toBe('unknown')
})

test('all calls up to the capacity have a canceller, and no more', () => {
  const cancellers = new EchoCancellers(40)
  cancellers.prepare(100)
  const opened = Array.from({ length: 41 }, () => cancellers.open())
  expect(opened.map((one) => one !== undefined)).toEqual([...Array(40).fill(true), false])
})
