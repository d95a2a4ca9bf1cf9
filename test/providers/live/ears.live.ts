// The realtime ears through real sockets and in real time, against servers with the habits that their users report.

import { expect, test } from 'bun:test'
import { systemClock } from '../../../src/base/clock.ts'
import type { SttEvent } from '../../../src/providers/stt.ts'
import { codedFrame } from '../../support/clouds/coded.ts'
import type { Fault } from '../../support/clouds/faults.ts'
import type { RealtimeHabits } from '../../support/clouds/realtime.ts'
import { startFakes } from '../../support/clouds/server.ts'
import { until } from '../../support/clouds/until.ts'
import { openFrom } from '../open.ts'

type Name = 'voxtral' | 'vllm'
const said = ['ma box ne marche plus', 'depuis ce matin', 'oui']

async function setUp(name: Name, habits: Partial<RealtimeHabits>, settings: Record<string, string> = {}) {
  const fakes = startFakes()
  fakes.habit('realtime', habits)
  fakes.setHeard(said)
  const environment = {
    STT: `${name},whisper,embedded`,
    ...{ MISTRAL_API_KEY: 'k', MISTRAL_BASE_URL: fakes.realtime.ws.replace('ws:', 'http:') },
    ...{ VLLM_STT_BASE_URL: fakes.realtime.ws, GROQ_API_KEY: 'k', GROQ_BASE_URL: fakes.url },
    ...settings,
  }
  const { stt } = openFrom(environment, {}, systemClock)
  const events: SttEvent[] = []
  const session = stt.open({ language: 'fr', callId: 'call', onEvent: (event) => events.push(event) })
  let frames = 0
  const loud = () => Int16Array.from({ length: 160 }, (_, i) => 8_000 * Math.sin(i / 3))
  return {
    fakes,
    events,
    session,
    finals: () =>
      events.flatMap((event) => (event.kind === 'transcript' && event.isFinal ? [event.text] : [])),
    count: (kind: SttEvent['kind']) => events.filter((event) => event.kind === kind).length,
    async say(loudMs: number, silentMs: number) {
      const startMs = performance.now()
      const all = (loudMs + silentMs) / 20
      for (let i = 0; i < all; i++) {
        session.write(i < loudMs / 20 ? loud() : codedFrame(frames++, -1))
        const waitMs = startMs + 20 * (i + 1) - performance.now()
        if (waitMs > 0) await Bun.sleep(waitMs)
      }
    },
    async end() {
      session.close()
      stt.close()
      await fakes.stop()
    },
  }
}

for (const [name, habits] of [
  ['voxtral', {}],
  ['voxtral', { isPlain: true }],
  ['vllm', {}],
  ['vllm', { doneMs: 900 }],
] as const)
  test.concurrent(`${name} ${JSON.stringify(habits)} hears three turns once each, and ends each`, async () => {
    const call = await setUp(name, habits)
    await call.say(0, 400)
    for (const _ of said) await call.say(1_500, 1_300)
    await until('the turns', () => call.count('endOfTurn') === 3)
    expect(call.finals()).toEqual(said)
    expect(call.events.some((event) => event.kind === 'transcript' && !event.isFinal)).toBe(true)
    expect(call.count('speechStarted')).toBe(3)
    expect(call.fakes.realtime.connections).toHaveLength('isPlain' in habits ? 2 : 1)
    await call.end()
  }, 30_000)

test.concurrent('vllm loses no word of speech that goes on while the last generation ends', async () => {
  const call = await setUp('vllm', { doneMs: 1_500 })
  await call.say(0, 400)
  for (const _ of said) await call.say(1_500, 700)
  await call.say(0, 5_000)
  expect(call.finals()).toEqual(said)
  await call.end()
}, 30_000)

test.concurrent('a flush that voxtral never answers costs no socket, and the words are known as interim text', async () => {
  const call = await setUp('voxtral', { ignoresFlush: true }, { VOXTRAL_TURNS: 'off' })
  await call.say(0, 400)
  await call.say(1_500, 1_500)
  expect(call.fakes.realtime.connections).toHaveLength(1)
  expect(call.events.findLast(({ kind }) => kind === 'transcript')).toMatchObject({ text: said[0] })
  await call.end()
}, 20_000)

test.concurrent('a model that vllm does not serve hands the call over at once', async () => {
  const call = await setUp('vllm', {}, { VLLM_STT_MODEL: 'unknown' })
  await call.say(0, 600)
  expect(call.events).toContainEqual(
    expect.objectContaining({ kind: 'link', state: 'lost', code: 'refused' }),
  )
  expect(call.fakes.realtime.connections).toHaveLength(1)
  await call.end()
}, 20_000)

const losses: [what: string, fault: Fault][] = [
  ['a close with 1011', { kind: 'wsClose', afterAudioMs: 900, code: 1011, reason: '' }],
  ['a lost connection', { kind: 'wsDrop', afterAudioMs: 900 }],
]
for (const name of ['voxtral', 'vllm'] as const)
  for (const [what, fault] of losses)
    test.concurrent(`${name} hears every word once through ${what} in mid-speech`, async () => {
      const call = await setUp(name, {})
      call.fakes.fault(name === 'vllm' ? 'vllmEar' : 'voxtralEar', fault)
      await call.say(0, 400)
      for (const _ of said) await call.say(1_500, 1_300)
      await until('the turns', () => call.finals().length >= 3)
      expect(call.finals()).toEqual(said)
      expect(call.fakes.realtime.connections).toHaveLength(2)
      await call.end()
    }, 30_000)

for (const name of ['voxtral', 'vllm'] as const)
  test.concurrent(`${name} that opens and dies costs at most 5 sockets, and whisper has the words`, async () => {
    const call = await setUp(name, {})
    const dies: Fault = { kind: 'wsClose', afterAudioMs: 80, code: 1011, reason: '' }
    call.fakes.fault(name === 'vllm' ? 'vllmEar' : 'voxtralEar', dies, 50)
    await call.say(1_500, 5_500)
    await until('whisper', () => call.fakes.requests.length > 0)
    expect(call.fakes.realtime.connections.length).toBeLessThanOrEqual(5)
    await call.end()
  }, 30_000)
