// Finding a phrase in what a phone heard.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Search } from './sound.ts'

setDefaultTimeout(60_000)

const cache = join(import.meta.dir, '../../../assets/cache')
const phrase = async (name: string) => new Int16Array(await Bun.file(join(cache, name)).arrayBuffer())
const second = 8_000
const frame = 160

/** Sounds one after the other; a number is so many samples of silence. */
function line(...parts: (Int16Array | number)[]): Int16Array {
  return Int16Array.from(
    parts.flatMap((part) => Array.from(typeof part === 'number' ? new Int16Array(part) : part)),
  )
}

describe('Search', async () => {
  const welcome = await phrase('fr.welcome.raw')
  const middle = welcome.length >> 1
  const cut = middle - (middle % frame)

  test('finds a phrase where it lies', () => {
    const { correlation, at } = new Search(welcome).look(line(3_000, welcome, second))
    expect(correlation).toBeGreaterThan(0.99)
    expect(at).toBe(3_000)
  })

  for (const [title, heard] of [
    [
      'a frame is lost in its middle',
      line(3_000, welcome.subarray(0, cut), welcome.subarray(cut + frame), second),
    ],
    [
      '60 ms come late in its middle',
      line(3_000, welcome.subarray(0, cut), 3 * frame, welcome.subarray(cut), second),
    ],
    [
      'one is lost and two come late',
      line(
        3_000,
        welcome.subarray(0, 9_600),
        welcome.subarray(9_600 + frame, cut),
        2 * frame,
        welcome.subarray(cut),
        second,
      ),
    ],
    [
      '20 ms come late in every half second of it',
      line(
        3_000,
        ...Array.from({ length: Math.ceil(welcome.length / 4_000) }, (_, i) => [
          welcome.subarray(i * 4_000, (i + 1) * 4_000),
          frame,
        ]).flat(),
        second,
      ),
    ],
  ] as const)
    test(`finds it although ${title}`, () => {
      const { correlation, at } = new Search(welcome).look(heard)
      expect(correlation).toBeGreaterThan(0.9)
      expect(Math.abs(at - 3_000)).toBeLessThanOrEqual(frame)
    })

  test('does not find it when its second half is missing', () => {
    const { correlation } = new Search(welcome).look(line(3_000, welcome.subarray(0, cut), 6 * second))
    expect(correlation).toBeLessThan(0.9)
  })

  test('does not find it when half a second of its middle is missing', () => {
    const { correlation } = new Search(welcome).look(
      line(3_000, welcome.subarray(0, cut - 2_000), welcome.subarray(cut + 2_000), second),
    )
    expect(correlation).toBeLessThan(0.9)
  })

  test('finds none of 15 other phrases in it', async () => {
    const names = readdirSync(cache).filter(
      (name) => /^fr\.[a-z_]+\.raw$/.test(name) && name !== 'fr.welcome.raw',
    )
    const heard = line(second, welcome, 2 * second)
    for (const name of names.slice(0, 15)) {
      const { correlation } = new Search(await phrase(name)).look(heard)
      expect(correlation, name).toBeLessThan(0.75)
    }
  })
})
