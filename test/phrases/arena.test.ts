import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Arena, arenaBytes } from '../../src/phrases/arena.ts'
import { keyOf, pattern } from './support.ts'

setDefaultTimeout(60_000)

const size = { generation: 7, entries: 4, samples: 1_000 }

describe('an arena', () => {
  test('has the documented layout', () => {
    const arena = Arena.create({ generation: 7, entries: 2, samples: 6 })
    arena.add(keyOf(0x12345679, -2, 3, 4, 5), Int16Array.of(1, -1, 256))
    arena.add(keyOf(0x12345679, 9, 3, 4, 5), Int16Array.of(2, 3))
    const words = [...new Int32Array(arena.buffer, 0, 16 + 4 * 8)]
    const zero = [0, 0, 0, 0, 0, 0, 0, 0]
    expect(words).toEqual([
      ...[0x52485057, 1, 7, 4, 192, 6, 2, 5, ...zero],
      ...zero,
      ...[1, 0x12345679, -2, 3, 4, 5, 0, 3],
      ...[1, 0x12345679, 9, 3, 4, 5, 3, 2],
      ...zero,
    ])
    const audio = new Uint8Array(arena.buffer).slice(192)
    expect(audio.toHex()).toBe('0100ffff0001020003000000')
    expect(String.fromCharCode(...new Uint8Array(arena.buffer).slice(0, 4))).toBe('WPHR')
  })

  test('returns what was added, as a view on the shared memory', () => {
    const arena = Arena.create(size)
    expect(arena.add(keyOf(1, 2, 3, 4, 5), pattern(1, 320))).toBe(true)
    const samples = new Arena(arena.buffer).samples(arena.find(keyOf(1, 2, 3, 4, 5)))
    expect(samples).toEqual(pattern(1, 320))
    expect(samples.buffer as unknown).toBe(arena.buffer)
  })

  test.each([
    ['place', keyOf(1, 9, 3, 4, 5)],
    ['first check', keyOf(1, 2, 9, 4, 5)],
    ['second check', keyOf(1, 2, 3, 9, 5)],
    ['length of the text', keyOf(1, 2, 3, 4, 9)],
    ['slot', keyOf(2, 2, 3, 4, 5)],
  ])('does not confuse keys with different %s', (_what, key) => {
    const arena = Arena.create(size)
    arena.add(keyOf(1, 2, 3, 4, 5), pattern(1, 10))
    expect(arena.find(key)).toBe(-1)
    arena.add(key, pattern(2, 20))
    expect(arena.samples(arena.find(key))).toEqual(pattern(2, 20))
    expect(arena.samples(arena.find(keyOf(1, 2, 3, 4, 5)))).toEqual(pattern(1, 10))
  })

  test('adds a phrase once', () => {
    const arena = Arena.create(size)
    arena.add(keyOf(1), pattern(1, 100))
    expect(arena.add(keyOf(1), pattern(2, 100))).toBe(true)
    expect([arena.entries, arena.usedSamples]).toEqual([1, 100])
  })

  test('refuses what does not fit, and does not change', () => {
    const arena = Arena.create(size)
    expect(arena.add(keyOf(1), pattern(1, 999))).toBe(true)
    expect(arena.add(keyOf(2), pattern(2, 2))).toBe(false)
    expect(arena.find(keyOf(2))).toBe(-1)
    expect(arena.add(keyOf(3), Int16Array.of(5))).toBe(true)
    expect(arena.samples(arena.find(keyOf(1)))).toEqual(pattern(1, 999))
    expect([arena.entries, arena.usedSamples]).toEqual([2, 1_000])
  })

  test('refuses more entries than its capacity, and keeps a free slot to end every search', () => {
    const arena = Arena.create(size)
    const added = [1, 2, 3, 4, 5, 6].map((n) => arena.add(keyOf(n), pattern(n, 2)))
    expect(added).toEqual([true, true, true, true, false, false])
    expect(arena.find(keyOf(6))).toBe(-1)
  })

  test('finds keys that all hash to the last slot', () => {
    const arena = Arena.create({ generation: 1, entries: 8, samples: 100 })
    for (let n = 0; n < 8; n++) arena.add(keyOf(-1, n), pattern(n, 3))
    for (let n = 0; n < 8; n++) expect(arena.samples(arena.find(keyOf(-1, n)))[0]).toBe(n)
  })

  test('has the size that arenaBytes gives', () => {
    expect(Arena.create(size).buffer.byteLength).toBe(arenaBytes(size))
  })

  test.each([
    ['empty', new SharedArrayBuffer(0)],
    ['zero', new SharedArrayBuffer(4_096)],
    ['cut', cut(Arena.create(size).buffer)],
  ])('rejects a buffer that is %s', (_what, buffer) => {
    expect(() => new Arena(buffer)).toThrow('not a phrase arena')
  })
})

function cut(buffer: SharedArrayBuffer): SharedArrayBuffer {
  return buffer.slice(0, buffer.byteLength - 2)
}
