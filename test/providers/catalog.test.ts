import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { rms } from '../../src/audio/pcm.ts'
import { type Clock, systemClock } from '../../src/base/clock.ts'
import { ConfigError } from '../../src/base/errors.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readSettings } from '../../src/base/setting.ts'
import type { AdapterDeps } from '../../src/providers/adapter.ts'
import { openProviders, type Providers } from '../../src/providers/catalog.ts'
import { type ProviderValues, providerSettings } from '../../src/providers/settings.ts'
import type { SttEvent } from '../../src/providers/stt.ts'
import { defaultReply } from '../support/clouds/chat.ts'
import { codedSpeech } from '../support/clouds/coded.ts'
import type { Api, Fault } from '../support/clouds/faults.ts'
import { startFakes } from '../support/clouds/server.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(30_000)

const fakes = startFakes()
beforeAll(() => Promise.all([import('openai'), import('groq-sdk'), import('@deepgram/sdk')]))
afterAll(() => fakes.stop())
beforeEach(() => fakes.reset())

const deps = (clock: Clock): AdapterDeps => ({
  clock,
  random: () => 0.5,
  metrics: new Metrics(),
  createVad: () => ({ push: (frame) => (rms(frame) > 500 ? 'speech' : 'silence') }),
  language: 'fr',
  voicesDir: join(import.meta.dir, '../../assets/voices'),
})
const key = 'sk-very-secret-0123456789'
type Environment = Record<string, string>
const withKeys: Environment = { DEEPGRAM_API_KEY: key, GROQ_API_KEY: key, OPENAI_API_KEY: key }

/** @param more values that no operator could set, such as shorter limits */
function open(
  environment: Environment,
  more: Partial<ProviderValues> = {},
  clock: Clock = systemClock,
): Providers {
  const { values, faults } = readSettings(providerSettings, environment)
  expect(faults).toEqual([])
  return openProviders({ ...values, ...more }, deps(clock))
}

const lists: [what: string, environment: Environment, names: Providers['names'], skipped: string[]][] = [
  [
    'no key: the embedded ones and the scripted desk',
    {},
    { stt: 'embedded', llm: 'scripted', tts: 'embedded' },
    [
      'stt deepgram: DEEPGRAM_API_KEY is not set',
      'stt whisper: GROQ_API_KEY or OPENAI_API_KEY is not set',
      'llm groq: GROQ_API_KEY is not set',
      'tts openai: OPENAI_API_KEY is not set',
      'tts aura: DEEPGRAM_API_KEY is not set',
    ],
  ],
  [
    'every key',
    withKeys,
    {
      stt: 'deepgram nova-3, whisper at groq, embedded',
      llm: 'groq openai/gpt-oss-20b, groq openai/gpt-oss-120b, scripted',
      tts: 'openai gpt-4o-mini-tts/coral, aura-2-agathe-fr, embedded',
    },
    [],
  ],
  [
    'lists of one’s own',
    { ...withKeys, STT: 'flux', LLM: 'openai,groq', TTS: 'aura' },
    {
      stt: 'flux-general-multi',
      llm: 'openai gpt-4o-mini, groq openai/gpt-oss-20b, groq openai/gpt-oss-120b, scripted',
      tts: 'aura-2-agathe-fr',
    },
    [],
  ],
  [
    'a local server without a key',
    {
      LLM: 'openai',
      OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1',
      TTS: 'openai,embedded',
      STT: 'whisper,embedded',
    },
    {
      stt: 'whisper at openai, embedded',
      llm: 'openai gpt-4o-mini, scripted',
      tts: 'openai gpt-4o-mini-tts/coral, embedded',
    },
    [],
  ],
  [
    'no second model at Groq',
    { ...withKeys, LLM: 'groq', GROQ_FALLBACK_MODEL: '' },
    {
      stt: 'deepgram nova-3, whisper at groq, embedded',
      llm: 'groq openai/gpt-oss-20b, scripted',
      tts: 'openai gpt-4o-mini-tts/coral, aura-2-agathe-fr, embedded',
    },
    [],
  ],
]
describe('what is in use follows from keys and lists:', () => {
  for (const [what, environment, names, skipped] of lists)
    test(what, () => {
      const providers = open(environment)
      expect(providers.names).toEqual(names)
      expect(providers.skipped.map(({ adapter, reason }) => `${adapter}: ${reason}`)).toEqual(skipped)
      expect(Bun.inspect([providers.names, providers.skipped])).not.toContain(key)
      providers.close()
    })
})

test('a list that leaves no recogniser or no voice is refused', () => {
  expect(() => open({ STT: 'deepgram' })).toThrow(/STT=deepgram leaves no recogniser/)
  expect(() => open({ TTS: 'openai,aura' })).toThrow(/TTS=openai,aura leaves no voice/)
})

test.each([
  ['STT', 'voxtral', 'deepgram, flux, whisper, embedded'],
  ['LLM', 'claude', 'groq, openai, scripted'],
  ['TTS', 'elevenlabs', 'aura, openai, embedded'],
])('%s=%s is refused and never becomes another vendor’s adapter', (variable, name, known) => {
  const { faults } = readSettings(providerSettings, { ...withKeys, [variable]: name })
  expect(faults).toEqual([`${variable} ("${name}") contains "${name}"; known are ${known}`])
  const opening = () => open(withKeys, { [variable]: [name] })
  expect(opening).toThrow(ConfigError)
  expect(opening).toThrow(`${variable} names "${name}"; known are ${known}`)
})

test('an SDK is loaded on first use, not by the catalog', async () => {
  const script = `
    const { openProviders } = await import('./src/providers/catalog.ts')
    const { providerSettings } = await import('./src/providers/settings.ts')
    const { readSettings } = await import('./src/base/setting.ts')
    const { Metrics } = await import('./src/base/metrics.ts')
    const { systemClock } = await import('./src/base/clock.ts')
    const environment = { DEEPGRAM_API_KEY: 'k', GROQ_API_KEY: 'k', OPENAI_API_KEY: 'k' }
    const { values } = readSettings(providerSettings, environment)
    const deps = { clock: systemClock, random: Math.random, metrics: new Metrics(), language: 'fr', voicesDir: '' }
    const providers = openProviders(values, deps)
    const loaded = () => ['groq-sdk', 'openai', '@deepgram/sdk'].filter((name) => Object.keys(require.cache).some((path) => path.includes('node_modules/' + name + '/')))
    const before = loaded()
    await providers.warm()
    console.log(JSON.stringify([before, loaded()]))`
  const child = Bun.spawn([process.execPath, '-e', script], {
    cwd: `${import.meta.dir}/../..`,
    stderr: 'inherit',
  })
  expect(JSON.parse(await new Response(child.stdout).text())).toEqual([
    [],
    ['groq-sdk', 'openai', '@deepgram/sdk'],
  ])
})

/** All three clouds are the fakes. */
const faked: Environment = {
  ...withKeys,
  DEEPGRAM_BASE_URL: fakes.ws,
  GROQ_BASE_URL: fakes.url,
  OPENAI_BASE_URL: `${fakes.url}/v1`,
}
/** The limits that a hang is measured with, on a clock that the test moves. */
const limits = {
  LLM_ATTEMPT_MS: 300,
  LLM_DEADLINE_MS: 1_500,
  LLM_GAP_MS: 300,
  TTS_FIRST_BYTE_MS: 300,
  TTS_DEADLINE_MS: 1_500,
  TTS_GAP_MS: 300,
}

/**
 * Runs `work` with everything opened; when a fault is a hang, moves the clock on by one limit for each request that hangs.
 *
 * @param begun whether what came before the hang has arrived
 */
async function throughHangs<T>(
  hangs: boolean,
  work: (providers: Providers) => Promise<T>,
  begun: () => boolean = () => true,
): Promise<T> {
  const clock = new FakeClock()
  const providers = hangs ? open(faked, limits, clock) : open(faked)
  let isOver = !hangs
  const result = work(providers).finally(() => {
    isOver = true
    providers.close()
  })
  const passed = new Set<unknown>()
  const hanging = () => fakes.requests.find((request) => request.hangs && !passed.has(request))
  while (!isOver) {
    await until('a hang, or the end', () => isOver || (hanging() !== undefined && begun()))
    passed.add(hanging())
    clock.advance(limits.LLM_ATTEMPT_MS)
  }
  return result
}
const signal = () => new AbortController().signal
async function replyOf(providers: Providers): Promise<string> {
  let text = ''
  const messages = [{ role: 'user' as const, content: 'Bonjour' }]
  for await (const piece of providers.llm?.reply({ messages, maxTokens: 100, signal: signal() }) ?? [])
    text += piece
  return text
}

const llmFaults: [what: string, faults: [Fault, number], models: string[]][] = [
  ['429 for 300 s', [{ kind: 'status', status: 429, headers: { 'retry-after': '300' } }, 1], ['20b', '120b']],
  ['503 twice', [{ kind: 'status', status: 503 }, 2], ['20b', '20b', '120b']],
  ['a model that is gone', [{ kind: 'status', status: 404 }, 1], ['20b', '120b']],
  ['a hang before the headers', [{ kind: 'hang', at: 'headers' }, 1], ['20b', '120b']],
  ['a hang before the first token', [{ kind: 'hang', at: 'body', afterChunks: 1 }, 1], ['20b', '120b']],
  ['a hang in mid-stream', [{ kind: 'hang', at: 'body', afterChunks: 5 }, 1], ['20b', '120b']],
  ['a reset in mid-stream', [{ kind: 'cut', afterChunks: 5 }, 1], ['20b', '20b']],
  ['an event that is not JSON', [{ kind: 'malformed', afterChunks: 5 }, 1], ['20b', '20b']],
  ['an end without a reason', [{ kind: 'truncate', afterChunks: 5 }, 1], ['20b', '20b']],
]
describe('through the real SDK, the caller hears the whole reply once after', () => {
  for (const [what, [fault, times], models] of llmFaults)
    test(what, async () => {
      fakes.fault('chat', fault, times)
      expect(await throughHangs(fault.kind === 'hang', replyOf)).toBe(defaultReply)
      const asked = fakes.requests.map(({ body }) => String(body.model).replace('openai/gpt-oss-', ''))
      expect(asked).toEqual(models)
      expect(fakes.requests[0].body).toMatchObject({
        reasoning_effort: 'low',
        include_reasoning: false,
        stream: true,
      })
    })
})

test('every model gone leaves the scripted desk inside the deadline, and no key in the error', async () => {
  fakes.fault('chat', { kind: 'hang', at: 'headers' }, 10)
  const clock = new FakeClock()
  const startMs = clock.now()
  let tookMs: number | undefined
  const replying = replyOf(open(faked, limits, clock)).catch((error: unknown) => error)
  const failure = replying.finally(() => {
    tookMs = clock.now() - startMs
  })
  // Every request hangs, so the clock may run while one is on its way.
  while (tookMs === undefined) {
    clock.advance(10)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await failure).toMatchObject({ code: 'timeout' })
  expect(tookMs).toBeLessThanOrEqual(limits.LLM_DEADLINE_MS + 20)
  expect(Bun.inspect(await failure)).not.toContain(key)
})

const sentence = 'Je regarde votre dossier, et je vous dis tout dans un moment.'
type Heard = [adapter: string, text: string, bytes: number][]
/** @param progress bytes heard so far of the part that is being spoken */
async function heardOf(providers: Providers, progress = { bytes: 0 }): Promise<Heard> {
  const heard: Heard = []
  for await (const part of providers.tts.parts({ text: sentence, language: 'fr', signal: signal() })) {
    progress.bytes = 0
    for await (const chunk of part.chunks) progress.bytes += chunk.length
    heard.push([part.adapter, part.text, progress.bytes])
  }
  return heard
}
/** Of the fakes' bodies. */
const chunkBytes = 4_095
const fullOpenai = Math.round(sentence.length * 0.06 * 24_000) * 2
const ttsFaults: [what: string, faults: [Api, Fault, number][], adapters: string[]][] = [
  ['no fault', [], ['openai']],
  ['503 twice', [['speech', { kind: 'status', status: 503 }, 2]], ['aura']],
  ['the end of the speech endpoint', [['speech', { kind: 'status', status: 404 }, 1]], ['aura']],
  ['a hang', [['speech', { kind: 'hang', at: 'headers' }, 1]], ['aura']],
  ['a reset in mid-sentence', [['speech', { kind: 'cut', afterChunks: 20 }, 1]], ['openai', 'aura']],
  [
    'a hang in mid-sentence',
    [['speech', { kind: 'hang', at: 'body', afterChunks: 20 }, 1]],
    ['openai', 'aura'],
  ],
  [
    'both clouds in mid-sentence',
    [
      ['speech', { kind: 'cut', afterChunks: 12 }, 1],
      ['aura', { kind: 'cut', afterChunks: 4 }, 1],
    ],
    ['openai', 'aura', 'embedded'],
  ],
]
describe('through the real SDKs, a sentence is spoken whole and once after', () => {
  for (const [what, faults, adapters] of ttsFaults)
    test(what, async () => {
      const progress = { bytes: 0 }
      for (const [api, fault, times] of faults) {
        const heardUpTo = (chunks: number) => () =>
          until('it was heard', () => progress.bytes >= chunks * chunkBytes)
        const cut = fault.kind === 'cut' ? { ...fault, once: heardUpTo(fault.afterChunks) } : fault
        fakes.fault(api, cut, times)
      }
      const fault = faults[0]?.[1]
      // A hang in mid-sentence counts as one only when its beginning has been heard.
      const begun = () => fault?.kind !== 'hang' || fault.at === 'headers' || progress.bytes > 0
      const work = (providers: Providers) => heardOf(providers, progress)
      const heard = await throughHangs(fault?.kind === 'hang', work, begun)
      expect(heard.map(([adapter]) => adapter)).toEqual(adapters)
      if (adapters[0] === 'openai' && adapters.length === 1) expect(heard[0][2]).toBe(fullOpenai)
      // Each later voice was given the end of the sentence, shorter than what was left before.
      for (const [i, [, text]] of heard.entries()) {
        expect(sentence.endsWith(text)).toBe(true)
        if (i > 0) expect(text.length).toBeLessThan(heard[i - 1][1].length)
      }
    })
})

test('Whisper takes over in the call when Deepgram is gone, and not a word is lost', async () => {
  fakes.fault('nova', [{ kind: 'wsDrop', afterAudioMs: 800 }])
  fakes.fault('nova', { kind: 'status', status: 503 }, 50)
  const clock = new FakeClock()
  const providers = open(faked, { STT_GIVE_UP_MS: 100 }, clock)
  const events: SttEvent[] = []
  const session = providers.stt.open({ language: 'fr', callId: 'c', onEvent: (event) => events.push(event) })
  await until('open', () => events.length > 0)
  const said = ['bonjour je voudrais un rendez-vous', 'demain matin merci']
  const finals = () =>
    events.flatMap((event) => (event.kind === 'transcript' && event.isFinal ? [event.text] : []))
  const frames = codedSpeech(said)
  await until('all words', () => {
    const frame = frames.shift() ?? new Int16Array(160)
    session.write(frame)
    clock.advance(20)
    return finals().join(' ').split(' ').length >= 8
  })
  expect(finals().join(' ')).toBe(said.join(' '))
  expect(fakes.requests.map(({ api }) => api)).toEqual(['transcriptions', 'transcriptions'])
  expect(JSON.stringify(events)).not.toContain(key)
  session.close()
  providers.close()
})
