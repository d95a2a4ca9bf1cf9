// The realtime ears through real sockets and in real time, against stand-ins that another hand wrote from the public
// specifications, with the habits that users report.

import { expect, test } from 'bun:test'
import { systemClock } from '../../../src/base/clock.ts'
import type { SttEvent } from '../../../src/providers/stt.ts'
import { codedFrame } from '../../support/clouds/coded.ts'
import type { Fault } from '../../support/clouds/faults.ts'
import { startFakes } from '../../support/clouds/server.ts'
import { until } from '../../support/clouds/until.ts'
import type { VllmRealtimeHabits } from '../../support/clouds/vllm-realtime.ts'
import type { VoxtralRealtimeHabits } from '../../support/clouds/voxtral-realtime.ts'
import { openCall } from '../../support/hearing.ts'
import { openFrom } from '../open.ts'

type Name = 'voxtral' | 'vllm'
const said = ['ma box ne marche plus', 'depuis ce matin', 'oui']

type Setting = {
  voxtral?: Partial<VoxtralRealtimeHabits>
  vllm?: Partial<VllmRealtimeHabits>
  environment?: Record<string, string>
}

async function setUp(name: Name, { voxtral = {}, vllm = {}, environment: settings = {} }: Setting = {}) {
  const fakes = startFakes()
  fakes.ears.voxtral.habit(voxtral)
  fakes.ears.vllm.habit(vllm)
  fakes.setHeard(said)
  const environment = {
    STT: `${name},whisper,embedded`,
    ...{ MISTRAL_API_KEY: 'test-key', MISTRAL_BASE_URL: fakes.ears.voxtral.baseUrl },
    ...{ VLLM_STT_BASE_URL: fakes.ears.vllm.baseUrl, GROQ_API_KEY: 'k', GROQ_BASE_URL: fakes.url },
    ...settings,
  }
  const { stt } = openFrom(environment, {}, systemClock)
  const events: SttEvent[] = []
  const session = openCall(stt, { language: 'fr', callId: 'call', onEvent: (event) => events.push(event) })
  let frames = 0
  const loud = () => Int16Array.from({ length: 160 }, (_, i) => 8_000 * Math.sin(i / 3))
  return {
    fakes,
    events,
    session,
    connections: () => fakes.ears[name].connections,
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

const voxtral2 = { VOXTRAL_STT_MODEL: 'voxtral-mini-transcribe-realtime-2602' }
const ordinary: [what: string, name: Name, setting: Setting, sockets: number][] = [
  ['voxtral', 'voxtral', {}, 1],
  ['voxtral whose final texts hold their own words', 'voxtral', { voxtral: { doneText: 'utterance' } }, 1],
  [
    'voxtral with more events than it must send, in binary frames',
    'voxtral',
    { voxtral: { emptyDeltas: true, segments: true, unknownEvent: true, binary: true } },
    1,
  ],
  ['voxtral 300 ms away', 'voxtral', { voxtral: { handshakeMs: 300, createdAfterMs: 200 } }, 1],
  ['voxtral 2, which refuses all settings but the format', 'voxtral', { environment: voxtral2 }, 2],
  ['vllm', 'vllm', {}, 1],
  ['vllm 300 ms away that is slow to finish', 'vllm', { vllm: { handshakeMs: 300, doneAfterMs: 500 } }, 1],
]
for (const [what, name, setting, sockets] of ordinary)
  test.concurrent(`${what} hears three turns once each, and ends each`, async () => {
    const call = await setUp(name, setting)
    await call.say(0, 400)
    for (const _ of said) await call.say(1_500, 1_300)
    await until('the turns', () => call.count('endOfTurn') === 3)
    expect(call.finals()).toEqual(said)
    expect(call.events.some((event) => event.kind === 'transcript' && !event.isFinal)).toBe(true)
    expect(call.count('speechStarted')).toBe(3)
    expect(call.connections()).toHaveLength(sockets)
    await call.end()
  }, 30_000)

test.concurrent('vllm loses no word of speech that goes on while the last generation ends', async () => {
  const call = await setUp('vllm', { vllm: { doneAfterMs: 1_500 } })
  await call.say(0, 400)
  for (const _ of said) await call.say(1_500, 700)
  await call.say(0, 5_000)
  expect(call.finals()).toEqual(said)
  expect(call.fakes.ears.vllm.connections[0].lostMs).toBe(0)
  await call.end()
}, 30_000)

test.concurrent('a flush that voxtral does not answer costs no socket: the words are known as interim text', async () => {
  const call = await setUp('voxtral', { voxtral: { flush: 'ignores' } })
  await call.say(0, 400)
  await call.say(1_500, 1_500)
  expect(call.connections()).toHaveLength(1)
  expect(call.events.findLast(({ kind }) => kind === 'transcript')).toMatchObject({ text: said[0] })
  await call.end()
}, 20_000)

// The stand-in's third utterance then brings no text either, as users saw it: speech without any message.
test.concurrent('voxtral that answers the first flush only gets a new socket as soon as speech brings nothing', async () => {
  const call = await setUp('voxtral', { voxtral: { flush: 'once' } })
  await call.say(0, 400)
  for (const silentMs of [1_500, 1_500, 3_000]) await call.say(1_500, silentMs)
  expect(call.events).toContainEqual(expect.objectContaining({ kind: 'transcript', text: said[1] }))
  expect(call.count('endOfTurn')).toBe(2)
  expect(call.connections()).toHaveLength(2)
  await call.end()
}, 20_000)

const unknown: [name: Name, environment: Record<string, string>][] = [
  ['voxtral', { VOXTRAL_STT_MODEL: 'unknown' }],
  ['vllm', { VLLM_STT_MODEL: 'unknown' }],
]
for (const [name, environment] of unknown)
  test.concurrent(`a model that ${name} does not have hands the call over at once`, async () => {
    const call = await setUp(name, { environment })
    await call.say(0, 600)
    const lost = { kind: 'link', state: 'lost', code: 'refused' }
    expect(call.events).toContainEqual(expect.objectContaining(lost))
    expect(call.connections()).toHaveLength(1)
    await call.end()
  }, 20_000)

const losses: [what: string, name: Name, fault: Fault | undefined, setting: Setting][] = [
  ['a close with 1011', 'voxtral', { kind: 'wsClose', afterAudioMs: 900, code: 1011, reason: '' }, {}],
  ['a lost connection', 'voxtral', { kind: 'wsDrop', afterAudioMs: 900 }, {}],
  [
    'an error',
    'voxtral',
    undefined,
    { voxtral: { error: { afterAudioMs: 900, message: { detail: 'x' }, code: 3_000 } } },
  ],
  ['a close with 1011', 'vllm', { kind: 'wsClose', afterAudioMs: 900, code: 1011, reason: '' }, {}],
  ['a lost connection', 'vllm', { kind: 'wsDrop', afterAudioMs: 900 }, {}],
]
for (const [what, name, fault, setting] of losses)
  test.concurrent(`${name} hears every word once through ${what} in mid-speech`, async () => {
    const call = await setUp(name, setting)
    if (fault) call.fakes.fault(name === 'vllm' ? 'vllmEar' : 'voxtralEar', fault)
    await call.say(0, 400)
    await call.say(1_500, 1_300)
    // The habit strikes every socket, so it ends here.
    call.fakes.ears.voxtral.habit({ error: undefined })
    await call.say(0, 1_500)
    expect(call.finals()).toEqual([said[0]])
    expect(call.connections().length).toBeGreaterThan(1)
    await call.end()
  }, 30_000)

for (const habits of [{ neverDone: true }, { fails: 'EngineDeadError' }])
  test.concurrent(`vllm with ${JSON.stringify(habits)} ends with the interim text, then the next recogniser`, async () => {
    const call = await setUp('vllm', { vllm: habits })
    await call.say(0, 400)
    await call.say(1_500, 12_000)
    const texts = call.events.flatMap((event) => (event.kind === 'transcript' ? [event.text] : []))
    expect(texts).toContain(said[0])
    expect(call.connections().length).toBeLessThanOrEqual(6)
    await call.end()
  }, 40_000)

for (const name of ['voxtral', 'vllm'] as const)
  test.concurrent(`${name} that opens and dies costs at most 5 sockets, and whisper has the words`, async () => {
    const call = await setUp(name)
    const dies: Fault = { kind: 'wsClose', afterAudioMs: 80, code: 1011, reason: '' }
    call.fakes.fault(name === 'vllm' ? 'vllmEar' : 'voxtralEar', dies, 50)
    await call.say(1_500, 5_500)
    await until('whisper', () => call.fakes.requests.length > 0)
    expect(call.connections().length).toBeLessThanOrEqual(5)
    await call.end()
  }, 30_000)
