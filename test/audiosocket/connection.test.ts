import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  AudioSocketConnection,
  type ConnectionSocket,
  connectionDefaults,
} from '../../src/audiosocket/connection.ts'
import { createWireCounters } from '../../src/audiosocket/counters.ts'
import { MessageDecoder } from '../../src/audiosocket/message.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const uuidMessage = Uint8Array.fromHex('01001000112233445566778899aabbccddeeff')

/** A socket whose kernel accepts only as many bytes as the test allows. */
class FakeSocket implements ConnectionSocket {
  writes: number[] = []
  taken: number[] = []
  room = Number.POSITIVE_INFINITY
  ended: string[] = []
  write(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.room)
    this.room -= count
    this.writes.push(bytes.length)
    this.taken.push(...bytes.subarray(0, count))
    return count
  }
  end(): void {
    this.ended.push('end')
  }
  terminate(): void {
    this.ended.push('terminate')
  }
  /** Whole messages that left, as kind and first sample. */
  messages(): [kind: number, first: number][] {
    const seen: [number, number][] = []
    const decoder = new MessageDecoder()
    decoder.push(Uint8Array.from(this.taken), (kind, payload) =>
      seen.push([kind, payload.length > 1 ? payload[0] | (payload[1] << 8) : -1]),
    )
    expect(decoder.heldBytes).toBe(0)
    return seen
  }
}

function openConnection() {
  const clock = new FakeClock()
  const socket = new FakeSocket()
  const closed: string[] = []
  const over: string[] = []
  const failures: unknown[] = []
  const counters = createWireCounters(new Metrics())
  const connection = new AudioSocketConnection(socket, {
    ...connectionDefaults,
    clock,
    counters,
    onUuid: (ready) => {
      ready.listener = { audio() {}, key() {}, closed: (reason) => closed.push(reason) }
    },
    onOver: (_connection, reason) => over.push(reason),
    onFailure: (_connection, error) => failures.push(error),
  })
  connection.onData(uuidMessage)
  const frame = (value: number) => connection.sendFrame(new Int16Array(160).fill(value))
  return { clock, socket, connection, closed, over, failures, counters, frame }
}

test('a frame is one write of 323 bytes, and so is silence', () => {
  const { connection, socket, frame } = openConnection()
  frame(7)
  connection.sendSilence()
  expect(socket.writes).toEqual([323, 323])
  expect(socket.messages()).toEqual([
    [0x10, 7],
    [0x10, 0],
  ])
})

test('a partly sent message is finished before any other, wherever it was cut', () => {
  for (let cut = 0; cut < 323; cut++) {
    const { connection, socket, frame } = openConnection()
    socket.room = cut
    for (const value of [1, 2, 3]) frame(value)
    socket.room = Number.POSITIVE_INFINITY
    connection.onDrain()
    expect(socket.messages().map(([, first]) => first)).toEqual([1, 2, 3])
  }
})

test('while a peer reads nothing, the oldest whole message is dropped, never the partly sent one', () => {
  const { connection, socket, counters, frame } = openConnection()
  socket.room = 100
  for (let value = 1; value <= 16; value++) frame(value)
  expect(connection.droppedMessages).toBe(5)
  expect(counters.droppedMessages.value).toBe(5)
  socket.room = Number.POSITIVE_INFINITY
  connection.onDrain()
  expect(socket.messages().map(([, first]) => first)).toEqual([1, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
})

test('a drain that accepts a few bytes continues where it stopped', () => {
  const { connection, socket, frame } = openConnection()
  socket.room = 10
  for (let value = 1; value <= 4; value++) frame(value)
  for (let drains = 0; drains < 40; drains++) {
    socket.room = 40
    connection.onDrain()
  }
  expect(socket.messages().map(([, first]) => first)).toEqual([1, 2, 3, 4])
})

test('the hang-up is sent after all waiting messages, and nothing after it', () => {
  const { connection, socket, frame } = openConnection()
  socket.room = 10
  for (let value = 1; value <= 13; value++) frame(value)
  connection.hangUp()
  frame(99)
  connection.sendSilence()
  connection.hangUp()
  socket.room = Number.POSITIVE_INFINITY
  connection.onDrain()
  const messages = socket.messages()
  expect(messages.at(-1)).toEqual([0x00, -1])
  expect(messages.filter(([kind]) => kind === 0)).toHaveLength(1)
  expect(messages.some(([, first]) => first === 99)).toBe(false)
})

describe('timeouts', () => {
  test('a peer that reads nothing is closed with RST after 2 s, and not a moment before', () => {
    const { clock, connection, socket, closed, frame } = openConnection()
    socket.room = 0
    frame(1)
    clock.advance(1_999)
    expect(closed).toEqual([])
    clock.advance(1)
    expect([closed, socket.ended]).toEqual([['peer stalled'], ['terminate']])
    connection.onClose()
    expect(closed).toHaveLength(1)
  })

  test('a peer that reads something starts the 2 s again', () => {
    const { clock, connection, socket, closed, frame } = openConnection()
    socket.room = 0
    frame(1)
    clock.advance(1_500)
    socket.room = 1
    connection.onDrain()
    clock.advance(1_999)
    expect(closed).toEqual([])
    clock.advance(1)
    expect(closed).toEqual(['peer stalled'])
  })

  test('a peer that has read everything is not watched for a stall any more', () => {
    const { clock, connection, socket, closed, frame } = openConnection()
    socket.room = 0
    frame(1)
    socket.room = Number.POSITIVE_INFINITY
    connection.onDrain()
    clock.advance(10_000)
    expect([closed, clock.pending]).toEqual([[], 0])
  })

  test('a peer that does not close within 1 s of our hang-up is closed', () => {
    const { clock, connection, socket, closed } = openConnection()
    connection.hangUp()
    clock.advance(999)
    expect(socket.ended).toEqual([])
    clock.advance(1)
    expect([closed, socket.ended]).toEqual([['hang-up unanswered'], ['end']])
  })

  test('a peer that closes after our hang-up ends the call normally, even by RST', () => {
    for (const error of [undefined, new Error('ECONNRESET')]) {
      const { clock, connection, closed } = openConnection()
      connection.hangUp()
      connection.onClose(error)
      clock.advance(5_000)
      expect([closed, clock.pending]).toEqual([['agent hung up'], 0])
    }
  })
})

test('after the end nothing is written and the listener is not called', () => {
  const { connection, socket, closed, over, frame } = openConnection()
  connection.destroy('enough')
  frame(1)
  connection.sendSilence()
  connection.hangUp()
  connection.onData(Uint8Array.fromHex('03000131'))
  connection.onDrain()
  connection.onClose(new Error('late'))
  connection.destroy('again')
  expect([closed, over, socket.writes, socket.ended]).toEqual([['enough'], ['enough'], [], ['end']])
})

test('a listener that throws in closed is reported, and the socket is closed all the same', () => {
  const { clock, connection, socket, over, failures } = openConnection()
  connection.listener = {
    audio() {},
    key() {},
    closed() {
      throw new Error('of the call')
    },
  }
  connection.hangUp()
  clock.advance(1_000)
  expect([failures.length, over, socket.ended]).toEqual([1, ['hang-up unanswered'], ['end']])
})

test('a listener that ends the call inside a long payload receives no more of it', () => {
  const { connection } = openConnection()
  let frames = 0
  connection.listener = {
    audio: () => {
      frames++
      if (frames === 3) connection.destroy('enough')
    },
    key() {},
    closed() {},
  }
  const long = new Uint8Array(3 + 3_200)
  long.set([0x10, 3_200 >> 8, 3_200 & 0xff])
  connection.onData(long)
  expect(frames).toBe(3)
})
