import { describe, expect, test } from 'bun:test'
import { maxEncodedBytes } from '../../src/webrtc/codec.ts'
import { maxRedBytes, RedWriter, readRed } from '../../src/webrtc/red.ts'

describe('redundant audio', () => {
  const blocksOf = (payload: number[]) => {
    const blocks: [number, number[]][] = []
    const isWhole = readRed(Uint8Array.from(payload), (block, age) => void blocks.push([age, [...block]]))
    return { isWhole, blocks }
  }

  test('holds earlier frames before its own', () => {
    const red = [128 | 111, 960 >> 6, (960 & 63) << 2, 2, 111, 1, 2, 3, 4, 5]
    expect(blocksOf(red)).toEqual({
      isWhole: true,
      blocks: [
        [960, [1, 2]],
        [0, [3, 4, 5]],
      ],
    })
    expect(blocksOf([111, 6])).toEqual({ isWhole: true, blocks: [[0, [6]]] })
  })

  test.each([[[128]], [[128 | 111, 0, 3, 255, 111, 1]], [[111]], [[]]])('%j is broken', (payload) => {
    expect(blocksOf(payload)).toEqual({ isWhole: false, blocks: [] })
  })
})

describe('our packets', () => {
  const written = (writer: RedWriter, payload: number[], timestamp: number) => {
    const out = new Uint8Array(maxRedBytes)
    const bytes = out.subarray(0, writer.write(Uint8Array.from(payload), timestamp >>> 0, out))
    const blocks: [number, number[]][] = []
    expect(readRed(bytes, (block, age) => void blocks.push([age, [...block]]))).toBe(true)
    return blocks
  }

  test('hold the two frames before their own, over the end of the timestamps', () => {
    const writer = new RedWriter(111)
    expect(written(writer, [1], -960)).toEqual([[0, [1]]])
    expect(written(writer, [2, 2], 0)).toEqual([
      [960, [1]],
      [0, [2, 2]],
    ])
    expect(written(writer, [3], 960)).toEqual([
      [1_920, [1]],
      [960, [2, 2]],
      [0, [3]],
    ])
    expect(written(writer, [4], 1_920).map(([, block]) => block)).toEqual([[2, 2], [3], [4]])
  })

  test('leave out copies that are too old for RFC 2198, and fit with the longest payloads', () => {
    const writer = new RedWriter(111)
    const long = Array<number>(maxEncodedBytes).fill(7)
    written(writer, long, 0)
    written(writer, long, 960)
    expect(written(writer, long, 1_920).map(([age, { length }]) => [age, length])).toEqual([
      [1_920, maxEncodedBytes],
      [960, maxEncodedBytes],
      [0, maxEncodedBytes],
    ])
    expect(written(writer, [1], 960 + 2 ** 14)).toEqual([
      [2 ** 14 - 960, long],
      [0, [1]],
    ])
  })
})
