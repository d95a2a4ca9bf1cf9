// Recognisers with the habits of real ones (test/support/clouds/habits.ts), through the real SDK and in real time: how
// many sockets they cost, how soon the next recogniser takes over, and that each word is reported once.

import { beforeAll, describe, expect, test } from 'bun:test'
import { systemClock } from '../../../src/base/clock.ts'
import type { Stt, SttEvent } from '../../../src/providers/stt.ts'
import { codedFrame, codedSpeech } from '../../support/clouds/coded.ts'
import type { EarHabits } from '../../support/clouds/habits.ts'
import { whisperLiveKit } from '../../support/clouds/habits.ts'
import { type Fakes, startFakes } from '../../support/clouds/server.ts'
import { until } from '../../support/clouds/until.ts'
import { type HearingCall, openCall } from '../../support/hearing.ts'
import { openFrom } from '../open.ts'

beforeAll(() => Promise.all([import('@deepgram/sdk'), import('groq-sdk')]))

type Name = 'deepgram' | 'flux'
const apiOf = { deepgram: 'nova', flux: 'flux' } as const

/** A call's recognisers, fed with coded speech at its own speed. */
async function setUp(name: Name, habits: Partial<EarHabits>, settings: Record<string, unknown> = {}) {
  const fakes: Fakes = startFakes()
  fakes.habit(apiOf[name], habits)
  const environment = {
    STT: `${name},whisper,embedded`,
    DEEPGRAM_API_KEY: 'k',
    GROQ_API_KEY: 'k',
    DEEPGRAM_BASE_URL: fakes.ws,
    GROQ_BASE_URL: fakes.url,
  }
  const stt: Stt = openFrom(environment, settings, systemClock).stt
  const events: SttEvent[] = []
  const session = openCall(stt, { language: 'fr', callId: 'call', onEvent: (event) => events.push(event) })
  let number = 0
  return {
    fakes,
    events,
    session,
    finals: () =>
      events.flatMap((event) => (event.kind === 'transcript' && event.isFinal ? [event.text] : [])),
    links: () => events.flatMap((event) => (event.kind === 'link' ? [event.state] : [])),
    /** Writes frames as fast as a call does. */
    async say(frames: readonly Int16Array[], others: readonly HearingCall[] = []) {
      const startMs = performance.now()
      for (const [i, frame] of frames.entries()) {
        for (const one of [session, ...others]) one.write(frame)
        const waitMs = startMs + 20 * (i + 1) - performance.now()
        if (waitMs > 0) await Bun.sleep(waitMs)
      }
    },
    /** Another call at the same recognisers. */
    open: (onEvent: (event: SttEvent) => void) => openCall(stt, { language: 'fr', callId: 'other', onEvent }),
    silence: (ms: number) => Array.from({ length: ms / 20 }, () => codedFrame(number++, -1)),
    async end() {
      session.close()
      stt.close()
      await fakes.stop()
    },
  }
}

const said = ['bonjour je voudrais un rendez-vous', 'demain matin merci', 'oui']

describe('a recogniser that opens, says one thing and dies', () => {
  for (const name of ['deepgram', 'flux'] as const)
    for (const delayMs of [0, 100, 300])
      test.concurrent(`${name} ${delayMs} ms away costs at most 5 sockets, and whisper has the words`, async () => {
        const call = await setUp(name, { handshakeMs: delayMs, diesAfterMs: delayMs })
        const fromMs = performance.now()
        let whisperMs = Number.POSITIVE_INFINITY
        const asked = until('whisper', () => call.fakes.requests.length > 0, 15_000).then(() => {
          whisperMs = performance.now() - fromMs
        })
        await call.say([...codedSpeech(said), ...call.silence(4_000)].slice(0, 500))
        await asked
        await until('the words', () => call.finals().length >= 3)
        expect(call.fakes.connections.length).toBeLessThanOrEqual(5)
        const sentMs = call.fakes.connections.reduce((sum, { bytes }) => sum + bytes / 16, 0)
        expect(sentMs).toBeLessThan(30_000)
        expect(call.finals().join(' ')).toBe(said.join(' '))
        // The utterance lasts 1.5 s and whisper is asked at its end.
        expect(whisperMs).toBeLessThan(7_000)
        await call.end()
      }, 40_000)
})

test.concurrent('twenty calls at once to such a recogniser cost at most five sockets each, and all are handed over', async () => {
  const call = await setUp('flux', { handshakeMs: 100, diesAfterMs: 100 })
  const failed = new Set<number>()
  const sessions = Array.from({ length: 19 }, (_, i) =>
    call.open((event) => {
      // The chain reports a recogniser that failed for good as lost, with the code of the failure.
      if (event.kind === 'link' && event.code === 'unavailable') failed.add(i)
    }),
  )
  await call.say(call.silence(6_000), sessions)
  expect(failed.size).toBe(19)
  expect(call.fakes.connections.length).toBeLessThanOrEqual(100)
  for (const session of sessions) session.close()
  await call.end()
}, 30_000)

describe('settings that change while the socket opens', () => {
  for (const name of ['deepgram', 'flux'] as const)
    test.concurrent(`${name} has the first question's terms although its handshake takes 300 ms`, async () => {
      const call = await setUp(name, { handshakeMs: 300 })
      setTimeout(() => call.session.hint({ keyterms: ['box', 'fibre'], expect: 'number' }), 20)
      await call.say(call.silence(1_200))
      expect(call.fakes.connections).toHaveLength(1)
      expect(call.fakes.connections[0].keyterms).toEqual(['Wouippleul', 'box', 'fibre'])
      await call.end()
    }, 20_000)

  test.concurrent('eleven questions cost one socket of nova, and a Configure only where something changed', async () => {
    const call = await setUp('deepgram', { handshakeMs: 50, configureMs: 80 })
    for (let i = 0; i < 11; i++) {
      call.session.hint({ keyterms: [`terme ${i >> 1}`], expect: 'open' })
      await call.say(call.silence(200))
    }
    const { texts, keyterms } = call.fakes.connections[0]
    expect(call.fakes.connections).toHaveLength(1)
    expect(texts.filter(({ type }) => type === 'Configure')).toHaveLength(6)
    expect(keyterms).toEqual(['Wouippleul', 'terme 5'])
    await call.end()
  }, 20_000)

  for (const name of ['deepgram', 'flux'] as const)
    test.concurrent(`${name} with a cap of one unacknowledged change keeps its socket through ten quick ones`, async () => {
      const call = await setUp(name, { maxUnacked: 1, configureMs: 100 })
      await call.say(call.silence(100))
      for (let i = 0; i < 10; i++) call.session.hint({ keyterms: [`terme ${i}`], expect: 'open' })
      await call.say(call.silence(600))
      expect(call.fakes.connections).toHaveLength(1)
      expect(call.fakes.connections[0].keyterms).toEqual(['Wouippleul', 'terme 9'])
      await call.end()
    }, 20_000)

  for (const configure of ['fails', 'errors', 'ignores'] as const)
    test.concurrent(`nova whose Configure ${configure} gets the terms with a new socket, and loses no word`, async () => {
      const call = await setUp('deepgram', { configure })
      await call.say(call.silence(200))
      call.session.hint({ keyterms: ['box'], expect: 'open' })
      await call.say([...codedSpeech(said), ...call.silence(4_000)])
      await until('the words', () => call.finals().length >= 3)
      expect(call.finals()).toEqual(said)
      expect(call.fakes.connections.at(-1)?.keyterms).toEqual(['Wouippleul', 'box'])
      expect(call.fakes.connections.length).toBeLessThanOrEqual(2)
      await call.end()
    }, 30_000)
})

/** What the script's recogniser takes for words; not coded, so that it survives another rate. */
const tone = (ms: number) =>
  Array.from({ length: ms / 20 }, () => Int16Array.from({ length: 160 }, (_, i) => 8_000 * Math.sin(i / 3)))

test.concurrent('a recogniser that never answers Finalize and sends no final text costs no socket', async () => {
  const call = await setUp('deepgram', { finalize: 'ignores', neverFinal: true })
  await call.say([...codedSpeech([said[0]]).slice(0, 70), ...call.silence(800)])
  call.session.finalize()
  await call.say(call.silence(1_500))
  expect(call.fakes.connections).toHaveLength(1)
  expect(call.links()).toEqual(['open'])
  expect(call.events.findLast(({ kind }) => kind === 'transcript')).toMatchObject({ text: said[0] })
  await call.end()
}, 20_000)

test.concurrent('a compatible recogniser at 16 kHz without Finalize hears every word once and costs two sockets', async () => {
  const call = await setUp('deepgram', whisperLiveKit, { DEEPGRAM_RATE: '16000' })
  call.fakes.setHeard(said)
  for (const _ of said) {
    await call.say([...tone(1_500), ...call.silence(400)])
    call.session.finalize()
    await call.say(call.silence(2_000))
  }
  // Longer than the time after which a server that talks in silence would be half-open.
  await call.say(call.silence(6_000))
  expect(call.finals()).toEqual(said)
  expect(call.fakes.connections.length).toBeLessThanOrEqual(2)
  expect(call.fakes.connections[0].query.get('sample_rate')).toBe('16000')
  await call.end()
}, 40_000)
