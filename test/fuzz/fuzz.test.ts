// Tests of the fuzzer itself. Its short run against a live server is `fuzz.live.ts`.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { MessageDecoder, MessageKind } from '../../src/audiosocket/message.ts'
import { attack } from './attack.ts'
import { captures, streamOf } from './streams.ts'

setDefaultTimeout(60_000)

const taken = '00000000-0000-4000-8000-000000000000'
const hexOf = (index: number, seed = 1) => Buffer.concat(streamOf(seed, index, taken).chunks).toString('hex')

describe('the fuzzer', () => {
  test('makes the same stream from the same seed and number, and another from others', () => {
    for (let index = 0; index < 200; index++) {
      expect(hexOf(index)).toBe(hexOf(index))
      if (hexOf(index).length > 100) expect(hexOf(index)).not.toBe(hexOf(index, 2))
    }
  })

  test('has captures that begin as Asterisk does', () => {
    expect(captures.length).toBe(7)
    for (const bytes of captures) expect([...bytes.subarray(0, 3)]).toEqual([0x01, 0x00, 0x10])
  })

  test.each([
    ['asterisk-speech', '', 70],
    ['asterisk-keys', '06#*', 60],
  ])('has %s of a real Asterisk: one uuid, frames of 20 ms, the keys %p', async (name, keys, leastFrames) => {
    const seen: number[] = []
    let pressed = ''
    new MessageDecoder().push(
      await Bun.file(join(import.meta.dir, `captures/${name}.bin`)).bytes(),
      (kind, payload) => {
        seen.push(kind)
        if (kind === MessageKind.Dtmf) pressed += String.fromCharCode(payload[0])
        else expect(payload.length).toBe(kind === MessageKind.Uuid ? 16 : 320)
      },
    )
    expect(seen.lastIndexOf(MessageKind.Uuid)).toBe(0)
    expect(seen.filter((kind) => kind === MessageKind.Audio8k).length).toBeGreaterThan(leastFrames)
    expect(pressed).toBe(keys)
  })

  test('finds a server that does not answer', async () => {
    const result = await attack({ port: 1, seed: 1, streams: 10, seconds: 5, peers: 2, taken })
    expect([result.sent, result.unanswered]).toEqual([0, 10])
  })
})
