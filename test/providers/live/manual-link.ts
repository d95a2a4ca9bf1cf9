// A link on a fake clock, with sockets that the test opens, feeds and closes by hand.

import { Metrics } from '../../../src/base/metrics.ts'
import { readNova } from '../../../src/providers/deepgram/messages.ts'
import { createReconnectBound, createReplayBound } from '../../../src/providers/live/bounds.ts'
import { LiveLink } from '../../../src/providers/live/link.ts'
import { ServerHabits } from '../../../src/providers/live/server-habits.ts'
import {
  type Dialect,
  type LinkTuning,
  linkCounters,
  linkDefaults,
  type SocketEvents,
} from '../../../src/providers/live/tuning.ts'
import type { SttEvent, SttHints } from '../../../src/providers/stt.ts'
import { Sweep } from '../../../src/providers/sweep.ts'
import { audioUsage } from '../../../src/providers/usage.ts'
import { longAudio } from '../../support/hearing.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

type Manual = SocketEvents & {
  hints: SttHints
  audio: number[]
  texts: unknown[]
  sizes: number[]
  closed: boolean
}

/** @param given differences from nova. @param tuning differences from the default tuning. @param sentTo see LinkCall */
export function setUp(given: Partial<Dialect> = {}, tuning: Partial<LinkTuning> = {}, sentTo = 0) {
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
    goodbye: '{"type":"CloseStream"}',
    ...given,
  }
  const habits = new ServerHabits()
  const relief = { chunkMs: 0 }
  const audio = longAudio()
  const all = { ...linkDefaults, ...tuning }
  const link = new LiveLink(
    dialect,
    all,
    {
      name: 'deepgram',
      counters: linkCounters('deepgram', metrics),
      sentS: audioUsage(metrics, { vendor: 'deepgram', model: 'nova-3' }),
      sweep: new Sweep(clock),
      relief,
      habits,
      reconnects: createReconnectBound(clock),
      replay: createReplayBound(clock),
    },
    clock,
    () => 0.5,
    {
      audio,
      from: 0,
      sentTo,
      hints: { keyterms: [], expect: 'open' },
      onEvent: (event) => events.push(event),
    },
  )
  let next = 1
  const number = (name: string) => {
    const sample = metrics.snapshot().find((other) => other.name === name)
    return sample && 'value' in sample ? sample.value : undefined
  }
  return {
    clock,
    events,
    habits,
    link,
    number,
    sockets,
    audio,
    relief,
    /** Samples that no final result covers yet. */
    pending: () => audio.written - link.coveredTo(),
    socket: () => sockets[sockets.length - 1],
    /** Writes frames in real time; the first sample numbers them, the rest is silence or a loud square wave. */
    write(frames: number, loud = false) {
      for (let i = 0; i < frames; i++) {
        const frame = new Int16Array(160).fill(loud ? 3_000 : 0)
        frame[0] = next++
        audio.write(frame)
        clock.advance(20)
      }
    },
  }
}

export const final = (start: number, duration: number, transcript: string, speechFinal = false) => ({
  type: 'Results',
  is_final: true,
  speech_final: speechFinal,
  start,
  duration,
  channel: { alternatives: [{ transcript }] },
})
/** The link events as text: `lost closed 1006`. */
export const links = (events: readonly SttEvent[]) =>
  events.flatMap((event) => (event.kind === 'link' ? [`${event.state} ${event.code ?? ''}`.trim()] : []))
