// The line to a live recogniser on a fake clock, with sockets that a test plays by hand.

import { expect, test } from 'bun:test'
import { Metrics } from '../../../src/base/metrics.ts'
import { DeepgramLink } from '../../../src/providers/deepgram/link.ts'
import { SendBatch } from '../../../src/providers/deepgram/send-batch.ts'
import {
  type Dialect,
  type LinkTuning,
  linkCounters,
  linkDefaults,
  type SocketEvents,
} from '../../../src/providers/deepgram/tuning.ts'
import { readFlux, readNova } from '../../../src/providers/deepgram/wire.ts'
import type { SttEvent, SttHints } from '../../../src/providers/stt.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

type Manual = SocketEvents & {
  hints: SttHints
  audio: number[]
  texts: unknown[]
  sizes: number[]
  closed: boolean
}

/** @param given what differs from nova with the default tuning */
function setUp(given: Partial<Dialect> = {}, tuning: Partial<LinkTuning> = {}) {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const sockets: Manual[] = []
  const events: SttEvent[] = []
  const dialect: Dialect = {
    connect(hints, socketEvents) {
      const socket: Manual = { ...socketEvents, hints, audio: [], texts: [], sizes: [], closed: false }
      sockets.push(socket)
      return {
        send(data) {
          if (socket.closed) throw new Error('Socket is not open.')
          if (typeof data === 'string') socket.texts.push(JSON.parse(data))
          else {
            const samples = new Int16Array(data.slice().buffer)
            socket.sizes.push(samples.length)
            for (let i = 0; i < samples.length; i += 160) socket.audio.push(samples[i])
          }
        },
        close() {
          socket.closed = true
        },
      }
    },
    read: readNova,
    keepAlive: '{"type":"KeepAlive"}',
    finalize: '{"type":"Finalize"}',
    ...given,
  }
  const all = { ...linkDefaults, ...tuning }
  const link = new DeepgramLink(
    dialect,
    all,
    linkCounters('deepgram', metrics),
    new SendBatch(clock, all.batchMs),
    clock,
    () => 0.5,
    { keyterms: [], expect: 'open' },
    (event) => events.push(event),
  )
  let next = 1
  const number = (name: string) => {
    const sample = metrics.snapshot().find((other) => other.name === name)
    return sample && 'value' in sample ? sample.value : undefined
  }
  return {
    clock,
    events,
    link,
    number,
    sockets,
    socket: () => sockets[sockets.length - 1],
    /** Writes frames in real time; the first sample numbers them, the rest is silence or a loud square wave. */
    write(frames: number, loud = false) {
      for (let i = 0; i < frames; i++) {
        const frame = new Int16Array(160).fill(loud ? 3_000 : 0)
        frame[0] = next++
        link.write(frame)
        clock.advance(20)
      }
    },
  }
}

const final = (start: number, duration: number, transcript: string, speechFinal = false) => ({
  type: 'Results',
  is_final: true,
  speech_final: speechFinal,
  start,
  duration,
  channel: { alternatives: [{ transcript }] },
})
const links = (events: readonly SttEvent[]) =>
  events.flatMap((event) => (event.kind === 'link' ? [`${event.state} ${event.code ?? ''}`.trim()] : []))

test('a chunk waits 5 ms for those of other calls, goes before any text, and is not lost with its socket', () => {
  const { clock, link, socket, write } = setUp()
  socket().open()
  const burst = () => {
    for (let i = 0; i < 4; i++) link.write(new Int16Array(160).fill(7))
  }
  burst()
  expect(socket().sizes).toEqual([])
  clock.advance(4.9)
  expect(socket().sizes).toEqual([])
  clock.advance(0.1)
  expect(socket().sizes).toEqual([640])
  burst()
  link.finalize()
  expect(socket().sizes).toEqual([640, 640])
  expect(socket().texts).toEqual([{ type: 'Finalize' }])
  clock.advance(5)
  expect(socket().sizes).toEqual([640, 640])
  burst()
  socket().down({ reason: 'error' })
  clock.advance(1_000)
  socket().open()
  expect(socket().sizes).toEqual([640, 640, 640])
  write(4)
  expect(socket().sizes).toEqual([640, 640, 640, 640])
})

test('audio goes out in chunks of 80 ms, what came before the connection first', () => {
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

test('of a silence only the last three seconds are kept for another socket, of what was loud everything', async () => {
  const { clock, link, number, socket, write } = setUp()
  socket().open()
  for (let s = 0; s < 8; s++) {
    write(50)
    socket().message(final(0, 0.02, ''))
  }
  expect(link.pending()).toHaveLength(3 * 8_000)
  write(10, true)
  write(200)
  expect(link.pending()).toHaveLength(3 * 8_000 + 210 * 160)
  socket().down({ reason: 'closed 1006' })
  await clock.run(0)
  socket().open()
  // The chunk that the three seconds begin in is sent from that very sample on.
  expect(socket().sizes.reduce((sum, size) => sum + size)).toBe(3 * 8_000 + 208 * 160)
  expect(number('stt_dropped_ms_total')).toBe(0)
})

test('a replay begins with the very sample that no final result covers', async () => {
  const { clock, link, number, socket, sockets, write } = setUp({}, { chunkMs: 100 })
  socket().open()
  write(20)
  // 130 ms: in the middle of the second chunk, in the middle of the seventh frame.
  socket().message(final(0, 0.13, 'oui'))
  expect(link.pending()).toHaveLength(20 * 160 - 1_040)
  socket().down({ reason: 'closed 1006' })
  await clock.run(0)
  expect(sockets).toHaveLength(2)
  socket().open()
  expect(socket().sizes).toEqual([560, 800, 800])
  expect(number('stt_replayed_ms_total')).toBe(270)
  // The new socket's clock begins at that sample: 70 ms on it are 200 ms of the call.
  socket().message(final(0, 0.07, 'non'))
  expect(link.pending()).toHaveLength(20 * 160 - 1_600)
})

test('what was answered is not sent again, and what was not is', async () => {
  const { clock, socket, write } = setUp()
  socket().open()
  write(16)
  socket().message(final(0, 0.16, 'oui'))
  socket().down({ reason: 'closed' })
  await clock.run(0)
  socket().open()
  expect(socket().audio).toEqual([9, 10, 11, 12, 13, 14, 15, 16])
})

test('waits 0, 200, 500, 1000 ms between attempts, and gives up when the next would come after 4 s', async () => {
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
  const { events, link, socket, sockets, write } = setUp()
  write(8, true)
  socket().down({ status, reason: `refused ${status}` })
  expect(links(events)).toEqual([`failed ${code}`])
  write(8)
  expect(sockets).toHaveLength(1)
  expect(link.pending()).toHaveLength(8 * 160)
})

test('a connection that does not open in 2 s is tried again', async () => {
  const { clock, events, sockets } = setUp()
  await clock.run(2_000)
  expect([sockets.length, sockets[0].closed, links(events)]).toEqual([2, true, ['lost connect timeout']])
})

test('a socket on which nothing is heard for 5 s of audio is half-open and is left', async () => {
  const { clock, events, sockets, socket, write } = setUp()
  socket().open()
  write(249)
  expect(sockets).toHaveLength(1)
  write(30)
  await clock.run(0)
  expect(sockets).toHaveLength(2)
  expect(links(events)).toEqual(['open', 'lost quiet'])
})

test('a text that is asked for and not there in 600 ms: the line is half-open, and the audio goes to the next', async () => {
  const { clock, events, link, socket, sockets, write } = setUp()
  socket().open()
  write(60, true)
  link.finalize()
  await clock.run(590)
  expect(sockets).toHaveLength(1)
  await clock.run(20)
  expect(sockets).toHaveLength(2)
  socket().open()
  expect(socket().audio).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  expect(links(events)).toEqual(['open', 'lost quiet', 'open'])
})

test('a text that is asked for and comes, or of mere silence, proves nothing against the line', async () => {
  for (const [loud, answers] of [
    [true, true],
    [false, false],
  ]) {
    const { clock, link, socket, sockets, write } = setUp()
    socket().open()
    write(60, loud)
    link.finalize()
    await clock.run(300)
    if (answers) socket().message(final(0, 1.2, 'oui'))
    await clock.run(700)
    expect(sockets).toHaveLength(1)
  }
})

test('silence on a call without audio is no fault: KeepAlive goes out every 4 s', async () => {
  const { clock, events, socket, sockets } = setUp()
  socket().open()
  await clock.run(13_000)
  expect(sockets).toHaveLength(1)
  expect(socket().texts).toEqual(Array.from({ length: 3 }, () => ({ type: 'KeepAlive' })))
  expect(links(events)).toEqual(['open'])
})

test('speech for 6 s without one word opens the socket anew, and sends the speech again', async () => {
  const { clock, events, number, socket, sockets, write } = setUp()
  socket().open()
  write(50)
  for (let second = 0; second < 7 && sockets.length === 1; second++) {
    write(50, true)
    // Results keep coming, so the connection is not quiet; they are empty.
    socket().message(final(second, 1, ''))
    await clock.run(0)
  }
  expect(links(events)).toEqual(['open', 'lost deaf'])
  expect(number('stt_deaf_total')).toBe(1)
  socket().open()
  expect(socket().audio[0]).toBe(51)
})

test('speech with words, or a noise now and then, opens nothing', async () => {
  const { clock, socket, sockets, write } = setUp()
  socket().open()
  for (let second = 0; second < 20; second++) {
    write(50, second < 10)
    socket().message(final(second, 1, second < 10 ? 'oui' : ''))
    await clock.run(0)
  }
  write(5, true)
  for (let second = 0; second < 10; second++) {
    write(50)
    socket().message(final(20 + second, 1, ''))
    await clock.run(0)
  }
  expect(sockets).toHaveLength(1)
})

test('noise that is never words is asked about less and less often', async () => {
  const { clock, number, socket, write } = setUp()
  socket().open()
  for (let second = 0; second < 120; second++) {
    const before = socket()
    write(50, true)
    before.message(final(second, 1, ''))
    await clock.run(0)
    if (socket() !== before) socket().open()
  }
  expect(number('stt_deaf_total')).toBe(4)
})

test('at most 15 s wait for a connection; the oldest go, and are counted', () => {
  const { link, number, write } = setUp({}, { connectTimeoutMs: 100_000 })
  write(1_000, true)
  expect(link.pending().length).toBeLessThanOrEqual(15 * 8_000)
  // 63 whole chunks of 80 ms.
  expect(number('stt_dropped_ms_total')).toBe(5_040)
})

test('audio that was sent and is only waiting for its answer is no loss', () => {
  const { number, socket, write } = setUp({}, { quietMs: 100_000, deafMs: 100_000 })
  socket().open()
  write(1_000, true)
  expect(number('stt_dropped_ms_total')).toBe(0)
})

test('new key terms are taken by a second socket, and the first works until it is open', async () => {
  const { clock, events, link, socket, sockets, write } = setUp()
  socket().open()
  write(4)
  link.hint({ keyterms: ['répéteur'], expect: 'open' })
  expect(sockets).toHaveLength(2)
  write(4)
  expect(sockets[0].audio).toHaveLength(8)
  socket().open()
  expect(sockets[0].closed).toBe(true)
  expect(socket()).toMatchObject({ hints: { keyterms: ['répéteur'] }, audio: [1, 2, 3, 4, 5, 6, 7, 8] })
  expect(links(events)).toEqual(['open', 'open'])
  // The same words again, or another expectation, are no reason.
  link.hint({ keyterms: ['répéteur'], expect: 'yesNo' })
  await clock.run(1_000)
  expect(sockets).toHaveLength(2)
})

test('a second socket that is refused changes nothing', async () => {
  const { clock, events, link, socket, sockets, write } = setUp()
  socket().open()
  link.hint({ keyterms: ['box'], expect: 'open' })
  socket().down({ status: 429, reason: 'refused 429' })
  await clock.run(2_000)
  write(4)
  expect(sockets[0].audio).toHaveLength(4)
  expect(links(events)).toEqual(['open'])
})

test('a second socket on its way takes over when the first is lost', async () => {
  const { clock, link, socket, sockets, write } = setUp()
  socket().open()
  write(4)
  link.hint({ keyterms: ['box'], expect: 'open' })
  sockets[0].down({ reason: 'closed' })
  await clock.run(100)
  expect(sockets).toHaveLength(2)
  socket().open()
  write(4)
  expect(socket().audio).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('key terms wait while something was said that has no words yet', async () => {
  const { clock, link, socket, sockets, write } = setUp()
  socket().open()
  write(10, true)
  link.hint({ keyterms: ['box'], expect: 'open' })
  expect(sockets).toHaveLength(1)
  socket().message(final(0, 0.2, 'oui'))
  await clock.run(500)
  expect(sockets).toHaveLength(2)
})

test('Flux is told on the same socket, and a guess of a lost one is called off', async () => {
  const { clock, events, link, socket, sockets, write } = setUp({
    read: readFlux,
    configure: (hints) => JSON.stringify({ type: 'Configure', keyterms: hints.keyterms }),
  })
  socket().open()
  link.hint({ keyterms: ['box'], expect: 'open' })
  expect(socket().texts).toEqual([{ type: 'Configure', keyterms: ['box'] }])
  write(4)
  socket().message({ type: 'TurnInfo', event: 'EagerEndOfTurn', transcript: 'oui' })
  socket().down({ reason: 'closed' })
  await clock.run(0)
  expect(sockets).toHaveLength(2)
  expect(events.slice(1)).toEqual([
    { kind: 'eagerEndOfTurn', text: 'oui' },
    { kind: 'turnResumed' },
    { kind: 'link', state: 'lost', code: 'closed' },
  ])
})

test('an error message of the vendor ends the socket, with its code and without its words', async () => {
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

test('closing says so to the vendor and ends every timer and event', async () => {
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
