// What every adapter of every vendor must do. The rows come from the list of adapters: the vendors' real SDKs talk to the
// fake clouds, the embedded adapters run as they are.

import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { rms } from '../../src/audio/pcm.ts'
import { type Clock, systemClock } from '../../src/base/clock.ts'
import { ProviderError } from '../../src/base/errors.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readSettings } from '../../src/base/setting.ts'
import type { AdapterDefinition, Service } from '../../src/providers/adapter.ts'
import { adapterNames, adapters, adaptersFor } from '../../src/providers/adapters.ts'
import type { Llm, LlmRequest } from '../../src/providers/llm.ts'
import type { SttEvent } from '../../src/providers/stt.ts'
import type { SpeakRequest, Tts } from '../../src/providers/tts.ts'
import { defaultReply } from '../support/clouds/chat.ts'
import { codedFrame, codedSpeech } from '../support/clouds/coded.ts'
import type { Api, Fault } from '../support/clouds/faults.ts'
import { startFakes } from '../support/clouds/server.ts'
import { mp3FileS, spokenS } from '../support/clouds/speech.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(30_000)

const fakes = startFakes()
// The first request of a process would load its SDK, which takes longer than the deadlines of this file.
beforeAll(() => Promise.all([import('openai'), import('groq-sdk'), import('@deepgram/sdk')]))
afterAll(() => fakes.stop())
beforeEach(() => {
  fakes.reset()
  clock = systemClock
})

const secret = 'sk-very-secret-0123456789'
/** The clock of what is opened next; a test of a hang puts one here that it can move. */
let clock: Clock = systemClock
/** Coded audio is a tone to a VAD that knows speech, so a plain level decides here. */
const createVad = () => ({ push: (frame: Int16Array) => loudness(frame) })
const loudness = (frame: Int16Array) => (rms(frame) > 500 ? 'speech' : 'silence')
const deps = () => ({
  clock,
  random: () => 0.5,
  metrics: new Metrics(),
  createVad,
  language: 'fr',
  voicesDir: join(import.meta.dir, '../../assets/voices'),
})

/** The fake that stands in for a vendor: its API and its base URL. */
type Fake = { api: Api; baseUrl: string }
const keyOf = ({ service, name, vendor }: AdapterDefinition) => `${service} ${name} at ${vendor}`
const fakeOf: Record<string, Fake> = {
  'stt deepgram at deepgram': { api: 'nova', baseUrl: fakes.ws },
  'stt flux at deepgram': { api: 'flux', baseUrl: fakes.ws },
  'stt whisper at groq': { api: 'transcriptions', baseUrl: fakes.url },
  'stt whisper at openai': { api: 'transcriptions', baseUrl: `${fakes.url}/v1` },
  'llm groq at groq': { api: 'chat', baseUrl: fakes.url },
  'llm openai at openai': { api: 'chat', baseUrl: `${fakes.url}/v1` },
  'tts openai at openai': { api: 'speech', baseUrl: `${fakes.url}/v1` },
  'tts aura at deepgram': { api: 'aura', baseUrl: fakes.ws },
}

/** Opens an adapter with its defaults, its fake and `values`. */
function openAll<S extends Service>(definition: AdapterDefinition<S>, values: Record<string, unknown> = {}) {
  const { credentials, settings } = definition
  const account = credentials && {
    [credentials.apiKey]: secret,
    [credentials.baseUrl]: fakeOf[keyOf(definition)]?.baseUrl,
  }
  return definition.open({ ...readSettings(settings, {}).values, ...account, ...values }, deps())
}

/** One row per adapter: how it is opened and which fake answers it; the embedded ones have none. */
function rowsOf<S extends Service>(service: S) {
  const opening = adaptersFor(service).filter(({ name }) => name !== 'scripted')
  return opening.map((definition) => ({
    name: definition.name,
    title: `${definition.name} at ${definition.vendor}`,
    api: fakeOf[keyOf(definition)]?.api,
    create: (values: Record<string, unknown> = {}) => openAll(definition, values)[0].adapter,
  }))
}

describe('the list of adapters', () => {
  test.each(adapters.map((one) => [keyOf(one), one] as const))('%s opens under its own name', (_, one) => {
    const opened = openAll(one)
    if (one.name === 'scripted') expect(opened).toEqual([])
    else expect(opened.length).toBeGreaterThan(0)
    for (const { adapter } of opened) {
      expect(adapter.name).toBe(one.name)
      adapter.close()
    }
  })

  test('every adapter that needs credentials has a fake here', () => {
    const keys = adapters.filter(({ credentials }) => credentials).map(keyOf)
    expect(Object.keys(fakeOf).sort()).toEqual(keys.sort())
  })

  test('names no vendor twice for one service and name', () => {
    expect(new Set(adapters.map(keyOf)).size).toBe(adapters.length)
  })

  test('credentials are among the settings, and a setting that two adapters share is the same one', () => {
    const seen = new Map<string, unknown>()
    for (const { settings, credentials } of adapters) {
      if (credentials) expect(Object.keys(settings)).toContain(credentials.apiKey)
      if (credentials) expect(settings[credentials.apiKey].secret).toBe(true)
      if (credentials) expect(Object.keys(settings)).toContain(credentials.baseUrl)
      for (const [name, setting] of Object.entries(settings)) {
        expect(seen.get(name) ?? setting).toBe(setting)
        seen.set(name, setting)
      }
    }
  })

  test('accepts these names', () => {
    expect(adapterNames('stt')).toEqual(['deepgram', 'flux', 'whisper', 'embedded'])
    expect(adapterNames('llm')).toEqual(['groq', 'openai', 'scripted'])
    expect(adapterNames('tts')).toEqual(['aura', 'openai', 'embedded'])
  })
})

/** @returns the error, after a look that neither the key nor what was said is anywhere in it */
async function failureOf(work: () => Promise<unknown>): Promise<ProviderError> {
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

/** Long enough for a busy machine. A hang does not wait for it: there the test moves the clock. */
const patientMs = 20_000

/**
 * Runs `work`; when `given` is a hang, moves the clock past every limit once the fake hangs.
 *
 * @param work is called with the clock in place, so that what it opens has it
 * @param begun whether what came before the hang has arrived
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

const chatLimits = (limitMs: number) => ({ LLM_ATTEMPT_MS: limitMs, LLM_GAP_MS: limitMs })

function request(signal = new AbortController().signal): LlmRequest {
  return { messages: [{ role: 'user', content: 'Je m’appelle Dupont.' }], maxTokens: 100, signal }
}
async function textOf(llm: Llm, asked = request(), got: string[] = []): Promise<string> {
  for await (const piece of llm.reply(asked)) got.push(piece)
  return got.join('')
}

const llmFaults: [name: string, fault: Fault, code: string, retryable: boolean, given: boolean][] = [
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '300' } }, 'limited', true, false],
  ['498', { kind: 'status', status: 498 }, 'limited', true, false],
  ['500', { kind: 'status', status: 500 }, 'unavailable', true, false],
  ['503', { kind: 'status', status: 503 }, 'unavailable', true, false],
  ['401', { kind: 'status', status: 401 }, 'auth', false, false],
  ['a model that is gone', { kind: 'status', status: 404 }, 'refused', false, false],
  ['a hang before the headers', { kind: 'hang', at: 'headers' }, 'timeout', true, false],
  ['a hang before the first token', { kind: 'hang', at: 'body', afterChunks: 1 }, 'timeout', true, false],
  ['a hang in mid-stream', { kind: 'hang', at: 'body', afterChunks: 4 }, 'timeout', true, true],
  ['a reset in mid-stream', { kind: 'cut', afterChunks: 4 }, 'cut', true, true],
  ['an end without a reason', { kind: 'truncate', afterChunks: 4 }, 'cut', true, true],
  ['an event that is not JSON', { kind: 'malformed', afterChunks: 4 }, 'malformed', true, true],
  [
    'an error in the stream',
    { kind: 'streamError', afterChunks: 4, error: { message: 'Dupont', code: 'tool_use_failed' } },
    'cut',
    true,
    true,
  ],
]

for (const { title, create: open } of rowsOf('llm'))
  describe(`the model ${title}`, () => {
    const create = (limitMs = patientMs, more = {}) => open({ ...chatLimits(limitMs), ...more })

    test('streams the whole reply in pieces, none of them empty', async () => {
      const got: string[] = []
      expect(await textOf(create(), request(), got)).toBe(defaultReply)
      expect(got.length).toBeGreaterThan(3)
      expect(got).not.toContain('')
    })

    for (const [fault, given, code, retryable, begins] of llmFaults)
      test(`${fault} is told as ${code}`, async () => {
        fakes.fault('chat', given)
        const got: string[] = []
        const failing = () => failureOf(() => textOf(create(), request(), got))
        const failure = await throughHang(given, failing, () => !begins || got.length > 0)
        expect(failure).toMatchObject({ code, retryable })
        expect(got.length > 0).toBe(begins)
        expect(fakes.requests).toHaveLength(1)
        if (fault === '429') expect(failure).toMatchObject({ retryAfterMs: 300_000 })
      })

    test('a server that is not there is told as unavailable', async () => {
      const nowhere = 'http://127.0.0.1:1/v1'
      const llm = create(patientMs, { GROQ_BASE_URL: nowhere, OPENAI_BASE_URL: nowhere })
      expect(await failureOf(() => textOf(llm))).toMatchObject({ code: 'unavailable', retryable: true })
    })

    test('ends quietly when the request is ended, and the server sees it', async () => {
      fakes.fault('chat', { kind: 'slow', perChunkMs: 15 })
      const control = new AbortController()
      const got: string[] = []
      for await (const piece of create().reply(request(control.signal))) {
        got.push(piece)
        control.abort()
      }
      expect(got).toHaveLength(1)
      await until('the abort at the server', () => fakes.requests[0].aborted)
    })

    test('closing it ends what is under way', async () => {
      fakes.fault('chat', { kind: 'slow', perChunkMs: 15 })
      const llm = create()
      const reading = async () => {
        for await (const _piece of llm.reply(request())) llm.close()
      }
      expect(await failureOf(reading)).toBeInstanceOf(ProviderError)
      await until('the end at the server', () => fakes.requests[0].aborted)
    })

    test('a request ended before it began asks nobody', async () => {
      expect(await textOf(create(), request(AbortSignal.abort()))).toBe('')
      expect(fakes.requests).toHaveLength(0)
    })

    test('prints nothing of a malformed event', async () => {
      const printed: unknown[] = []
      const { error, log, warn } = console
      console.error = console.log = console.warn = (...args: unknown[]) => printed.push(args)
      fakes.fault('chat', { kind: 'malformed', afterChunks: 3 })
      await failureOf(() => textOf(create()))
      Object.assign(console, { error, log, warn })
      expect(printed).toEqual([])
    })
  })

const speechLimits = (limitMs: number) => ({ TTS_FIRST_BYTE_MS: limitMs, TTS_GAP_MS: limitMs })
/** The voices of the list, and the one that has a second format. */
const voices = rowsOf('tts').flatMap((row) => {
  const mp3 = (values = {}) => row.create({ ...values, TTS_FORMAT: 'mp3' })
  return row.name === 'openai' ? [row, { ...row, title: `${row.title} in mp3`, create: mp3 }] : [row]
})
const sentence = 'Bonjour Monsieur Dupont, je regarde votre dossier tout de suite.'
const speak = (text = sentence, signal = new AbortController().signal): SpeakRequest => ({
  text,
  language: 'fr',
  signal,
})
async function bytesOf(tts: Tts, asked = speak(), got: Uint8Array[] = []): Promise<number> {
  for await (const chunk of (await tts.speak(asked)).chunks) got.push(chunk)
  return got.reduce((sum, chunk) => sum + chunk.length, 0)
}

const ttsFaults: [name: string, fault: Fault, code: string, begins: boolean][] = [
  ['429', { kind: 'status', status: 429 }, 'limited', false],
  ['503', { kind: 'status', status: 503 }, 'unavailable', false],
  ['401', { kind: 'status', status: 401 }, 'auth', false],
  ['a hang before the headers', { kind: 'hang', at: 'headers' }, 'timeout', false],
  ['a hang before the first byte', { kind: 'hang', at: 'body', afterChunks: 0 }, 'timeout', false],
  ['a hang in mid-sentence', { kind: 'hang', at: 'body', afterChunks: 2 }, 'timeout', true],
  ['a reset in mid-sentence', { kind: 'cut', afterChunks: 2 }, 'cut', true],
  ['an empty answer', { kind: 'truncate', afterChunks: 0 }, 'badAudio', false],
]

/** Seconds that the fakes speak: mp3 in whole repetitions of one file, the embedded voice as it is. */
const secondsOf = (text: string, encoding: string, api?: Api) => {
  if (!api) return text.length * 0.065
  return encoding === 'mp3' ? Math.max(1, Math.round(spokenS(text) / mp3FileS)) * mp3FileS : spokenS(text)
}
const mp3BytesPerS = 4_000

for (const { name, title, create: open, api } of voices)
  describe(`the voice ${title}`, () => {
    const create = (limitMs = patientMs) => open(speechLimits(limitMs))
    const tts = create()
    afterAll(() => tts.close())

    test('speaks a sentence in the format it names', async () => {
      const speech = await tts.speak(speak())
      let bytes = 0
      for await (const chunk of speech.chunks) bytes += chunk.length
      const { format } = speech
      const rate = format.encoding === 's16le' ? format.rateHz * 2 : mp3BytesPerS
      const seconds = secondsOf(sentence, format.encoding, api)
      expect(bytes / rate).toBeGreaterThan(seconds * (api ? 0.99 : 0.5))
      expect(bytes / rate).toBeLessThan(seconds * (api ? 1.01 : 2))
    })

    test('names itself and its voice', () => {
      expect(tts.name).toBe(name)
      expect(tts.voice.length).toBeGreaterThan(3)
    })

    test('ends when the request is ended', async () => {
      const control = new AbortController()
      if (api) fakes.fault(api, { kind: 'slow', perChunkMs: 15 })
      let chunks = 0
      const ended = async () => {
        const { chunks: body } = await tts.speak(speak(sentence.repeat(5), control.signal))
        for await (const _chunk of body) {
          chunks++
          control.abort()
        }
      }
      // Ending and throwing are both fine; hanging and going on are not.
      await ended().catch((error) => expect(error).toMatchObject({ code: 'aborted' }))
      expect(chunks).toBe(1)
      if (api) await until('the abort at the server', () => fakes.requests[0].aborted)
    })

    test('speaks again after a request was ended', async () => {
      expect(await bytesOf(tts)).toBeGreaterThan(1_000)
    })

    if (!api) return

    test('closing it ends what is under way', async () => {
      fakes.fault(api, { kind: 'slow', perChunkMs: 15 })
      const closing = create()
      const reading = async () => {
        for await (const _chunk of (await closing.speak(speak())).chunks) closing.close()
      }
      expect(await failureOf(reading)).toBeInstanceOf(ProviderError)
      await until('the end at the server', () => fakes.requests[0].aborted)
    })

    test('an answer that nobody reads ends with its request', async () => {
      fakes.fault(api, { kind: 'slow', perChunkMs: 15 })
      const control = new AbortController()
      await create().speak(speak(sentence, control.signal))
      control.abort()
      await until('the end at the server', () => fakes.requests[0].aborted)
    })

    for (const [fault, given, code, begins] of ttsFaults)
      test(`${fault} is told as ${code}`, async () => {
        fakes.fault(api, given)
        const got: Uint8Array[] = []
        const failing = () => failureOf(() => bytesOf(create(), speak(), got))
        const failure = await throughHang(given, failing, () => !begins || got.length > 0)
        expect(failure).toMatchObject({ code })
        expect(got.length > 0).toBe(begins)
        expect(fakes.requests).toHaveLength(1)
      })
  })

for (const { title, create, api } of rowsOf('stt'))
  describe(`the recogniser ${title}`, () => {
    const open = (events: SttEvent[], stt = create()) =>
      stt.open({ language: 'fr', callId: 'call', onEvent: (event) => events.push(event) })

    test('says that its line is open', async () => {
      const events: SttEvent[] = []
      const session = open(events)
      await until('open', () => events.some((event) => event.kind === 'link' && event.state === 'open'))
      session.close()
    })

    test('takes hints, frames and closing in any order without throwing', () => {
      const session = open([])
      session.finalize()
      session.hint({ keyterms: ['Wouippleul'], expect: 'number' })
      for (let i = 0; i < 100; i++) session.write(codedFrame(i, 1))
      session.close()
      session.write(codedFrame(0, 1))
      session.hint({ keyterms: [], expect: 'yesNo' })
      session.finalize()
      session.close()
    })

    if (!api) {
      test('hears no words and says so', () => expect(create().hearsWords).toBe(false))
      return
    }

    test('hears every word once, and an end of turn after each utterance', async () => {
      const events: SttEvent[] = []
      const said = ['bonjour je voudrais un rendez-vous', 'demain matin merci']
      const session = open(events)
      await until('open', () => events.some((event) => event.kind === 'link' && event.state === 'open'))
      for (const frame of codedSpeech(said)) session.write(frame)
      const ends = () => events.filter((event) => event.kind === 'endOfTurn').length
      await until('two turns', () => ends() >= 2)
      session.close()
      const finals = events.flatMap((event) =>
        event.kind === 'transcript' && event.isFinal ? [event.text] : [],
      )
      expect(finals).toEqual(said)
      expect(ends()).toBe(2)
      const firstEnd = events.findIndex((event) => event.kind === 'endOfTurn')
      expect(events.slice(0, firstEnd).some((event) => event.kind === 'transcript' && event.isFinal)).toBe(
        true,
      )
      expect(events[0]).toEqual({ kind: 'link', state: 'open' })
      expect(events.some((event) => event.kind === 'speechStarted')).toBe(true)
    })

    test('says nothing more once it is closed', async () => {
      const events: SttEvent[] = []
      const session = open(events)
      await until('open', () => events.length > 0)
      for (const frame of codedSpeech(['bonjour'])) session.write(frame)
      session.close()
      const count = events.length
      const other: SttEvent[] = []
      const second = open(other)
      await until('another one open', () => other.length > 0)
      second.close()
      expect(events).toHaveLength(count)
    })

    test('a wrong key is told as failed, for good', async () => {
      const events: SttEvent[] = []
      fakes.fault(api, { kind: 'status', status: 401 }, 5)
      const session = open(events)
      for (const frame of codedSpeech(['bonjour'])) session.write(frame)
      await until('failed', () => events.some((event) => event.kind === 'link' && event.state === 'failed'))
      expect(events.at(-1)).toEqual({ kind: 'link', state: 'failed', code: 'auth' })
      expect(JSON.stringify(events)).not.toContain(secret)
      // Whoever takes over gets what was said.
      expect(session.pending?.().length).toBeGreaterThan(160 * 12)
      session.close()
    })
  })
