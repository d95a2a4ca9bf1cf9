import { describe, expect, test } from 'bun:test'
import {
  encodeAudio,
  encodeHangup,
  encodeMessage,
  MessageDecoder,
  MessageKind,
  rateOf,
  uuidBytes,
  uuidText,
} from '../../src/audiosocket/message.ts'
import { createRandom } from '../support/lab/random.ts'

/** Header and the largest payload. */
const longestMessageBytes = 3 + 65_535

type Seen = [kind: number, payloadHex: string]

function decode(...chunks: Uint8Array[]): Seen[] {
  const decoder = new MessageDecoder()
  const seen: Seen[] = []
  for (const chunk of chunks) decoder.push(chunk, (kind, payload) => seen.push([kind, payload.toHex()]))
  return seen
}

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(' ', ''))

describe('decoding', () => {
  const uuid = '00112233445566778899aabbccddeeff'
  const cases: [title: string, chunks: string[], messages: Seen[]][] = [
    ['nothing', [''], []],
    ['a hang-up', ['00 0000'], [[0x00, '']]],
    ['a hang-up with a payload', ['00 0001 aa'], [[0x00, 'aa']]],
    ['a uuid', [`01 0010 ${uuid}`], [[0x01, uuid]]],
    ['a key', ['03 0001 31'], [[0x03, '31']]],
    ['an empty key', ['03 0000'], [[0x03, '']]],
    ['empty audio', ['10 0000'], [[0x10, '']]],
    ['odd audio', ['10 0003 010203'], [[0x10, '010203']]],
    ['an error', ['ff 0001 02'], [[0xff, '02']]],
    ['an unknown kind', ['42 0002 beef'], [[0x42, 'beef']]],
    [
      'audio of every rate',
      [
        '10 0002 0100 11 0002 0200 12 0002 0300 13 0002 0400 14 0002 0500 15 0002 0600 16 0002 0700 17 0002 0800 18 0002 0900',
      ],
      Array.from({ length: 9 }, (_, i): Seen => [0x10 + i, `0${i + 1}00`]),
    ],
    [
      'two in one chunk',
      ['03 0001 31 03 0001 32'],
      [
        [0x03, '31'],
        [0x03, '32'],
      ],
    ],
    ['a header in three chunks', ['10', '00', '02', '0102'], [[0x10, '0102']]],
    ['an empty message after a split header', ['00 00', '00'], [[0x00, '']]],
    ['a payload byte by byte', ['10 0002', '01', '02'], [[0x10, '0102']]],
    [
      'an end and a beginning in one chunk',
      ['10 0002 01', '02 03 00', '01 39'],
      [
        [0x10, '0102'],
        [0x03, '39'],
      ],
    ],
    ['an empty chunk inside a message', ['03 0001', '', '39'], [[0x03, '39']]],
    ['half a message', ['10 0140 0102'], []],
  ]
  test.each(cases)('%s', (_title, chunks, messages) => {
    expect(decode(...chunks.map(hex))).toEqual(messages)
  })
})

/** What Asterisk sends in a short call: UUID, packets of several lengths, a key, a packet of another rate. */
function recordedStream(): { bytes: Uint8Array; messages: Seen[] } {
  const random = createRandom(7)
  const messages: Seen[] = [[MessageKind.Uuid, random.bytes(16).toHex()]]
  for (const length of [320, 276, 160, 480, 960])
    messages.push([MessageKind.Audio8k, random.bytes(length).toHex()])
  messages.push(
    [MessageKind.Dtmf, '31'],
    [MessageKind.Audio16k, random.bytes(640).toHex()],
    [MessageKind.Hangup, ''],
  )
  return { bytes: encodeAll(messages), messages }
}

function encodeAll(messages: Seen[]): Uint8Array {
  const parts = messages.map(([kind, payload]) => {
    const out = new Uint8Array(3 + payload.length / 2)
    encodeMessage(kind, Uint8Array.fromHex(payload), out)
    return out
  })
  return new Uint8Array(Buffer.concat(parts))
}

test('a stream cut at any one place gives the same messages', () => {
  const { bytes, messages } = recordedStream()
  for (let cut = 0; cut <= bytes.length; cut++) {
    if (!Bun.deepEquals(decode(bytes.subarray(0, cut), bytes.subarray(cut)), messages))
      throw new Error(`cut at ${cut} of ${bytes.length} gives other messages`)
  }
  expect(decode(bytes)).toEqual(messages)
})

test('a stream in chunks of any one size gives the same messages', () => {
  const { bytes, messages } = recordedStream()
  for (let size = 1; size <= 700; size++) {
    const chunks: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
    if (!Bun.deepEquals(decode(...chunks), messages)) throw new Error(`chunks of ${size} give other messages`)
  }
})

test('encoded messages decode to themselves, whatever their kinds, payloads and cuts', () => {
  const random = createRandom(11)
  for (let round = 0; round < 300; round++) {
    const messages = Array.from({ length: 1 + random.below(8) }, (): Seen => {
      const length = random.below(20) === 0 ? random.below(65_536) : random.below(400)
      return [random.below(256), random.bytes(length).toHex()]
    })
    const bytes = encodeAll(messages)
    const chunks: Uint8Array[] = []
    for (let at = 0; at < bytes.length; ) {
      const next = at + random.below(random.below(2) === 0 ? 20 : 5_000)
      chunks.push(bytes.subarray(at, next))
      at = next
    }
    expect(decode(...chunks)).toEqual(messages)
  }
})

test('encoded audio decodes to the same samples', () => {
  const random = createRandom(13)
  for (let round = 0; round < 200; round++) {
    const frame = Int16Array.from({ length: 1 + random.below(500) }, () => random.below(65_536) - 32_768)
    const out = new Uint8Array(3 + frame.byteLength)
    expect(encodeAudio(frame, out)).toBe(out.length)
    const [[kind, payload]] = decode(out)
    expect(kind).toBe(0x10)
    expect(new Int16Array(Uint8Array.fromHex(payload).buffer)).toEqual(frame)
  }
})

test('no stream makes the decoder throw or hold more than one message', () => {
  const random = createRandom(17)
  const decoder = new MessageDecoder()
  for (let round = 0; round < 10_000; round++) {
    const fresh = random.below(50) === 0 ? new MessageDecoder() : decoder
    fresh.push(random.bytes(random.below(300)), (kind, payload) => {
      if (kind < 0 || kind > 255 || payload.length > 65_535)
        throw new Error(`kind ${kind}, ${payload.length}`)
    })
    if (fresh.heldBytes >= longestMessageBytes || fresh.bufferBytes > longestMessageBytes)
      throw new Error(`${fresh.heldBytes} held in ${fresh.bufferBytes}`)
  }
  expect(decoder.bufferBytes).toBeGreaterThan(0)
})

test('a message that lies whole in its chunk is not copied', () => {
  const chunk = hex('03 0001 31 10 0002 0102')
  const decoder = new MessageDecoder()
  const offsets: number[] = []
  decoder.push(chunk, (_kind, payload) => {
    expect(payload.buffer).toBe(chunk.buffer)
    offsets.push(payload.byteOffset)
  })
  expect(offsets).toEqual([3, 7])
  expect(decoder.bufferBytes).toBe(0)
})

test('the longest message needs a buffer of 65 538 bytes and no more', () => {
  const message = new Uint8Array(longestMessageBytes)
  encodeMessage(0x10, new Uint8Array(65_535), message)
  const decoder = new MessageDecoder()
  let length = 0
  for (let at = 0; at < message.length; at += 1_000)
    decoder.push(message.subarray(at, at + 1_000), (_kind, payload) => {
      length = payload.length
    })
  expect(length).toBe(65_535)
  expect(decoder.bufferBytes).toBe(65_538)
})

test('an incomplete message has its kind and length as soon as its header is whole', () => {
  const decoder = new MessageDecoder()
  const ignore = () => {}
  decoder.push(hex('10 01'), ignore)
  expect([decoder.heldKind, decoder.heldLength]).toEqual([-1, -1])
  decoder.push(hex('40 ff'), ignore)
  expect([decoder.heldKind, decoder.heldLength, decoder.heldBytes]).toEqual([0x10, 320, 4])
})

test('every audio kind has its rate, and no other kind has one', () => {
  const rates = Array.from({ length: 256 }, (_, kind) => rateOf(kind))
  expect(rates.slice(0x10, 0x19)).toEqual([
    8_000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000,
  ])
  expect(rates.filter((rate) => rate !== undefined)).toHaveLength(9)
})

test('empty audio, audio over 32 767 samples and payloads over 65 535 bytes are refused', () => {
  const out = new Uint8Array(70_000)
  expect(() => encodeAudio(new Int16Array(0), out)).toThrow(RangeError)
  expect(() => encodeAudio(new Int16Array(32_768), out)).toThrow(RangeError)
  expect(() => encodeMessage(0x10, new Uint8Array(65_536), out)).toThrow(RangeError)
})

test('a hang-up is three zero bytes', () => {
  const out = new Uint8Array(3).fill(9)
  expect(encodeHangup(out)).toBe(3)
  expect(out.toHex()).toBe('000000')
})

test('a uuid keeps its string order both ways, in lower case', () => {
  const bytes = uuidBytes('00112233-4455-6677-8899-AABBCCDDEEFF')
  expect(bytes?.toHex()).toBe('00112233445566778899aabbccddeeff')
  expect(uuidText(bytes!)).toBe('00112233-4455-6677-8899-aabbccddeeff')
})

test.each(['', '00112233445566778899aabbccddeeff', '00112233-4455-6677-8899-aabbccddeefg', 'x'.repeat(36)])(
  '"%s" is no uuid',
  (text) => expect(uuidBytes(text)).toBeUndefined(),
)
