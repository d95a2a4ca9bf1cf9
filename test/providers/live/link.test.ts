// Audio and reconnection of the link: what is sent, what is sent again, when it gives up.

import { expect, test } from 'bun:test'
import { readNova } from '../../../src/providers/deepgram/messages.ts'
import { final, links, setUp } from './manual-link.ts'

test('audio leaves with the next sweep, precedes any text message, and survives the loss of its socket', () => {
  const { audio, clock, link, socket, write } = setUp()
  socket().open()
  const burst = () => {
    for (let i = 0; i < 4; i++) audio.write(new Int16Array(160).fill(7))
  }
  burst()
  expect(socket().sizes).toEqual([])
  clock.advance(20)
  expect(socket().sizes).toEqual([640])
  burst()
  link.finalize()
  expect(socket().sizes).toEqual([640, 640])
  expect(socket().texts).toEqual([{ type: 'Finalize' }])
  clock.advance(20)
  expect(socket().sizes).toEqual([640, 640])
  burst()
  socket().down({ reason: 'error' })
  clock.advance(1_000)
  socket().open()
  expect(socket().sizes).toEqual([640, 640, 640])
  write(4)
  expect(socket().sizes).toEqual([640, 640, 640, 640])
})

test('the seconds that the vendor bills are those that were sent, on each connection again', () => {
  const { link, number, socket, write } = setUp()
  const sentS = () => number('provider_audio_seconds_total')
  expect(sentS()).toBe(0)
  write(50)
  // No connection yet: nothing was sent.
  expect(sentS()).toBe(0)
  socket().open()
  write(50, true)
  const samples = socket().sizes.reduce((sum, size) => sum + size, 0)
  expect(samples).toBeGreaterThan(8_000)
  expect(sentS()).toBeCloseTo(samples / 8_000, 9)
  socket().down({ reason: 'error' })
  write(10)
  socket().open()
  const again = socket().sizes.reduce((sum, size) => sum + size, 0)
  expect(again).toBeGreaterThan(0)
  expect(sentS()).toBeCloseTo((samples + again) / 8_000, 9)
  link.close()
})

test('an overloaded server sends longer chunks, and shorter ones again when it is well', () => {
  const { relief, socket, write } = setUp()
  socket().open()
  relief.chunkMs = 200
  write(20)
  relief.chunkMs = 0
  write(4)
  expect(socket().sizes).toEqual([1_600, 1_600, 640])
})

test('audio that was overwritten before it could be sent counts as dropped, and hearing goes on after it', () => {
  const { audio, clock, link, number, socket } = setUp({}, { maxBufferMs: 200_000 })
  socket().open()
  // The thread stands still for longer than the call keeps its audio: 120 s.
  for (let i = 0; i < 6_050; i++) audio.write(new Int16Array(160).fill(3_000 + i))
  clock.advance(20)
  expect(number('stt_dropped_ms_total')).toBe(1_000)
  expect(socket().audio[0]).toBe(3_050)
  // 10 ms on the socket's clock, which began with the call, are the first 10 ms that it got.
  socket().message(final(0, 0.01, 'oui'))
  expect(link.coveredTo()).toBe(8_080)
})

test('audio is sent in chunks of 80 ms, beginning with the audio from before the connection', () => {
  const { link, socket, write } = setUp()
  write(6)
  socket().open()
  write(4)
  expect(socket().sizes).toEqual([640, 640])
  expect(socket().audio).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  link.finalize()
  expect(socket().audio).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(socket().texts).toEqual([{ type: 'Finalize' }])
})

test('of silence only the last three seconds are kept for the next socket, of loud audio everything', async () => {
  const { clock, number, pending, socket, write } = setUp()
  socket().open()
  for (let s = 0; s < 8; s++) {
    write(50)
    socket().message(final(0, 0.02, ''))
  }
  expect(pending()).toBe(3 * 8_000)
  write(10, true)
  write(200)
  expect(pending()).toBe(3 * 8_000 + 210 * 160)
  socket().down({ reason: 'closed 1006' })
  await clock.run(0)
  socket().open()
  expect(socket().sizes.reduce((sum, size) => sum + size)).toBe(3 * 8_000 + 210 * 160)
  expect(number('stt_dropped_ms_total')).toBe(0)
})

test('a replay begins at exactly the first sample that no final result covers', async () => {
  const { clock, number, pending, socket, sockets, write } = setUp({}, { chunkMs: 100 })
  socket().open()
  write(20)
  // 130 ms: in the middle of the second message, in the middle of the seventh frame.
  socket().message(final(0, 0.13, 'oui'))
  expect(pending()).toBe(20 * 160 - 1_040)
  socket().down({ reason: 'closed 1006' })
  await clock.run(0)
  expect(sockets).toHaveLength(2)
  socket().open()
  expect(socket().sizes).toEqual([800, 800])
  expect(number('stt_replayed_ms_total')).toBe(270)
  // The new socket's clock begins at that sample: 70 ms on it are 200 ms of the call.
  socket().message(final(0, 0.07, 'non'))
  expect(pending()).toBe(20 * 160 - 1_600)
})

test('what an earlier session sent counts as sent again on the first connection, and is bounded as on any other', () => {
  const after = (sentS: number, writtenS: number) => {
    const made = setUp({}, { maxBufferMs: 200_000 }, sentS * 8_000)
    for (let i = 0; i < writtenS * 50; i++) made.audio.write(new Int16Array(160).fill(3_000))
    made.socket().open()
    return made
  }
  const first = after(10, 12)
  expect(first.number('stt_replayed_ms_total')).toBe(10_000)
  expect(first.socket().audio).toHaveLength(12 * 50)
  const long = after(50, 52)
  expect(long.number('stt_dropped_ms_total')).toBe(50_000)
  expect(long.socket().audio).toHaveLength(2 * 50)
})

test('audio is sent again only if no final result covers it', async () => {
  const { clock, socket, write } = setUp()
  socket().open()
  write(16)
  socket().message(final(0, 0.16, 'oui'))
  socket().down({ reason: 'closed' })
  await clock.run(0)
  socket().open()
  expect(socket().audio).toEqual([9, 10, 11, 12, 13, 14, 15, 16])
})

test('waits 0, 200, 500, 1000 ms between attempts, and gives up when the next attempt would come after 4 s', async () => {
  const { clock, events, socket, sockets } = setUp()
  const startMs = clock.now()
  const at: number[] = []
  while (links(events).at(-1) !== 'failed unavailable') {
    at.push(clock.now() - startMs)
    const count = sockets.length
    socket().down({ status: 503, reason: 'refused 503' })
    for (let ms = 0; sockets.length === count && ms < 3_000; ms += 10) await clock.run(10)
  }
  expect(at).toEqual([0, 10, 210, 710, 1_710, 3_710])
  expect(links(events)).toEqual(['lost refused 503', 'failed unavailable'])
  expect(clock.pending).toBe(0)
})

test.each([
  [401, 'auth'],
  [402, 'auth'],
  [403, 'auth'],
  [400, 'refused'],
  [404, 'refused'],
])('a refusal with %d is final at once: %s', (status, code) => {
  const { events, pending, socket, sockets, write } = setUp()
  write(8, true)
  socket().down({ status, reason: `refused ${status}` })
  expect(links(events)).toEqual([`failed ${code}`])
  write(8)
  expect(sockets).toHaveLength(1)
  expect(pending()).toBe(16 * 160)
})

test('a connection that does not open within 2 s is retried', async () => {
  const { clock, events, sockets } = setUp()
  await clock.run(2_000)
  expect([sockets.length, sockets[0].closed, links(events)]).toEqual([2, true, ['lost connect timeout']])
})

test('at most 15 s of audio wait for a connection; the oldest audio is dropped and counted', () => {
  const { number, pending, write } = setUp({}, { connectTimeoutMs: 100_000 })
  write(1_000, true)
  expect(pending()).toBe(15 * 8_000)
  expect(number('stt_dropped_ms_total')).toBe(5_000)
})

test('audio that was sent and waits for its result does not count as dropped', () => {
  const { number, socket, write } = setUp({}, { quietMs: 100_000, deafMs: 100_000 })
  socket().open()
  write(1_000, true)
  expect(number('stt_dropped_ms_total')).toBe(0)
})

test('an error message of the vendor ends the socket; the event has its code and not its description', async () => {
  const { clock, events, socket, sockets } = setUp()
  socket().open()
  socket().message({ type: 'Error', code: 'NET-0001', description: 'key sk-1234 heard Dupont' })
  await clock.run(0)
  expect(sockets).toHaveLength(2)
  expect(events.at(-1)).toEqual({ kind: 'link', state: 'lost', code: 'NET-0001' })
})

test('a socket that throws on sending is replaced', async () => {
  const { clock, socket, sockets, write } = setUp()
  socket().open()
  socket().closed = true
  write(4)
  await clock.run(0)
  socket().open()
  expect([sockets.length, socket().audio]).toEqual([2, [1, 2, 3, 4]])
})

test('closing sends CloseStream and ends every timer and event', async () => {
  const { clock, events, link, socket, write } = setUp()
  socket().open()
  write(2)
  link.close()
  expect(socket().audio).toEqual([1, 2])
  expect(socket().texts).toEqual([{ type: 'CloseStream' }])
  const count = events.length
  socket().message(final(0, 1, 'tard'))
  socket().down({ reason: 'closed' })
  await clock.run(10_000)
  expect(events).toHaveLength(count)
  expect(clock.pending).toBe(0)
})

test('a message that our own reading fails on costs its socket and no word', async () => {
  let isBroken = true
  const { clock, events, socket, sockets, write } = setUp({
    read: (message, memory) => {
      if (isBroken) throw new Error('a defect')
      return readNova(message, memory)
    },
  })
  socket().open()
  write(8, true)
  socket().message(final(0, 0.16, 'oui'))
  isBroken = false
  await clock.run(0)
  socket().open()
  expect([sockets.length, links(events)]).toEqual([2, ['open', 'lost defect', 'open']])
  expect(socket().audio).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})
