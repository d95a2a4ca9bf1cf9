import { describe, expect, test } from 'bun:test'
import { distance, emptyPacket, headerBytes, readRtp, writeHeader } from '../../src/webrtc/rtp.ts'

const packetOf = (payload: number[], type = 111, sequence = 0xfffe, timestamp = 0xffff_ff00) => {
  const bytes = new Uint8Array(headerBytes + payload.length)
  writeHeader(bytes, type, true, sequence, timestamp, 0xdead_beef)
  bytes.set(payload, headerBytes)
  return bytes
}
const readPayload = (bytes: Uint8Array) => {
  const packet = emptyPacket()
  return readRtp(bytes, packet) ? [...packet.payload] : undefined
}

describe('an RTP packet', () => {
  test('is read as it was written', () => {
    const packet = emptyPacket()
    expect(readRtp(packetOf([1, 2, 3]), packet)).toBe(true)
    expect(packet).toEqual({
      payloadType: 111,
      sequence: 0xfffe,
      timestamp: 0xffff_ff00,
      payload: Uint8Array.of(1, 2, 3),
    })
    expect([...packetOf([]).subarray(8)]).toEqual([0xde, 0xad, 0xbe, 0xef])
  })

  test('may have contributing sources, a header extension and padding', () => {
    const bytes = packetOf([9, 9, 9, 9, 0xbe, 0xde, 0, 1, 7, 7, 7, 7, 1, 2, 3, 0, 2])
    bytes[0] = 0x80 | 32 | 16 | 1
    expect(readPayload(bytes)).toEqual([1, 2, 3])
  })

  test.each([
    ['shorter than a header', new Uint8Array(11)],
    ['of another version', packetOf([1]).fill(0x40, 0, 1)],
    ['RTCP', packetOf([1], 72)],
    ['without a payload', packetOf([])],
    ['larger than a datagram', new Uint8Array(2_000).fill(0x80, 0, 1)],
    ['whose extension is longer than it is', packetOf([0, 0, 255, 255]).fill(0x90, 0, 1)],
    ['that is all padding', packetOf([3, 3, 3]).fill(0xa0, 0, 1)],
    ['with padding of length 0', packetOf([3, 3, 0]).fill(0xa0, 0, 1)],
  ])('%s is ignored', (_name, bytes) => {
    expect(readPayload(bytes)).toBeUndefined()
  })
})

test.each([
  [1, 0, 1],
  [0, 65_535, 1],
  [65_535, 0, -1],
  [0, 32_767, -32_767],
])('%i is after %i by %i', (a, b, far) => {
  expect(distance(a, b)).toBe(far)
})
