// What the contract tests share: the fake clouds, and one row per adapter of the list.

import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout } from 'bun:test'
import { join } from 'node:path'
import { rms } from '../../src/audio/pcm.ts'
import { type Clock, systemClock } from '../../src/base/clock.ts'
import { ProviderError } from '../../src/base/errors.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readSettings } from '../../src/base/setting.ts'
import type { AdapterDefinition, AdapterDeps, Service } from '../../src/providers/adapter.ts'
import { adaptersFor } from '../../src/providers/adapters.ts'
import type { Api, Fault } from '../support/clouds/faults.ts'
import { startFakes } from '../support/clouds/server.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

export const secret = 'sk-very-secret-0123456789'

/** What adapters are opened with in tests. */
export const testDeps = (clock: Clock = systemClock): AdapterDeps => ({
  clock,
  random: () => 0.5,
  metrics: new Metrics(),
  // The fakes' audio is a tone, which is no speech to the real VAD, so the level alone decides here.
  createVad: () => ({ push: (frame) => (rms(frame) > 500 ? 'speech' : 'silence') }),
  language: 'fr',
  voicesDir: join(import.meta.dir, '../../assets/voices'),
})

export const keyOf = ({ service, name, vendor }: AdapterDefinition) => `${service} ${name} at ${vendor}`

/** Starts the fakes for one test file, and ends them with it. */
export function startContract() {
  setDefaultTimeout(60_000)
  const fakes = startFakes({ key: secret })
  /** The clock of the adapter that is opened next; a test of a hang puts a clock here that it can move. */
  let clock: Clock = systemClock
  // The first request of a process loads its SDK, which takes longer than the deadlines of the tests.
  beforeAll(() => Promise.all([import('openai'), import('groq-sdk'), import('@deepgram/sdk')]))
  afterAll(() => fakes.stop())
  beforeEach(() => {
    fakes.reset()
    clock = systemClock
  })

  /** The fake of each adapter that needs credentials: its API and its base URL. */
  const fakeOf: Record<string, { api: Api; baseUrl: string }> = {
    'stt deepgram at deepgram': { api: 'nova', baseUrl: fakes.ws },
    'stt flux at deepgram': { api: 'flux', baseUrl: fakes.ws },
    'stt voxtral at mistral': { api: 'voxtralEar', baseUrl: fakes.ears.voxtral.baseUrl },
    'stt vllm at vllm': { api: 'vllmEar', baseUrl: fakes.ears.vllm.baseUrl },
    'stt whisper at groq': { api: 'transcriptions', baseUrl: fakes.url },
    'stt whisper at openai': { api: 'transcriptions', baseUrl: `${fakes.url}/v1` },
    'llm groq at groq': { api: 'chat', baseUrl: fakes.url },
    'llm openai at openai': { api: 'chat', baseUrl: `${fakes.url}/v1` },
    'tts openai at openai': { api: 'speech', baseUrl: `${fakes.url}/v1` },
    'tts aura at deepgram': { api: 'aura', baseUrl: fakes.ws },
    'tts voxtral at mistral': { api: 'voxtralVoice', baseUrl: `${fakes.url}/mistral/v1` },
  }

  /** The embedded adapters get a clock that stands still: on a busy machine their threads are slow, not hung. */
  const clockFor = ({ credentials }: AdapterDefinition) => (credentials ? clock : new FakeClock())

  /** Opens an adapter with its defaults and its fake; `values` override both. */
  function openAll<S extends Service>(one: AdapterDefinition<S>, values: Record<string, unknown> = {}) {
    const { credentials, settings } = one
    const account = credentials && {
      [credentials.apiKey]: secret,
      [credentials.baseUrl]: fakeOf[keyOf(one)]?.baseUrl,
    }
    return one.open({ ...readSettings(settings, {}).values, ...account, ...values }, testDeps(clockFor(one)))
  }

  /** One row per adapter: how to open it and which fake answers it, if any. */
  function rowsOf<S extends Service>(service: S) {
    const openable = adaptersFor(service).filter(({ name }) => name !== 'scripted')
    return openable.map((one) => ({
      name: one.name,
      title: `${one.name} at ${one.vendor}`,
      api: fakeOf[keyOf(one)]?.api,
      create: (values: Record<string, unknown> = {}) => openAll(one, values)[0].adapter,
    }))
  }

  /**
   * Runs `work`. When `given` is a hang, moves the clock past every limit as soon as the fake hangs.
   *
   * @param work opens its adapter itself, so that the adapter gets the clock that is moved
   * @param begun whether the data before the hang has arrived
   */
  async function throughHang<T>(given: Fault, work: () => Promise<T>, begun: () => boolean): Promise<T> {
    if (given.kind !== 'hang') return work()
    const moved = new FakeClock()
    clock = moved
    const result = work()
    await until('the hang', () => fakes.requests[0]?.hangs && begun())
    moved.advance(patientMs)
    return result
  }

  return { fakes, fakeOf, openAll, rowsOf, throughHang }
}

/** Lets a fault that cuts an answer wait until `begun`: a reset discards what the client has not read yet. */
export const cutOnce = (fault: Fault, begun: () => boolean): Fault =>
  fault.kind === 'cut' ? { ...fault, once: () => until('the beginning was read', begun) } : fault

/** Long enough for a busy machine. A hang does not wait for it: there the test moves the clock. */
export const patientMs = 20_000

/** @returns the error of `work`, after a check that it contains neither the key nor what the caller said */
export async function failureOf(work: () => Promise<unknown>): Promise<ProviderError> {
  try {
    await work()
  } catch (error) {
    const seen = Bun.inspect(error, { depth: 10 }) + JSON.stringify(error)
    for (const word of [secret, 'leaked', 'org_secret', 'Dupont']) expect(seen).not.toContain(word)
    expect(error).toBeInstanceOf(ProviderError)
    return error as ProviderError
  }
  throw new Error('nothing failed')
}
