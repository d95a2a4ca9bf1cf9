import { describe, expect, test } from 'bun:test'
import { levelDb } from '../../src/audio/pcm.ts'
import { readWav } from '../../src/audio/wav.ts'
import {
  type Codec,
  hasOpusFec,
  loadOpus,
  maxDecodedSamples,
  maxEncodedBytes,
  openG711,
  openOpus,
} from '../../src/webrtc/codec.ts'
import { decodeG711, encodeG711 } from '../../src/webrtc/g711.ts'
import { Media } from '../../src/webrtc/media.ts'
import { createRandom } from '../support/lab/random.ts'

const opus = (await loadOpus())!
const open: [string, () => Promise<Codec>][] = [
  ['opus', () => openOpus(opus)],
  ['pcmu', async () => openG711('pcmu')],
  ['pcma', async () => openG711('pcma')],
]
const tone = (n: number) => {
  const frame = new Int16Array(160)
  for (let i = 0; i < 160; i++) frame[i] = 8_000 * Math.sin((2 * Math.PI * 400 * (n * 160 + i)) / 8_000)
  return frame
}

describe.each(open)('%s', (_name, openCodec) => {
  test('brings a tone back at its level', async () => {
    const codec = await openCodec()
    const packet = new Uint8Array(maxEncodedBytes)
    const out = new Int16Array(maxDecodedSamples)
    let level = 0
    for (let n = 0; n < 30; n++) {
      const bytes = codec.encode(tone(n), packet)
      expect(codec.decode(packet.subarray(0, bytes), out)).toBe(160)
      level = levelDb(out.subarray(0, 160))
    }
    expect(Math.abs(level - levelDb(tone(0)))).toBeLessThan(1.5)
    codec.close()
  })

  test('conceals a frame, quieter and quieter', async () => {
    const codec = await openCodec()
    const packet = new Uint8Array(maxEncodedBytes)
    const out = new Int16Array(maxDecodedSamples)
    for (let n = 0; n < 20; n++) codec.decode(packet.subarray(0, codec.encode(tone(n), packet)), out)
    expect(codec.conceal(out)).toBe(160)
    expect(levelDb(out.subarray(0, 160))).toBeGreaterThan(-40)
    for (let n = 0; n < 25; n++) codec.conceal(out)
    expect(levelDb(out.subarray(0, 160))).toBeLessThan(-40)
    codec.close()
  })

  test('no bytes of a peer make it throw, and a tone still comes back afterwards', async () => {
    const codec = await openCodec()
    const sent: Uint8Array[] = []
    const media = new Media({
      codec,
      payloadType: 96,
      redType: 63,
      ssrc: 1,
      send: (one) => void sent.push(one.slice()),
    })
    const frame = new Int16Array(160)
    const random = createRandom(11)
    for (let i = 0; i < 1_000; i++) {
      const bytes = random.bytes(random.below(200))
      if (i % 2 === 0) bytes.set([0x80, i % 4 === 0 ? 96 : 63, 0, i & 255].slice(0, bytes.length))
      media.receive(bytes, i * 10)
      media.next(frame)
    }
    for (let n = 0; n < 40; n++) {
      media.sendFrame(tone(n))
      media.receive(sent.at(-1)!, 50_000 + n * 20)
      media.next(frame)
    }
    expect(levelDb(frame)).toBeGreaterThan(-20)
    media.close()
  })
})

test('in-band FEC restores a lost frame nearer to the sent one than concealment does', async () => {
  const { samples } = readWav(
    await Bun.file(new URL('../fixtures/audio/caller-slow.wav', import.meta.url)).bytes(),
  )
  const frames = Array.from({ length: Math.floor(samples.length / 160) }, (_, n) =>
    samples.subarray(n * 160, n * 160 + 160),
  )
  const [sender, whole, restoring, concealing] = await Promise.all([1, 2, 3, 4].map(() => openOpus(opus)))
  const packets = frames.map((frame) => {
    const packet = new Uint8Array(maxEncodedBytes)
    return packet.subarray(0, sender.encode(frame, packet))
  })
  const [right, restored, concealed] = [1, 2, 3].map(() => new Int16Array(maxDecodedSamples))
  const error = (out: Int16Array) =>
    out.subarray(0, 160).reduce((sum, value, i) => sum + (value - right[i]) ** 2, 0)
  const errors = { restored: 0, concealed: 0 }
  for (const [n, packet] of packets.slice(0, -1).entries()) {
    whole.decode(packet, right)
    if (n % 10 === 5) {
      expect(restoring.restore(packets[n + 1], restored)).toBe(160)
      expect(concealing.conceal(concealed)).toBe(160)
      errors.restored += error(restored)
      errors.concealed += error(concealed)
    } else {
      restoring.decode(packet, restored)
      concealing.decode(packet, concealed)
    }
  }
  // 8 dB apart when this was written.
  expect(errors.restored).toBeLessThan(errors.concealed / 3)
  for (const codec of [sender, whole, restoring, concealing]) codec.close()
})

describe('a packet’s FEC', () => {
  test('is seen in packets of speech, and not in those of silence', async () => {
    const codec = await openOpus(opus)
    const packet = new Uint8Array(maxEncodedBytes)
    const hasFec = (frame: Int16Array) => codec.hasFec(packet.subarray(0, codec.encode(frame, packet)))
    const { samples } = readWav(
      await Bun.file(new URL('../fixtures/audio/caller-slow.wav', import.meta.url)).bytes(),
    )
    const ofSpeech = []
    for (let at = 0; at + 160 <= samples.length; at += 160) {
      const frame = samples.subarray(at, at + 160)
      if (levelDb(frame) > -40) ofSpeech.push(hasFec(frame))
    }
    const ofSilence = Array.from({ length: 50 }, () => hasFec(new Int16Array(160)))
    expect(ofSpeech.filter(Boolean).length).toBeGreaterThan(0.9 * ofSpeech.length)
    expect(ofSilence.slice(5).some(Boolean)).toBe(false)
    codec.close()
  })

  test.each([
    ['SILK of 20 ms', [0x08, 0x40], true],
    ['SILK of 20 ms without it', [0x08, 0xbf], false],
    ['stereo, in the side channel', [0x0c, 0x10], true],
    ['hybrid of 20 ms', [0x68, 0x40], true],
    ['SILK of 60 ms', [0x18, 0xff], false],
    ['two frames', [0x09, 0xff], false],
    ['CELT', [0x88, 0xff], false],
    ['one byte', [0x08], false],
    ['nothing', [], false],
  ])('%s', (_name, bytes, has) => {
    expect(hasOpusFec(Uint8Array.from(bytes))).toBe(has)
  })
})

describe('G.711', () => {
  test('has the values of ITU-T G.711 at its ends', () => {
    const out = new Int16Array(4)
    decodeG711('pcmu', Uint8Array.of(0x00, 0x80, 0xff, 0x7f), out)
    expect([...out]).toEqual([-32_124, 32_124, 0, 0])
    decodeG711('pcma', Uint8Array.of(0x2a, 0xaa, 0xd5, 0x55), out)
    expect([...out]).toEqual([-32_256, 32_256, 8, -8])
  })

  test.each(['pcmu', 'pcma'] as const)('%s: encoding a decoded code gives its value again', (law) => {
    const codes = Uint8Array.from({ length: 256 }, (_, i) => i)
    const values = new Int16Array(256)
    decodeG711(law, codes, values)
    const back = new Uint8Array(256)
    encodeG711(law, values, back)
    const again = new Int16Array(256)
    decodeG711(law, back, again)
    expect([...again]).toEqual([...values])
  })
})
