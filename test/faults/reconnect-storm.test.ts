// A recogniser that accepts each socket, says one thing and dies, on a faked clock: how many sockets it costs and when
// the next recogniser has the call. One call opened 1 619 sockets in 10 s, and the next recogniser was never asked.

import { describe, expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { readFlux, readNova } from '../../src/providers/deepgram/messages.ts'
import { createSttChain } from '../../src/providers/fallback-stt.ts'
import type { Read } from '../../src/providers/live/reading.ts'
import { createLiveStt } from '../../src/providers/live/stt.ts'
import type { Stt, SttSession } from '../../src/providers/stt.ts'
import { openCall } from '../support/hearing.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

const frame = new Int16Array(160).fill(3_000)

/** @param far time of the handshake. @param livesMs time between the opening and the death, in ms */
function storm(read: Read, message: object, far: number, livesMs: number, calls: number) {
  const clock = new FakeClock()
  const startMs = clock.now()
  const openedMs: number[] = []
  const handedOverMs: number[] = []
  let samples = 0
  const deps = {
    clock,
    random: () => 0.5,
    metrics: new Metrics(),
    createVad: () => {
      throw new Error('the server ends the turns')
    },
  }
  const dying = createLiveStt('deepgram', { keyterms: [], tuning: {} }, deps, () => ({
    connect(_hints, { open, message: say, down }) {
      const timers = [
        clock.at(clock.now() + far, () => {
          openedMs.push(clock.now() - startMs)
          open()
          say(message)
        }),
        clock.at(clock.now() + far + livesMs, () => down({ closeCode: 1011, reason: 'closed 1011' })),
      ]
      return {
        send: (data) => {
          if (typeof data !== 'string') samples += data.length / 2
        },
        close: () => {
          for (const timer of timers) timer.cancel()
        },
      }
    },
    read,
  }))
  const next: Stt = {
    name: 'next',
    hearsWords: true,
    open: () => {
      handedOverMs.push(clock.now() - startMs)
      return { hint() {}, finalize() {}, close() {} } satisfies SttSession
    },
    close() {},
  }
  const chain = createSttChain([dying, next], deps)
  const sessions = Array.from({ length: calls }, (_, i) =>
    openCall(chain, { language: 'fr', callId: `call ${i}`, onEvent() {} }),
  )
  for (let ms = 0; ms < 10_000; ms += 20) {
    for (const session of sessions) session.write(frame)
    clock.advance(20)
  }
  chain.close()
  return { openedMs, handedOverMs, sentMs: samples / 8, left: clock.pending }
}

const vendors: [name: string, read: Read, message: object][] = [
  ['nova', readNova, { type: 'Metadata' }],
  ['Flux', readFlux, { type: 'Connected' }],
]
describe('a recogniser that accepts, says one thing and dies', () => {
  for (const [name, read, message] of vendors)
    for (const [far, livesMs] of [
      [0, 0],
      [100, 0],
      [100, 100],
      [300, 900],
    ] as const)
      test(`${name}, ${far} ms away and open for ${livesMs} ms: five sockets at most, the next one within 5 s`, () => {
        const { openedMs, handedOverMs, sentMs, left } = storm(read, message, far, livesMs, 1)
        expect(openedMs.length).toBeWithin(1, 6)
        expect(handedOverMs).toHaveLength(1)
        expect(handedOverMs[0]).toBeLessThan(5_000)
        expect(sentMs).toBeLessThan(20_000)
        expect(left).toBe(0)
      })

  test('250 calls at once, which share a bound: all have the next one within 5 s', () => {
    const { openedMs, handedOverMs, left } = storm(readFlux, { type: 'Connected' }, 100, 100, 250)
    // Each its first one, 250 more at once, and then ten a second.
    expect(openedMs.length).toBeLessThan(2 * 250 + 60)
    expect(handedOverMs).toHaveLength(250)
    expect(Math.max(...handedOverMs)).toBeLessThan(5_000)
    expect(left).toBe(0)
  })
})
