// The link to a recogniser under network faults: forty runs, no word lost, none doubled.

import { beforeAll, describe, expect, test } from 'bun:test'
import { Metrics } from '../../../src/base/metrics.ts'
import { lazyClient } from '../../../src/providers/deepgram/socket.ts'
import { createFlux, createNova } from '../../../src/providers/deepgram/stt.ts'
import { fluxDefaults, novaDefaults } from '../../../src/providers/deepgram/wire.ts'
import type { LinkTuning } from '../../../src/providers/live/tuning.ts'
import type { SttEvent } from '../../../src/providers/stt.ts'
import { codedFrame, codedSpeech } from '../../support/clouds/coded.ts'
import type { Fault } from '../../support/clouds/faults.ts'
import { type ChaosProxy, startChaosProxy } from '../../support/clouds/proxy.ts'
import { type Fakes, startFakes } from '../../support/clouds/server.ts'
import { until } from '../../support/clouds/until.ts'
import { openCall } from '../../support/hearing.ts'
import { testDeps } from '../contract.ts'

const said = [
  'bonjour je voudrais prendre un rendez-vous',
  'demain matin à neuf heures',
  'oui merci au revoir',
]
const frames = codedSpeech(said, { pauseFrames: 40 })

type Case = {
  /** How often the connection is lost at least; a run without the fault would prove nothing. */
  lost: number
  /** One list of faults per socket, in order. */
  sockets?: Fault[][]
  /** What happens to the network after this many frames. */
  at?: { frame: number; act: (proxy: ChaosProxy) => void }[]
}
const drop = (afterAudioMs: number): Fault[] => [{ kind: 'wsDrop', afterAudioMs }]
const status = (code: number): Fault[] => [{ kind: 'status', status: code }]

const cases: Record<string, Case> = {
  'no fault': { lost: 0 },
  'two drops in the middle of words': { lost: 2, sockets: [drop(900), drop(1_500)] },
  'a close with 1011': {
    lost: 1,
    sockets: [[{ kind: 'wsClose', afterAudioMs: 1_000, code: 1011, reason: 'NET-0000' }]],
  },
  'a drop, then 503, then 429': { lost: 3, sockets: [drop(1_100), status(503), status(429)] },
  'a drop, then an upgrade that hangs': { lost: 2, sockets: [drop(700), [{ kind: 'hang', at: 'headers' }]] },
  'a server that falls mute': { lost: 1, sockets: [[{ kind: 'wsMute', afterAudioMs: 800 }]] },
  'a slow first connection': { lost: 0, sockets: [[{ kind: 'latency', ms: 120 }]] },
  'a stall that ends': {
    lost: 0,
    at: [
      { frame: 60, act: (proxy) => proxy.stall() },
      { frame: 100, act: (proxy) => proxy.release() },
    ],
  },
  'a link half-open for ever': { lost: 1, at: [{ frame: 60, act: (proxy) => proxy.stall() }] },
  'a reset, and garbage after it': {
    lost: 1,
    sockets: [[], [{ kind: 'wsGarbage', afterAudioMs: 300 }]],
    at: [{ frame: 80, act: (proxy) => proxy.cutNow() }],
  },
}

// Loading the SDK in a test would look like a slow connection.
beforeAll(() => import('@deepgram/sdk'))

const tuning: Partial<LinkTuning> = {
  connectTimeoutMs: 400,
  quietMs: 250,
  backoffMs: [0, 20, 40],
  watchMs: 20,
}

async function run(
  kind: 'nova' | 'flux',
  chunkMs: number,
  { sockets = [], at = [], lost }: Case,
): Promise<string> {
  const fakes: Fakes = startFakes()
  const proxy = startChaosProxy(fakes.port)
  const metrics = new Metrics()
  const heard: string[] = []
  for (const faults of sockets) fakes.fault(kind, faults)
  const client = lazyClient({ apiKey: 'k', baseUrl: proxy.ws }, () => import('@deepgram/sdk'))
  const options = { keyterms: [], tuning: { ...tuning, chunkMs } }
  const deps = { ...testDeps(), metrics }
  const stt =
    kind === 'nova'
      ? createNova(client, novaDefaults, options, deps)
      : createFlux(client, fluxDefaults, options, deps)
  const onEvent = (event: SttEvent) => {
    if (event.kind === 'transcript' && event.isFinal) heard.push(event.text)
  }
  const session = openCall(stt, { language: 'fr', callId: 'call', onEvent })
  const words = said.join(' ').split(' ').length
  const heardWords = () => heard.join(' ').split(' ').length
  let written = 0
  let written20 = 0
  await until(
    'all words',
    () => {
      for (const { frame, act } of at) if (frame === written) act(proxy)
      session.write(frames[written] ?? codedFrame(written, -1))
      written++
      return heardWords() >= words
    },
    8_000,
  )
  // A doubled word would arrive with the audio after the last word.
  const before = fakes.connections.at(-1)?.bytes ?? 0
  await until('more audio', () => {
    session.write(codedFrame(written++, -1))
    written20++
    return written20 > 40 && (fakes.connections.at(-1)?.bytes ?? 0) > before + 8_000
  })
  session.close()
  await until('the close', () => fakes.connections.at(-1)?.closed !== undefined)
  const number = (name: string) => metrics.snapshot().find((sample) => sample.name === name)
  expect(number('stt_dropped_ms_total')).toMatchObject({ value: 0 })
  const sample = number('stt_lost_total')
  // A busy machine may lose it once more; that must cost no word either.
  expect(sample && 'value' in sample ? sample.value : -1).toBeGreaterThanOrEqual(lost)
  proxy.stop()
  await fakes.stop()
  return heard.join(' ')
}

for (const kind of ['nova', 'flux'] as const)
  for (const chunkMs of [20, 80])
    describe(`${kind} in chunks of ${chunkMs} ms loses and doubles no word over`, () => {
      for (const [name, given] of Object.entries(cases))
        test.concurrent(
          name,
          async () => expect(await run(kind, chunkMs, given)).toBe(said.join(' ')),
          15_000,
        )
    })
